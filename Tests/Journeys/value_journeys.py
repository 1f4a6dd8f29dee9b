"""What customers are worth over time, and the paid time that nobody used."""

import csv
import re
from datetime import date
from pathlib import Path

from hands import Pointer
from harness import CACHE, journey, require
from main_job_journeys import sign_in


@journey
def equity_is_told_by_quarter_once_a_margin_is_entered(world):
    database = world.company("record-shop")
    server = world.serve(database)
    hands = Pointer(world.page(server))
    sign_in(hands, server)
    hands.page.set_default_timeout(90_000)
    hands.page.goto("/portfolio/equity")
    hands.press("link", "Enter the gross margin")
    hands.fill("Gross margin", "0.3")
    hands.press("button", "Save")
    hands.page.goto("/portfolio/equity")
    main = hands.page.get_by_role("main")
    main.get_by_role("heading", name="Quarter by quarter").wait_for(timeout=90_000)
    require("1998 Q2" in main.inner_text(), "the last quarter of the data is not told")
    answer = world.json("portfolio", "equity", "--database", database)
    quarters = answer["quarters"]
    require([one["quarter"] for one in quarters][-1] == "1998 Q2", f"{[one['quarter'] for one in quarters]}")
    checked = 0
    for before, after in zip(quarters, quarters[1:]):
        everybody, start = after["all"], before["all"].get("equity")
        if start is None or everybody.get("returnOnCustomer") is None:
            continue
        expected = (everybody["profit"] + everybody["equity"] - start) / start
        require(abs(everybody["returnOnCustomer"] - expected) < 1e-9, f"{after['quarter']} returns otherwise")
        parts = after["old"]["returnOnCustomer"] + after["new"]["returnOnCustomer"]
        require(abs(parts - expected) < 1e-9, "old and new do not add up")
        checked += 1
    require(checked >= 3, f"{checked} quarters have a return")
    # Of those who bought most, S1 expects the same 124 not to be among the best; the page leads to them.
    hands.page.goto("/portfolio/value?model=bg-nbd&asOf=1997-09-30")
    require("Which margin it rests on" in main.inner_text(), "nothing says which margin was used")
    hands.press("link", "All 124")
    require(main.get_by_role("row").count() >= 124, "the list of high volume and low value is short")


@journey
def a_pool_entered_by_form_changes_what_is_unused(world):
    database = world.folder() / "company.sqlite"
    world.run("demo", "distributor", "--seed", "20261122", "--database", database)
    server = world.serve(database)
    hands = Pointer(world.page(server))
    sign_in(hands, server)
    hands.page.set_default_timeout(90_000)
    main = hands.page.get_by_role("main")

    def unused():
        hands.page.goto("/portfolio/contribution")
        text = hands.page.locator("#unused").inner_text()
        require("Service desk" in text, f"the pool is not in “{text}”")
        return re.sub(r"\s+", " ", text)

    before = unused()
    hands.press("link", "Capacity")
    for label, value in {"Name": "Service desk", "Cost of a month": "90000", "Paid minutes of a month": "500000"}.items():
        hands.fill(label, value)
    hands.press("button", "Save")
    require("Nothing draws from this pool" in main.inner_text(), "a pool of nothing is taken")
    require(hands.field("Paid minutes of a month").input_value() == "500000", "what was typed is lost")
    hands.page.get_by_label("Ticket").check()
    hands.press("button", "Save")
    require("Saved" in hands.page.locator("body").inner_text(), "nothing says that it was saved")
    require(unused() != before, "the line of what is unused stayed as it was")
    hands.press("link", "Capacity")
    hands.fill("Name", "Another desk")
    hands.fill("Cost of a month", "1000")
    hands.fill("Paid minutes of a month", "9600")
    hands.page.get_by_label("Ticket").check()
    hands.press("button", "Save")
    require("draws from the pool “Service desk” already" in main.inner_text(), "tickets draw from two pools")
    sheet = world.json("portfolio", "run", "--database", database)["contribution"]["unusedCapacity"]
    require(set(sheet) == {"Field sales", "Inside sales", "Service desk"}, f"the pools are {sheet}")


def histories(until):
    """Repeat orders, weeks to the last and weeks watched of each customer, counted from the file itself."""
    days = {}
    for line in (CACHE / "data" / "CDNOW_sample.txt").read_text(encoding="utf-8").splitlines():
        cells = line.split()
        day = date(int(cells[2][:4]), int(cells[2][4:6]), int(cells[2][6:]))
        if day <= until:
            days.setdefault(cells[0], set()).add(day)
    return {
        customer: (len(all_days) - 1, (max(all_days) - min(all_days)).days / 7, (until - min(all_days)).days / 7)
        for customer, all_days in days.items()
    }


def expected_orders(history, parameters, weeks):
    """BG/NBD as Fader, Hardie and Lee (2005) print it, the hypergeometric series summed term by term."""
    x, last, age = history
    r, alpha, a, b = (parameters[name] for name in ("r", "alpha", "a", "b"))
    z = weeks / (alpha + age + weeks)
    term, total, n = 1.0, 1.0, 0
    while abs(term) > 1e-13 * abs(total):
        term *= (r + x + n) * (b + x + n) / ((a + b + x - 1 + n) * (n + 1)) * z
        total += term
        n += 1
    bought = (a + b + x - 1) / (a - 1) * (1 - ((alpha + age) / (alpha + age + weeks)) ** (r + x) * total)
    silence = a / (b + x - 1) * ((alpha + age) / (alpha + last)) ** (r + x) if x > 0 else 0
    return bought / (1 + silence)


@journey
def an_analyst_asks_why_this_number_and_gets_it_again_by_hand(world):
    database = world.company("record-shop")
    server = world.serve(database)
    hands = Pointer(world.page(server))
    hands.page.set_default_timeout(90_000)
    sign_in(hands, server)
    hands.page.goto("/portfolio/value?model=bg-nbd&asOf=1997-09-30")
    why = hands.page.locator("summary").filter(has_text="Where this comes from").first
    why.click()
    require("36 months" in hands.page.get_by_role("main").inner_text(), "the evidence does not name the horizon")
    with hands.page.expect_download() as arriving:
        hands.target("link", "Export").click()
    text = Path(arriving.value.path()).read_text(encoding="utf-8-sig")
    exported = {row["name"].split()[-1]: row for row in csv.DictReader(text.splitlines())}
    parameters = world.json("portfolio", "run", "--scenario", "S1", "--database", database)["value"]["parameters"]
    counted = histories(date(1997, 9, 30))
    require(set(exported) == set(counted), f"{len(exported)} customers in the file, {len(counted)} counted")
    for customer, history in counted.items():
        row = exported[customer]
        require(int(row["repeat_orders"]) == history[0], f"{customer} has {row['repeat_orders']} repeat orders")
        mine = expected_orders(history, parameters, 156)
        close = abs(float(row["expected_orders"]) - mine) <= 0.002 * mine + 0.006
        require(close, f"{customer}: {row['expected_orders']} exported, {mine} by hand")
