"""The portfolio: what customers earn and are worth, which strategy they call for, and what is not known."""

import csv
import json
from pathlib import Path

from hands import Pointer
from harness import journey, require
from main_job_journeys import sign_in


def near(what, value, expected, relative=0.005):
    close = value is not None and abs(value - expected) <= relative * abs(expected)
    require(close, f"{what} is {value}, not {expected}")


@journey
def the_record_shops_owner_learns_who_deserves_time(world):
    database = world.folder() / "company.sqlite"
    world.run("demo", "record-shop", "--sample", "--database", database)
    answer = world.json("portfolio", "run", "--scenario", "S1", "--database", database)
    worth = answer["value"]
    require(answer["model"] == "bg-nbd", f"the scenario's model is {answer['model']}")
    near("total lifetime value", worth["totalValue"], 42_416, 0.02)
    near("its mean", worth["meanValue"], 18.00, 0.02)
    near("its median", worth["medianValue"], 6.50, 0.02)
    require(worth["top"] == 472, f"{worth['top']} customers are the top fifth")
    near("the line of the top fifth", worth["topThreshold"], 17.44, 0.02)
    near("their share", worth["topShare"], 0.694, 0.02)
    near("the ceiling of one", worth["ceilingEach"], 6.24, 0.02)
    near("the ceiling of all", worth["ceilingTotal"], 2_946, 0.02)
    near("what they bought later", worth["check"]["byValue"], 0.668)
    near("what past spending would have found", worth["check"]["byPast"], 0.663)
    require(answer["significant"]["highLifetimeValue"] == 472, f"{answer['significant']} are significant")
    for name, parameter in {"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}.items():
        near(name, worth["parameters"][name], parameter, 0.001)


@journey
def the_grocery_chain_learns_what_it_does_not_know(world):
    answer = world.json("portfolio", "run", "--scenario", "M1", "--database", world.company("grocery"))
    earned = answer["contribution"]
    near("contribution", earned["contribution"], 846_456)
    near("cost to serve over margin", earned["costToServeShare"], 0.263)
    require(earned["lossMakers"] == 43, f"{earned['lossMakers']} customers lose money")
    near("their loss", earned["loss"], -1_541)
    near("peak of the whale curve", earned["whalePeak"], 1.002)
    counts = {name: group["count"] for name, group in answer["strategies"].items()}
    expected = {"protect": 494, "enhance": 334, "harvest": 104, "lossMaking": 31, "lapsed": 142}
    require(counts == expected, f"the strategies are {counts}")
    require(answer["strategies"]["protect"]["declining"] == 29, "29 of the protected decline")
    undecided = answer["undecided"]
    require(undecided["count"] == 1_364, f"{undecided['count']} are undecided")
    require(undecided["between"] == ["enhance", "harvest"] and undecided["missing"] == ["wallet"], f"{undecided}")
    near("the next 13 weeks", answer["forecast"]["total"], 1_259_182, 0.02)
    near("how wrong it was before", answer["forecast"]["error"], 0.050, 0.02)


@journey
def every_customer_is_listed_by_the_name_its_feed_knows(world):
    database = world.folder() / "company.sqlite"
    world.run("demo", "record-shop", "--sample", "--database", database)
    values = world.json("portfolio", "value", "--scenario", "S1", "--database", database)
    require(len(values) == 2_357 and {"customer", "contribution", "clv", "low", "high", "grade"} <= set(values[0]), "")
    strategies = world.json("portfolio", "strategies", "--scenario", "S1", "--database", database)
    require({row["customer"] for row in strategies} == {row["customer"] for row in values}, "the lists differ")
    significant = world.json("portfolio", "significant", "--scenario", "S1", "--database", database)
    require(len(significant) == 472 and significant[0]["evidence"], "the evidence is missing")


@journey
def what_the_distributors_customers_earn_is_what_was_planted(world):
    folder = world.folder()
    database, truth = folder / "company.sqlite", folder / "truth.json"
    world.run("demo", "distributor", "--seed", "20261122", "--truth", truth, "--database", database)
    planted = {row["customer"]: row for row in json.loads(truth.read_text(encoding="utf-8"))["customers"]}
    found = {row["customer"]: row for row in world.json("portfolio", "value", "--database", database)}
    for customer, row in found.items():
        expected = planted[customer]["contribution"]
        close = abs(row["contribution"] - expected) <= 0.02 * abs(expected) + 0.02
        require(close, f"{customer} earns {row['contribution']}, planted was {expected}")
    missed = [one for one, row in planted.items() if one not in found and row["contribution"] != 0]
    require(len(found) > 300 and not missed, f"{len(found)} found; without figures: {missed[:5]}")


@journey
def an_owner_enters_what_serving_costs_and_sees_who_loses_money(world):
    server = world.serve(world.company("grocery"))
    hands = Pointer(world.page(server))
    sign_in(hands, server)
    hands.page.goto("/portfolio/contribution")
    hands.press("link", "Enter assumptions")
    for label, value in {"Gross margin": "0.25", "Order taken": "1.5", "Order line picked": "0.04"}.items():
        hands.fill(label, value)
    hands.fill("Months ahead", "9000")
    hands.press("button", "Save")
    require(hands.page.get_by_text("out of range").first.is_visible(), "a horizon of 9000 months is taken")
    require(hands.page.get_by_label("Gross margin").input_value() == "0.25", "what was typed is lost")
    hands.fill("Months ahead", "36")
    hands.press("button", "Save")
    hands.page.goto("/portfolio/contribution")
    text = hands.page.get_by_role("main").inner_text()
    require("lose money" in text and "Order taken is the dearest part of serving" in text, "the walk says nothing")
    with hands.page.expect_download() as arriving:
        hands.target("link", "Export").click()
    rows = list(csv.DictReader(Path(arriving.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    require(len(rows) == 2_469, f"{len(rows)} customers in the file")
    total = sum(float(row["contribution"]) for row in rows)
    near("the sum of the file", total, 0.25 * 4_596_040 - 1.5 * 155_848 - 0.04 * 1_469_307 - 4_543, 0.001)
    for path, word in {"value": "Who is worth most", "strategies": "closest calls", "significant": "Matters as"}.items():
        hands.page.goto(f"/portfolio/{path}")
        require(word in hands.page.get_by_role("main").inner_text(), f"/portfolio/{path} does not say “{word}”")
    hands.page.get_by_role("button", name="Reject").first.click()
    require("is rejected" in hands.page.locator("body").inner_text(), "nothing says that the word was taken")
    require("rejected" in hands.page.get_by_role("main").inner_text(), "the list does not show the verdict")
