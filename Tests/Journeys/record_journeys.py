"""Lists of records as people use them: narrowed by clicking, kept as views, changed in place and many at once."""

import json
import re
import time
import urllib.request

from hands import Keyboard, Pointer
from harness import journey, require
from main_job_journeys import sign_in


class Program:
    """A program that asks the API, signed in."""

    def __init__(self, server):
        self.server, self.token = server, None
        email, password = server.sign_in()
        self.token = self.ask("/session", {"email": email, "password": password})["token"]

    def ask(self, path, body=None, method=None):
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = json.dumps(body).encode() if body is not None else None
        asked = urllib.request.Request(self.server.address + "/api/v1" + path, data, headers, method=method)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.load(answer)


def said(hands):
    return hands.page.get_by_role("main").inner_text()


def titles(page):
    return page.locator("tbody th a").all_inner_texts()


@journey
def a_manager_narrows_keeps_a_view_and_changes_many(world):
    database = world.company("distributor")
    server = world.serve(database)
    hands = Pointer(world.page(server))
    page = hands.page
    page.set_default_timeout(60_000)
    sign_in(hands, server)
    program = Program(server)

    # By clicking: the kind, and one of two more conditions in a group.
    page.goto("/customers")
    page.locator("#menu-filter > summary").click()
    box = page.locator("[data-filter-builder]")
    box.get_by_label("Field").first.select_option("kind")
    box.get_by_label("Value").first.select_option("site")
    box.get_by_role("button", name="Add a group").first.click()
    inner = box.locator("fieldset fieldset")
    inner.get_by_label("How the conditions are joined").select_option("or")
    inner.get_by_label("Field").first.select_option("orders")
    inner.get_by_label("Value").first.fill("100000")
    inner.get_by_role("button", name="Add a condition").click()
    inner.get_by_label("Field").nth(1).select_option("name")
    inner.get_by_label("Value").nth(1).fill("site 2")
    page.get_by_role("button", name="Show them").click()
    page.wait_for_load_state()
    require("filter=" in page.url and "site+2" in page.url.replace("%20", "+"), f"the filter is not in the address: {page.url}")
    require("kind is Site" in said(hands), f"the filter is not read as a sentence: {said(hands)[:300]}")
    found = titles(page)
    require(found and all("site 2" in name for name in found), f"the filter finds {found[:3]}")

    # The same list by program and at the command of a person who types it.
    answer = program.ask("/customers?filter=kind+is+site+and+name+contains+%27site+2%27&total=1")
    require(answer["rows"][0]["name"] == found[0], "the API lists another first")

    # Kept under a name, for everybody.
    page.locator("#menu-views > summary").click()
    page.get_by_label("Keep this list as").fill("Second sites")
    page.get_by_label("For everybody").check()
    page.get_by_role("button", name="Keep", exact=True).click()
    page.wait_for_load_state()
    require(page.get_by_role("heading", name="Second sites").count() == 1, "the view has no page of its own")

    # It gets another name, goes and comes back.
    page.locator("#menu-views > summary").click()
    page.get_by_label("Name of this view").fill("Sites of the second kind")
    page.get_by_role("button", name="Save it as it is now").click()
    page.wait_for_load_state()
    require(page.get_by_role("heading", name="Sites of the second kind").count() == 1, "the view has its old name")
    found = page.url
    page.locator("#menu-views > summary").click()
    page.get_by_role("button", name="Remove").click()
    page.wait_for_load_state()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_load_state()
    require(page.url == found, f"the view did not come back: {page.url}")

    # All that match get an owner, in the background or at once; then it is taken back.
    rows = page.locator("tbody .vc-tick input").count()
    page.get_by_label("Tick every row of this page").check()
    require(page.locator("tbody .vc-tick input:checked").count() == rows, "not every row is ticked")
    if page.locator("[data-all]").count():
        number = f"All {answer['total']:,} that match"
        page.get_by_label(number).check()
        require(page.locator("[data-selection-count]").inner_text() == number, "the bar tells another number")
    page.locator("#bulk-field").select_option("owner")
    page.locator("#bulk-value").select_option(label="Owner")
    page.get_by_role("button", name="Set", exact=True).click()
    page.wait_for_load_state()
    wait_until(lambda: program.ask("/customers/count?filter=owner+filled+and+kind+is+site")["total"] == answer["total"])
    mine = program.ask("/customers/count?filter=owner+mine")["total"]
    require(mine >= answer["total"], "they are not mine")

    # One of them goes to nobody meanwhile; the act is taken back on its page, and says what it left.
    program.ask(f"/customers/{answer['rows'][0]['id']}", {"owner": ""}, method="PATCH")
    page.goto("/bulk-runs")
    page.locator("tbody a").first.click()
    page.wait_for_load_state()
    wait_until(lambda: page.get_by_role("button", name="Take it back").count() or page.reload() and False)
    page.get_by_role("button", name="Take it back").click()
    page.wait_for_load_state()
    wait_until(lambda: program.ask("/customers/count?filter=owner+filled+and+kind+is+site")["total"] == 0)
    run = program.ask("/bulk-runs")["rows"][0]
    require(run["state"] == "undone" and run["restored"] == answer["total"], f"it is told otherwise: {run}")


def wait_until(holds, seconds=90):
    end = time.monotonic() + seconds
    while not holds():
        require(time.monotonic() < end, "it did not come true")
        time.sleep(0.3)


@journey
def several_values_widths_and_a_site_are_set_where_one_stands(world):
    server = world.serve(world.company("distributor"))
    page = world.page(server)
    page.set_default_timeout(60_000)
    sign_in(Pointer(page), server)
    program = Program(server)
    firm = program.ask("/customers", {"name": "Harbour Records", "kind": "household"})["id"]

    # A condition takes several values by the keyboard; one is taken off again.
    page.goto("/customers?filter=kind+is+household")
    page.locator("#menu-filter > summary").click()
    box = page.locator("[data-filter-builder]")
    for _ in range(2):
        box.get_by_role("button", name="Or another value").focus()
        page.keyboard.press("Enter")
    box.get_by_label("Value", exact=True).nth(2).select_option("site")
    box.get_by_role("button", name="Remove the value").first.click()
    require(page.locator("#filter-text").input_value() == "kind is household,site", "the values are others")
    page.get_by_role("button", name="Show them").click()
    page.wait_for_load_state()
    count = program.ask("/customers/count?filter=kind+is+household,site")["total"]
    require(count > 1 and len(titles(page)) == min(50, count), "the list has others")

    # A column is made wider and narrower from its menu, and stays so.
    page.locator("#menu-columns > summary").click()
    heading = page.locator("thead th").nth(1)
    width = heading.bounding_box()["width"]
    for name, turns, holds in (("wider", 3, lambda now: now > width), ("narrower", 5, lambda now: now < width)):
        page.get_by_role("button", name=re.compile(f"^Make Name {name}")).focus()
        for _ in range(turns):
            page.keyboard.press("Enter")
        require(holds(heading.bounding_box()["width"]), f"the column is not {name}")
    narrow = heading.bounding_box()["width"]
    page.reload()
    require(abs(page.locator("thead th").nth(1).bounding_box()["width"] - narrow) < 2, "the width is forgotten")

    # A member is added on the page of its household.
    page.goto(f"/customers/{firm}")
    page.get_by_role("link", name="Add a member").click()
    page.get_by_label("Name", exact=True).fill("Ada Moor")
    require(page.locator("select[name=kind]").input_value() == "person", "it is no person")
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_load_state()
    page.goto(f"/customers/{firm}")
    page.get_by_role("link", name="Ada Moor").wait_for()
    require([child["name"] for child in program.ask(f"/customers/{firm}")["under"]] == ["Ada Moor"], "it stands elsewhere")


@journey
def cells_and_cards_are_changed_by_keyboard_and_without_scripts(world):
    database = world.company("distributor")
    server = world.serve(database)
    page = world.page(server)
    page.set_default_timeout(60_000)
    sign_in(Keyboard(page), server)
    program = Program(server)
    page.goto("/customers?columns=name,kind,email")
    first = page.locator("[data-cell=email]").first
    record = first.get_attribute("data-record")
    first.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("desk@example.org")
    page.keyboard.press("Enter")
    page.locator(".vc-edit-kept").first.wait_for()
    require(program.ask(f"/customers/{record}")["email"] == "desk@example.org", "the cell is not kept")

    # What cannot be is refused, and nothing typed is lost.
    cell = page.locator("[data-cell=email]").nth(1)
    cell.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("no address")
    page.keyboard.press("Enter")
    page.locator(".vc-said").wait_for()
    require(cell.locator("input").input_value() == "no address", "what was typed is gone")

    # A card of the board goes to the next column by keys.
    page.goto("/customers/board?by=kind")
    card = page.locator("[data-choice=organisation] .vc-board-card").first
    moved = card.get_attribute("data-record")
    card.focus()
    page.keyboard.press("Alt+ArrowLeft")
    page.locator(f"[data-choice=household] [data-record='{moved}']").wait_for()
    wait_until(lambda: program.ask(f"/customers/{moved}")["kind"] == "household")

    # Without scripts: a filter as text, a card moved by its form, a record into the bin and out again.
    plain = world.page(server, scripts=False)
    plain.set_default_timeout(60_000)
    sign_in(Pointer(plain), server)
    plain.goto("/customers")
    plain.locator("#menu-filter > summary").click()
    plain.locator("#filter-text").fill("kind is household")
    plain.get_by_role("button", name="Show them").click()
    plain.wait_for_load_state()
    require(len(titles(plain)) == 1, f"one household is not found: {titles(plain)}")
    plain.locator("#menu-filter > summary").click()
    plain.locator("#filter-text").fill("kind was household")
    plain.get_by_role("button", name="Show them").click()
    plain.wait_for_load_state()
    require("cannot be read" in plain.get_by_role("main").inner_text(), "a wrong filter is not told")
    plain.goto("/customers?filter=kind+is+household")
    plain.locator("tbody .vc-tick input").first.check()
    plain.get_by_role("button", name="Put into the bin").click()
    plain.wait_for_load_state()
    require("put into the bin" in plain.get_by_role("main").inner_text(), "the bin is not told")
    require(program.ask("/customers/count?filter=kind+is+household")["total"] == 0, "it is still there")
    plain.goto("/bin")
    plain.get_by_role("button", name="Take out").first.click()
    plain.wait_for_load_state()
    require(program.ask("/customers/count?filter=kind+is+household")["total"] == 1, "it did not come back")


@journey
def a_field_of_the_companys_own_is_everywhere_at_once(world):
    database = world.company("distributor")
    server = world.serve(database)
    hands = Pointer(world.page(server))
    page = hands.page
    page.set_default_timeout(60_000)
    sign_in(hands, server)
    program = Program(server)
    page.goto("/fields")
    hands.fill("Name", "Value of an order")
    hands.field("Holds").select_option("formula")
    hands.fill("Formula", "value / nothing_such")
    hands.press("button", "Add the field")
    require("there is no field" in said(hands), f"a formula over nothing is taken: {said(hands)[:300]}")
    hands.fill("Formula", "round(value / orders, 2)")
    hands.press("button", "Add the field")
    require("x_value_of_an_order" in said(hands), "the field is not listed")
    page.goto("/customers?columns=name,value,orders,x_value_of_an_order&sort=-x_value_of_an_order&filter=orders+above+0")
    row = page.locator("tbody tr").first.locator("td:not(.vc-tick)").all_inner_texts()
    amounts = [float(re.sub(r"[^0-9.]", "", text)) for text in row[:3]]
    require(abs(amounts[0] / amounts[1] - amounts[2]) < 0.011, f"the formula says {row}")
    # Which a program gets as well.
    rows = program.ask("/customers?columns=name,x_value_of_an_order&sort=-x_value_of_an_order&size=1")["rows"]
    require(abs(rows[0]["x_value_of_an_order"] - amounts[2]) < 0.006, f"the API says {rows}")
