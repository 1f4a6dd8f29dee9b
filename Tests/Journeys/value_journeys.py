"""What customers are worth over time, and the paid time that nobody used."""

import re

from hands import Pointer
from harness import journey, require
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
