"""Roles: what an administrator takes away is gone, and an analyst works without a single name."""

import json
import re
import urllib.request

from hands import Keyboard, Pointer
from harness import journey, require
from main_job_journeys import sign_in
from store import ask, number

PASSWORD = "the tide turns at half past nine"


class Program:
    """The API as somebody."""

    def __init__(self, server, email, password):
        self.server, self.token = server, None
        self.token = self.ask("/session", {"email": email, "password": password})["token"]

    def ask(self, path, body=None, method=None):
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        sent = urllib.request.Request(
            f"{self.server.address}/api/v1{path}",
            json.dumps(body).encode() if body is not None else None,
            headers,
            method=method,
        )
        return json.load(urllib.request.urlopen(sent, timeout=60))


def enter(world, server, email, way=Pointer):
    """Somebody signs in in a browser of their own."""
    hands = way(world.page(server))
    hands.page.goto("/sign-in")
    hands.fill("E-mail", email)
    hands.fill("Password", PASSWORD)
    hands.press("button", "Sign in")
    return hands


def places(page):
    """Every address the frame of a page leads to."""
    links = page.locator("a[href^='/']").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    return sorted({link for link in links if not link.startswith(("/assets", "/sign"))})


@journey
def a_role_is_copied_narrowed_and_given_and_its_people_see_no_more(world):
    server = world.serve(world.company(), "--rate", "0")
    owner = Program(server, *server.sign_in())
    made = owner.ask(
        "/customers", {"name": "Amber Lighthouse", "kind": "organisation", "email": "keeper@lighthouse.example"}
    )

    hands = Pointer(world.page(server))
    sign_in(hands, server)
    hands.page.goto("/roles")
    hands.page.get_by_label("With the rights of").select_option("sales")
    hands.fill("Its name", "Field sales")
    hands.press("button", "Copy")
    hands.page.wait_for_url("**/roles/field-sales")
    hands.page.get_by_label("Customers: see", exact=True).select_option("all")
    hands.press("button", "Save")
    hands.page.get_by_label("Field", exact=True).select_option("customer.email")
    hands.press("button", "Add the rule")
    text = hands.page.get_by_role("main").inner_text()
    require("Customers: E-mail" in text and "hidden" in text, "the rule is not on the page of the role")
    hands.page.goto("/users")
    hands.page.locator("form[action='/users'] [name=name]").fill("Kim Harbour")
    hands.page.locator("form[action='/users'] [name=email]").fill("kim@example.org")
    hands.page.locator("form[action='/users'] [name=password]").fill(PASSWORD)
    hands.page.locator("form[action='/users'] [name=role]").select_option("field-sales")
    hands.page.locator("form[action='/users'] button[type=submit]").click()
    hands.page.get_by_text("Kim Harbour can sign in now").wait_for()

    kim = enter(world, server, "kim@example.org")
    require("/roles" not in places(kim.page), "the navigation leads to a page that is shut")
    for path in (f"/customers/{made['id']}", "/customers?q=lighthouse"):
        kim.page.goto(path)
        text = kim.page.content()
        require("Amber Lighthouse" in text, f"{path} does not show the customer")
        require("keeper@lighthouse" not in text, f"{path} shows a hidden field")
    found = Program(server, "kim@example.org", PASSWORD).ask(f"/customers/{made['id']}")
    require("email" not in found, f"the API shows a hidden field: {found}")

    # Back in the open field: the next click sees it.
    owner.ask("/roles/field-sales/fields/customer.email", method="DELETE")
    kim.page.goto(f"/customers/{made['id']}")
    require("keeper@lighthouse" in kim.page.content(), "a change of the role did not hold at the next click")


@journey
def an_analyst_works_without_a_single_name(world):
    server = world.serve(world.company("distributor"), "--rate", "0")
    owner = Program(server, *server.sign_in())
    owner.ask(
        "/users", {"name": "Ana", "email": "ana@example.org", "password": PASSWORD, "role": "analyst"}
    )
    names, after = set(), ""
    while len(names) < 400:
        page = owner.ask(f"/customers?size=200&columns=name{after}")
        names |= {row["name"] for row in page["rows"] if len(row["name"]) > 6}
        if not page.get("next"):
            break
        after = f"&after={urllib.request.quote(page['next'])}"
    require(len(names) > 50, f"only {len(names)} customers have a name")
    wanted = re.compile("|".join(re.escape(name) for name in names))

    hands = enter(world, server, "ana@example.org")
    seen, waiting = set(), places(hands.page)
    customer = owner.ask("/customers?size=1")["rows"][0]["id"]
    waiting += [f"/customers/{customer}", f"/portfolio/customers/{customer}", f"/observations?customer={customer}"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for address in (path, f"/api/v1{path}"):
            answer = hands.page.request.get(address, timeout=120_000)
            require(answer.status < 500, f"{address} answers {answer.status}")
            found = wanted.search(answer.text())
            require(not found, f"{address} shows an analyst the name {found and found.group(0)}")
    require(len(seen) > 20, f"only {len(seen)} pages were looked at: {sorted(seen)}")


@journey
def an_analysts_work_goes_by_keyboard_alone_and_what_goes_out_has_no_names(world):
    """A segment of their own, the figures behind a chart, and a list as a file."""
    server = world.serve(world.company(), "--rate", "0")
    owner = Program(server, *server.sign_in())
    owner.ask("/users", {"name": "Ana", "email": "ana@example.org", "password": PASSWORD, "role": "analyst"})
    owner.ask("/customers", {"name": "Amber Lighthouse", "kind": "organisation", "email": "keeper@lighthouse.example"})
    customers = owner.ask("/customers/count")["total"]
    keys = enter(world, server, "ana@example.org", Keyboard)
    page = keys.page
    page.goto("/portfolio/concentration")
    keys.unfold("The numbers behind this")
    require(page.locator("details[open] table").first.is_visible(), "the numbers are not there")
    page.goto("/portfolio/segments/new")
    keys.fill("Name", "Loyal")
    what = page.get_by_label("Condition 1: what", exact=True)
    keys.reach(what, "what the condition asks")
    page.keyboard.type("Orders")
    value = page.get_by_label("Condition 1: value", exact=True)
    keys.reach(value, "the value of the condition")
    page.keyboard.type("3")
    keys.press("button", "Save")
    require("Loyal" in page.locator("h1").inner_text(), page.get_by_role("main").inner_text()[:300])
    page.goto("/customers")
    keys.press("link", "Export")
    keys.press("button", "Make the file")
    page.wait_for_url("**/exports/*")
    load = page.get_by_role("link", name="Download")
    load.wait_for(timeout=60_000)
    keys.reach(load, "the file")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    out = download.value.path().read_text(encoding="utf-8-sig")
    require(len(out.splitlines()) == customers + 1, f"{len(out.splitlines())} lines for {customers} customers")
    require("Amber" not in out and "lighthouse" not in out, "the file has a name or an address")


@journey
def an_administrators_day_works_by_keyboard_alone(world):
    """A role, a field, an invitation, and something taken out of the bin."""
    database = world.company()
    server = world.serve(database)
    keys = Keyboard(world.page(server))
    sign_in(keys, server)
    keys.page.goto("/roles")
    keys.choose("With the rights of", 2)
    keys.fill("Its name", "Night shift")
    keys.press("button", "Copy")
    keys.page.wait_for_url("**/roles/night-shift")
    keys.page.goto("/fields")
    keys.fill("Name", "Rating")
    keys.press("button", "Add the field")
    require("x_rating" in keys.page.get_by_role("main").inner_text(), "the field is not listed")
    keys.page.goto("/invitations")
    keys.press("link", "Invite somebody")
    keys.fill("E-mail", "kim@example.org")
    keys.choose("Administrator", 5)
    keys.press("button", "Make the link")
    invited = number(database, "SELECT count(*) FROM invitation WHERE email = 'kim@example.org'")
    require(invited == 1, "nobody is invited")
    record = int(ask(database, "SELECT id FROM customer ORDER BY folded LIMIT 1")[0][0])
    keys.page.goto(f"/customers/{record}")
    keys.press("button", "Bin")
    require(number(database, "SELECT count(*) FROM customer WHERE binned_at IS NOT NULL") == 1, "it is not in the bin")
    keys.page.goto("/bin")
    keys.press("button", "Take out")
    require(number(database, "SELECT count(*) FROM customer WHERE binned_at IS NOT NULL") == 0, "it is still in the bin")
