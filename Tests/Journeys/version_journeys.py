"""What people decide about strategies: overruling, ending, and the portfolio frozen and compared."""

import re

from hands import Pointer
from harness import journey, require
from main_job_journeys import sign_in


def said(hands):
    return hands.page.get_by_role("main").inner_text()


@journey
def an_owner_overrules_approves_an_ending_freezes_and_compares(world):
    database = world.company("distributor")
    server = world.serve(database)
    hands = Pointer(world.page(server))
    page = hands.page
    sign_in(hands, server)

    page.goto("/portfolio/versions")
    hands.fill("What it is for", "Before the talk")
    hands.press("button", "Freeze")
    require("Before the talk" in said(hands), "the version is not there")

    # Nobody is ended without a person's word.
    rows = world.json("portfolio", "strategies", "--database", database)
    proposed = [row["customer"] for row in rows if row.get("heading") == "endProposed"]
    require(proposed, "the distributor has nobody whose ending waits")
    page.goto("/portfolio/endings")
    waiting = page.locator("a[href^='/portfolio/customers/']")
    require(waiting.count() >= len(proposed), f"{waiting.count()} of {len(proposed)} endings are listed")
    waiting.first.click()
    page.wait_for_load_state()
    ending = page.locator("form[action='/portfolio/endings']").first
    ending.get_by_label("End it").check()
    ending.get_by_label("Why").fill("Three talks came to nothing.")
    holds = ending.locator("input[type=checkbox]")
    if holds.count():
        holds.check()
    ending.get_by_role("button", name="Answer").click()
    page.wait_for_load_state()
    require("Ending was approved" in said(hands), f"the approval is not shown: {said(hands)[:300]}")

    # Both strategies stay visible.
    page.goto("/portfolio/assignments?strategy=enhance")
    chosen = page.locator("main a[href^='/portfolio/customers/']").first
    name, address = chosen.inner_text(), chosen.get_attribute("href")
    page.goto(address)
    override = page.locator("form[action='/portfolio/overrides']").first
    override.get_by_label("Strategy").select_option("harvest")
    override.get_by_role("button", name="Set it").click()
    page.wait_for_load_state()
    require("reason" in said(hands).lower(), "an override without a reason is taken")
    override = page.locator("form[action='/portfolio/overrides']").first
    override.get_by_label("Strategy").select_option("harvest")
    override.get_by_label("Why").fill("They told us they are closing the site.")
    override.get_by_role("button", name="Set it").click()
    page.wait_for_load_state()
    require("instead of enhance" in said(hands), "what the rules said is not kept")

    made = world.json("portfolio", "freeze", "--note", "After the talk", "--database", database)
    versions = world.json("portfolio", "versions", "--database", database)
    require([row["note"] for row in versions] == ["After the talk", "Before the talk"], f"{versions}")
    answer = world.json("portfolio", "compare", "--database", database)
    require(answer["moved"] == 2 and answer["new"] == answer["gone"] == 0, f"{answer['moved']} moved")
    reasons = sorted(row["causes"][0]["reason"] for row in answer["rows"])
    require(reasons == ["ending", "override"], f"they moved because of {reasons}")
    require(answer["stayed"] + 2 == made["customers"], f"{answer['stayed']} of {made['customers']} stayed")
    page.goto(f"/portfolio/versions/{made['id']}/compare")
    require(name in said(hands), f"{name} is not among those who moved")

    # Taken back, the rules hold again and the version stays as it was.
    page.goto(address)
    page.get_by_role("button", name=re.compile("Take it back")).first.click()
    page.wait_for_load_state()
    now = world.json("portfolio", "compare", made["id"], "--with", "now", "--database", database)
    require(now["moved"] == 1 and now["rows"][0]["name"] == name, f"{now['rows']}")
