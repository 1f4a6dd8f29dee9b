"""Segments: built by hand, accepted from a proposal, and the customers who matter treated by a rule."""

import json

from hands import Pointer
from harness import journey, require
from main_job_journeys import sign_in

PATIENCE = 90_000


def opened(world, server):
    hands = Pointer(world.page(server))
    hands.page.context.set_default_timeout(PATIENCE)
    sign_in(hands, server)
    return hands


def text(hands):
    return hands.page.get_by_role("main").inner_text()


@journey
def an_analyst_builds_a_segment_accepts_a_proposal_and_an_owner_rules_how_those_who_matter_are_treated(world):
    database = world.company("distributor")
    server = world.serve(database)
    hands = opened(world, server)
    page = hands.page

    # By hand: a rule, its preview, the segment, its customers.
    page.goto("/portfolio/segments")
    hands.press("link", "Make one by hand")
    hands.fill("Name", "Loyal")
    page.get_by_label("Condition 1: what", exact=True).select_option("orders")
    page.get_by_label("Condition 1: value", exact=True).fill("many")
    hands.press("button", "Preview")
    require("is not a number" in text(hands), "a rule with words for a number is taken")
    require(page.get_by_label("Condition 1: value", exact=True).input_value() == "many", "what was typed is lost")
    page.get_by_label("Condition 1: value", exact=True).fill("10")
    page.get_by_label("Condition 2: what", exact=True).select_option("daysSinceLast")
    page.get_by_label("Condition 2: how", exact=True).select_option("atMost")
    page.get_by_label("Condition 2: value", exact=True).fill("60")
    hands.press("button", "Preview")
    preview = page.locator("[data-preview]")
    held = int(preview.get_attribute("data-preview"))
    require(held > 20 and "orders are at least 10 and time since the last purchase is at most 60 days" in
            preview.inner_text(), f"the preview says {preview.inner_text()}")
    hands.press("button", "Save")
    require(f"of {held} customers" in text(hands), f"the segment has not the {held} customers of the preview")
    for word in ("of sales is left", "in the next 13 weeks", "How attractive, how fitting", "would have paid"):
        require(word in text(hands), f"the page of the segment does not say “{word}”")
    hands.fill("Fit to our skills", "80")
    hands.press("button", "Save ratings")
    customer = page.locator("#customers table a").first
    name = customer.inner_text()
    customer.click()
    page.wait_for_url("**/customers/*")
    require(name in text(hands), "the way down does not end at the customer")

    # Accepted: k-means with its silhouettes.
    page.goto("/portfolio/segments/proposals?method=clusters")
    require("lie farthest apart" in text(hands) and "times the usual" in text(hands), "the proposal says nothing")
    hands.press("button", "Accept")
    require("was accepted" in page.locator("body").inner_text(), "nothing says that the proposal was taken")
    require("seed 1" in text(hands) and "All analyses use these segments" in text(hands), "k and seed are not kept")
    page.goto("/portfolio/contribution")
    tabs = page.get_by_role("navigation", name="Margin walk of")
    require(tabs.get_by_role("link").count() >= 3, "the margin walk cannot be chosen by segment")
    page.goto("/portfolio/forecast")
    require("was least wrong" in text(hands) and "The segments together say" in text(hands), "the forecast is silent")

    # A rule for those who matter.
    page.goto("/portfolio/treatment")
    require("get" in text(hands) and "times as much" in text(hands), "nothing compares those who matter with others")
    hands.field("Who answers for them").select_option("own")
    hands.fill("Review every", "90")
    hands.press("button", "Save the rule")
    require("did not get what they are due" in text(hands), "the lead does not say who is in breach")
    require("nobody answers for it" in page.locator("#breaches").inner_text(), "nobody is in breach")

    # The same by the command, beside the server.
    told = json.loads(world.run("portfolio", "treatment", "--json", "--database", database).stdout)
    require(told["breaches"] and "owner" in told["breaches"][0]["reasons"], f"{told['breaches'][:1]}")
    listed = json.loads(world.run("portfolio", "segments", "--json", "--database", database).stdout)
    members = [one for row in listed["segments"] for one in row["members"]]
    require(len(members) == len(set(members)) > 300, f"{len(members)} members, some of them twice")
    ahead = json.loads(world.run("portfolio", "forecast", "--json", "--database", database).stdout)
    require(len(ahead["whole"]["weeks"]) == 13 and ahead["whole"]["trials"], "the forecast has no weeks")
    worth = json.loads(
        world.run("portfolio", "equity", "--by", "segments in use", "--json", "--database", database).stdout
    )
    named = {row["name"] for row in listed["segments"]}
    require(worth["segments"] and set(worth["segments"]) <= named, f"equity is told apart by {worth['segments']}")
