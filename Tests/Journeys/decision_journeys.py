"""The loop: a decision keeps what is expected, the data come, and what came stands beside it by itself."""

import json
import time
import urllib.request
from collections import defaultdict

from hands import Pointer
from harness import CACHE, journey, require
from main_job_journeys import sign_in

SAMPLE = CACHE / "data" / "CDNOW_sample.txt"
BORDER = "1997-09-30"
END = "1998-06-30"
# Seconds to wait for what must come: a busy machine is no fault.
PATIENCE = 90


def plain(day):
    return day.replace("-", "")


def rows():
    """Customer, day and value of every line of the tenth of the record shop."""
    for line in SAMPLE.read_text().splitlines():
        customer, _, day, _, value = line.split()
        yield line, customer, day, float(value)


def halves(folder):
    """The file cut in two: what was known on the border, and what came after."""
    known, rest = folder / "known.txt", folder / "rest.txt"
    known.write_text("".join(f"{line}\n" for line, _, day, _ in rows() if day <= plain(BORDER)))
    rest.write_text("".join(f"{line}\n" for line, _, day, _ in rows() if day > plain(BORDER)))
    return known, rest


def repeat_orders():
    """Order days after the border of those who had bought by it: none of them is a first one."""
    days = defaultdict(set)
    for _, customer, day, _ in rows():
        days[customer].add(day)
    known = {customer for customer, own in days.items() if min(own) <= plain(BORDER)}
    return sum(day > plain(BORDER) for customer in known for day in days[customer])


def sales_share(members):
    """What some customers spent after the border, over what everybody did."""
    total = theirs = 0.0
    for _, customer, day, value in rows():
        if day > plain(BORDER):
            total += value
            theirs += value if customer in members else 0
    return theirs / total


def forecast(decision, measure, kind=None):
    found = [
        one for one in decision["forecasts"] if one["measure"] == measure and kind in (None, one["group"]["kind"])
    ]
    require(found, f"no forecast of {measure} in {[one['measure'] for one in decision['forecasts']]}")
    return found[0]


def wait_for(what, look, patience=PATIENCE):
    """Looks until something is there; it must be a state that stays once it is reached."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what} did not come in {patience} s")


def jobs(server):
    """The background work, as a program sees it."""
    email, password = server.database.with_suffix(".password").read_text().split()[:2]
    sent = urllib.request.Request(
        f"{server.address}/api/v1/session",
        json.dumps({"email": email, "password": password}).encode(),
        {"Content-Type": "application/json"},
    )
    key = json.load(urllib.request.urlopen(sent, timeout=PATIENCE))["token"]

    def look():
        asked = urllib.request.Request(f"{server.address}/api/v1/jobs", headers={"Authorization": f"Bearer {key}"})
        return json.load(urllib.request.urlopen(asked, timeout=PATIENCE))["rows"]

    return look


def found_shop(world):
    """The record shop as it stood on the border."""
    database = world.folder() / "company.sqlite"
    place = ("--company", "Record shop", "--currency", "USD", "--time-zone", "America/New_York")
    world.run("user", "add", "owner@example.org", "--administrator", *place, "--database", database)
    known, rest = halves(world.folder())
    world.run("import", known, "--source", "shop", "--database", database)
    return database, rest


def decide_on_the_page(hands):
    hands.page.goto("/portfolio/strategies?scenario=S1")
    require("No forecast has been judged yet" in hands.page.get_by_role("main").inner_text(), "no empty state")
    with hands.page.expect_navigation():
        hands.target("link", "Decide").click()
    with hands.page.expect_navigation():
        hands.target("link", "39 weeks").click()
    require(hands.page.get_by_label("Day of the review").input_value() == END, "39 weeks do not end in June")
    text = hands.page.get_by_role("main").inner_text()
    require("Repeat orders of all customers: 1,65" in text, f"1,653 orders are not offered: {text[:3000]}")
    hands.fill("What is decided", "Name 472 VIPs")
    hands.fill("What is chosen", "Name them, and spend at most 6.24 a head")
    hands.fill("Why", "They hold two thirds of what is to come")
    hands.press("button", "Decide")
    hands.page.get_by_role("heading", name="Name 472 VIPs").wait_for()
    return hands.page.url.rsplit("/", 1)[-1]


@journey
def what_the_record_shop_decided_in_1997_is_judged_by_1998(world):
    database, rest = found_shop(world)
    vips = {row["customer"] for row in world.json("portfolio", "significant", "--scenario", "S1", "--database", database)}
    require(len(vips) == 472, f"{len(vips)} VIPs")
    server = world.serve(database)
    hands = Pointer(world.page(server))
    hands.page.set_default_timeout(PATIENCE * 1_000)
    sign_in(hands, server)
    number = decide_on_the_page(hands)
    words = ("--title", "Go on", "--choice", "Keep the shop open", "--reason", "They come back", "--review", END)
    asked = ("--analysis", "/portfolio/value", "--model", "bg-nbd", "--forecast", "repeatOrders.all")
    second = world.json("decision", "take", *asked, *words, "--database", database)
    for one in (second, world.json("decision", "show", number, "--database", database)):
        orders = forecast(one, "repeatOrders")
        require(abs(orders["value"] - 1_653) <= 2, f"expected are {orders['value']}, not 1,653")
        require(orders["judgements"] == [], "it is judged before its time")
        require(orders["window"] == {"from": "1997-10-01", "until": "1998-07-01"}, f"the days are {orders['window']}")

    world.run("import", rest, "--source", "shop", "--database", database)
    look = jobs(server)
    wait_for(
        "the judging",
        lambda: [one for one in look() if one["title"] == "Judge decisions" and one["state"] == "succeeded"],
    )

    judged = world.json("decision", "show", number, "--database", database)
    actual = repeat_orders()
    require(actual == 1_882, f"the file holds {actual} repeat orders")
    orders = forecast(judged, "repeatOrders")["judgements"]
    require(len(orders) == 1 and orders[0]["actual"] == actual, f"the judgements are {orders}, the file says {actual}")
    error = orders[0]["relativeError"]
    require(abs(error + 0.121) < 0.002, f"the error is {error}, not 12.1 % low")
    share = forecast(judged, "salesShare", "significant")["judgements"][0]["actual"]
    require(abs(share - sales_share(vips)) < 1e-6, f"VIPs have {share} of sales, the file says {sales_share(vips)}")

    hands.page.goto(f"/decisions/{number}")
    text = hands.page.get_by_role("main").inner_text()
    require("1,882" in text and "12.1 % too low" in text.replace("\u00a0", " "), f"the page does not say it: {text[:1500]}")
    hands.page.goto("/decisions")
    require("too low" in hands.page.get_by_role("main").inner_text(), "the list does not say how it turned out")
    hands.page.goto("/portfolio/strategies")
    text = hands.page.get_by_role("main").inner_text()
    require("How decisions from here turned out" in text and "Mean error" in text, "the analysis does not know its past")

    before = world.json("decision", "list", "--database", database)
    require(before["record"]["judged"] >= 3, f"the record is {before['record']}")
    server.stop()
    require(world.json("decision", "judge", "--database", database) == {"judgements": 0}, "it was judged twice")
    after = world.json("decision", "list", "--database", database)
    require(after == before, "a restart changes what was judged")
