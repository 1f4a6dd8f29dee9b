"""Portfolio matrices: lines that are dragged count what the server counts, ratings, scenarios, the removal test."""

import csv
import json
import re

from hands import Pointer
from harness import journey, require
from main_job_journeys import sign_in

# A machine that does much else may be slow; nothing here waits for a moment that passes.
PATIENCE = 120_000


def signed_in(world, server, **options):
    hands = Pointer(world.page(server, **options))
    hands.page.set_default_timeout(PATIENCE)
    sign_in(hands, server)
    return hands


def answers(page, box):
    """How many answers stand; the number only grows."""
    page.wait_for_function(
        "box => Number(document.querySelector(box)?.dataset.answers) > 0", arg=box, timeout=PATIENCE
    )
    return int(page.locator(box).get_attribute("data-answers"))


def after(page, box, act):
    """Does something and waits until one more answer stands."""
    before = answers(page, box)
    act()
    page.wait_for_function(
        "([box, before]) => Number(document.querySelector(box)?.dataset.answers) > before",
        arg=[box, before],
        timeout=PATIENCE,
    )


def cells(page):
    """Customers and money of every card, as they are written."""
    return page.locator(".vc-cell").evaluate_all(
        "all => all.map(one => [one.querySelector('h4').textContent,"
        " ...[...one.querySelectorAll('[data-of]')].map(part => part.textContent)])"
    )


def apply(hands):
    with hands.page.expect_navigation(timeout=PATIENCE):
        hands.target("button", "Apply").click()


def drag(page, line, dx, dy):
    grip = page.locator(f"[data-cut-line={line}] .vc-cut-knob")
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2, steps=4)
    page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()


@journey
def lines_of_a_matrix_count_what_the_server_counts(world):
    server = world.serve(distributor(world))
    hands = signed_in(world, server)
    page = hands.page
    page.goto("/portfolio/matrices/shapiro")
    first = cells(page)
    require(len(first) == 4 and sum(int(row[1].replace(",", "")) for row in first) > 200, f"the cells are {first}")
    answers(page, "[data-cuts]")
    require(cells(page) == first, "the browser counts otherwise than the server before anything moved")
    # By pointer.
    after(page, "[data-cuts]", lambda: drag(page, "price", 0, -60))
    after(page, "[data-cuts]", lambda: drag(page, "cost", 70, 0))
    dragged = cells(page)
    settled = page.locator("[data-cuts]").get_attribute("data-settled")
    require(dragged != first and re.search(r"cost=[\d.]+", settled), f"dragging changed nothing: {settled}")
    apply(hands)
    require(cells(page) == dragged, f"the server says {cells(page)}, the browser said {dragged} at {settled}")
    require("price=" in page.url and "cost=" in page.url, f"the address is {page.url}")
    # By keys.
    answers(page, "[data-cuts]")
    handle = page.locator("[data-cut-line=price]")
    now = float(handle.get_attribute("aria-valuenow"))
    handle.focus()
    after(page, "[data-cuts]", lambda: page.keyboard.press("ArrowDown"))
    after(page, "[data-cuts]", lambda: page.keyboard.press("PageDown"))
    require(float(handle.get_attribute("aria-valuenow")) < now, "the keys do not move the line down")
    moved = cells(page)
    apply(hands)
    require(cells(page) == moved, f"after keys the server says {cells(page)}, the browser said {moved}")
    # The other two, one line each.
    for path, line in {"turnbull-zolkiewski": "price", "fiocca": "importance"}.items():
        page.goto(f"/portfolio/matrices/{path}")
        answers(page, "[data-cuts]")
        handle = page.locator(f"[data-cut-line={line}]").first
        handle.focus()
        after(page, "[data-cuts]", lambda: page.keyboard.press("PageUp"))
        seen = cells(page)
        apply(hands)
        require(cells(page) == seen, f"{path}: the server says {cells(page)}, the browser said {seen}")
    # Kept under a name, and set beside the page as it is.
    page.goto("/portfolio/matrices/shapiro")
    answers(page, "[data-cuts]")
    page.locator("[data-cut-line=cost]").focus()
    for _ in range(2):
        after(page, "[data-cuts]", lambda: page.keyboard.press("PageUp"))
    hands.fill("Name of the scenario", "Dearer service")
    with page.expect_navigation(timeout=PATIENCE):
        hands.target("button", "Save the scenario").click()
    text = page.get_by_role("main").inner_text()
    require("Dearer service" in text and "move" in text and "Who moves" in text, "the comparison does not say who moves")
    page.goto("/portfolio/scenarios")
    require("Dearer service" in page.get_by_role("main").inner_text(), "the scenario is not in the list")
    with page.expect_navigation(timeout=PATIENCE):
        hands.target("button", "Delete").click()
    require("Nothing saved yet" in page.get_by_role("main").inner_text(), "the scenario was not deleted")


@journey
def lines_are_typed_without_scripts_and_what_is_missing_is_said(world):
    server = world.serve(distributor(world))
    hands = signed_in(world, server, scripts=False)
    page = hands.page
    page.goto("/portfolio/matrices/shapiro")
    first = cells_without_scripts(page)
    hands.fill("High price from", "97")
    apply(hands)
    require("price=97" in page.url and cells_without_scripts(page) != first, "a typed line moves nobody")
    hands.fill("High price from", "many")
    apply(hands)
    require("is not a number" in page.get_by_role("main").inner_text(), "a word is taken for a line")
    # A party with sites is rated on its own page and stands in the matrix once.
    placed = {row[0] for row in positions(hands)}
    page.goto("/customers?filter=kind+is+site")
    sites = page.locator("tbody a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    number = next(filter(placed.__contains__, (party_of(page, site) for site in sites)))
    page.goto(f"/portfolio/customers/{number}/ratings")
    hands.field("Learning, reference and access").select_option("5")
    for label in ("Potential and prestige", "Competition for the account", "Its market"):
        hands.field(label).select_option("4")
    hands.press("button", "Save")
    require("4 of 18 items are rated" in page.get_by_role("main").inner_text(), "the ratings are not told")
    mine = [row for row in positions(hands) if row[0] == number]
    require(len(mine) == 1 and mine[0][3] != "" and "declared" in mine[0], f"the account's row is {mine}")
    page.goto(f"/portfolio/customers/{number}/ratings")
    hands.press("button", "Take back")
    require("3 of 18 items are rated" in page.get_by_role("main").inner_text(), "nothing was taken back")
    # The removal test, by fields.
    page.goto("/portfolio/fixed-cost")
    hands.fill("Fixed cost of a year", "400000")
    hands.press("button", "Save")
    require("Fixed cost of a year" in page.get_by_role("main").inner_text(), "the cost was not taken")
    hands.fill("Take away the largest", "5")
    apply(hands)
    fields = page.locator("[data-removal-words] dd").all_inner_texts()
    require(fields[0] == "5 customers", f"the removal says {fields}")
    told = json.loads(world.run("portfolio", "removal", "--top", "5", "--database", server.database, "--json").stdout)
    turned = told["removal"]["turnedNegative"]
    require(fields[1].startswith(f"{turned:,} of "), f"the page says {fields[1]}, the command {turned}")
    slider = signed_in(world, server)
    slider.page.goto("/portfolio/fixed-cost?top=1")
    slider.page.locator("[data-removal-range]").focus()
    for _ in range(4):
        after(slider.page, "[data-removals]", lambda: slider.page.keyboard.press("ArrowRight"))
    require(
        slider.page.locator("[data-removal-words] dd").all_inner_texts() == fields, "the slider says otherwise"
    )
    # The command and the API say what the page says.
    report = world.json("portfolio", "matrix", "shapiro", "--lines", "price=97", "--database", server.database)
    page.goto("/portfolio/matrices/shapiro?price=97")
    shown = {row[0]: row[1] for row in cells_without_scripts(page)}
    told = {cell["name"]: f"{cell['customers']:,}" for cell in report["cells"]}
    require(shown == told, f"the page says {shown}, the command {told}")


def positions(hands):
    """The rows of the key accounts' file."""
    hands.page.goto("/portfolio/matrices/fiocca")
    with hands.page.expect_download(timeout=PATIENCE) as arriving:
        hands.target("link", "Export").click()
    return list(csv.reader(arriving.value.path().read_text(encoding="utf-8-sig").splitlines()))


def party_of(page, site):
    page.goto(site)
    return re.search(r"/customers/(\d+)", page.locator(".vc-crumbs a[href^='/customers/']").last.get_attribute("href")).group(1)


def cells_without_scripts(page):
    """Scripts are off in the page, not in the hands that read it."""
    return [
        [card.locator("h4").inner_text(), card.locator("[data-of=count]").inner_text()]
        for card in page.locator(".vc-cell").all()
    ]


def distributor(world):
    return world.company("distributor")


@journey
def the_grocery_chains_best_fifth_carries_more_than_it_causes(world):
    server = world.serve(world.company("grocery"))
    hands = signed_in(world, server)
    hands.page.goto("/portfolio/assumptions")
    entered = {
        "Gross margin": "0.25",
        "Order taken": "1.5",
        "Order line picked": "0.04",
        "Campaign contact": "0.75",
        "Coupon handled": "0.25",
        "Minutes an order takes": "2",
        "Minutes an order line takes": "0.1",
        "Fixed cost a year": "500000",
    }
    for label, value in entered.items():
        hands.fill(label, value)
    with hands.page.expect_navigation(timeout=PATIENCE):
        hands.target("button", "Save").click()
    hands.page.goto("/portfolio/fixed-cost")
    text = hands.page.get_by_role("main").inner_text()
    require("57.7\u00a0%" in text and "43.6\u00a0%" in text and "By fifths" in text, f"the page says {text[:400]}")
    told = world.json("portfolio", "removal", "--fifths", "1", "--database", server.database)
    best = told["fifths"][0]
    require(best["customers"] == 494 and abs(best["ratio"] - 1.32) < 0.005, f"the best fifth is {best}")
    require(told["by"] == "fifths" and told["removal"]["removed"] == 494, f"the removal is {told['removal']}")
    # List prices are not in these data: the matrix says so, and what to bring.
    hands.page.goto("/portfolio/matrices/shapiro")
    text = hands.page.get_by_role("main").inner_text()
    require("no list prices" in text and "Import purchases" in text, "the missing axis is not told")
