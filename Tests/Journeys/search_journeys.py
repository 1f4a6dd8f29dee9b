"""Finding a record by the keyboard, being told of one that is there already, making one of two and undoing it."""

import csv
import random
import re
import sqlite3
import subprocess
import time

from hands import Keyboard, Pointer
from harness import journey, require
from main_job_journeys import sign_in
from store import ask, number


def customers_by_file(world, database, rows):
    file = world.folder() / "customers.csv"
    with file.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(["customer", "name", "email"])
        writer.writerows(rows)
    world.run("import", file, "--source", "crm", "--subject", "customers", "--database", database)


def tick_all(page, count):
    """Ticks everybody a list of one name shows."""
    page.goto("/customers?q=mueller")
    ticks = page.locator("tbody .vc-tick input")
    require(ticks.count() == count, f"{ticks.count()} are listed")
    for tick in ticks.all():
        tick.check()


@journey
def a_customer_is_found_hinted_at_merged_and_two_again(world):
    database = world.company()
    rows = [("M1", "Anna Müller", "anna.mueller@posteo.de"), ("M2", "Bert Smyth", "bert@northwind.de")]
    customers_by_file(world, database, rows)
    before = number(database, "SELECT count(*) FROM customer WHERE binned_at IS NULL")
    server = world.serve(database)
    hands = Keyboard(world.page(server))
    sign_in(Pointer(hands.page), server)
    page = hands.page
    # Ctrl-K, the other spelling, Enter.
    page.keyboard.press("Control+K")
    page.keyboard.type("mueller")
    page.locator('#vc-palette-list[data-asked="mueller"]').wait_for()
    require("Anna Müller" in page.locator("#vc-place-0").inner_text(), page.locator("#vc-palette-list").inner_text())
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_role("heading", name="Anna Müller").wait_for()
    first = page.url
    # She is offered while she is entered again, and asked about without scripts.
    page.goto("/customers/new")
    page.get_by_label("Name", exact=True).fill("Ana Mueller")
    page.get_by_label(re.compile("^E-mail")).fill("anna.mueller@posteo.de")
    page.locator(".vc-form-hints a", has_text="Anna Müller").wait_for()
    pointer = Pointer(page)
    pointer.press("button", "Add")
    page.get_by_role("heading", name="This customer may be here already").wait_for()
    pointer.press("button", "Add anyway")
    page.get_by_role("heading", name="Ana Mueller").wait_for()
    one, other = (int(address.rstrip("/").rpartition("/")[2].partition("?")[0]) for address in (first, page.url))
    require(number(database, "SELECT count(*) FROM customer WHERE binned_at IS NULL") == before + 1, "nobody was added")
    # Two sides, one left, and the other's address leads to it.
    tick_all(page, 2)
    pointer.press("button", "Export")
    page.wait_for_url("**/exports/new?**number**", timeout=60_000)
    tick_all(page, 2)
    pointer.press("button", "Merge")
    page.wait_for_url("**/merges/new?**", timeout=60_000)
    require("Keep Anna Müller" in page.get_by_role("main").inner_text(), "the sides have no names")
    pointer.press("button", "Merge into one")
    kept = int(page.url.rstrip("/").rpartition("/")[2])
    lost = other if kept == one else one
    require(number(database, "SELECT count(*) FROM customer WHERE binned_at IS NULL") == before, "they are still two")
    page.goto(f"/customers/{lost}")
    require(page.url.endswith(f"/customers/{kept}"), f"{lost} leads to {page.url}")
    merge = ask(database, "SELECT max(id) FROM merge")[0][0]
    page.goto(f"/merges/{merge}")
    pointer.press("button", "Undo the merge")
    require(page.url.endswith(f"/customers/{lost}"), page.url)
    require(number(database, "SELECT count(*) FROM customer WHERE binned_at IS NULL") == before + 1, "not undone")
    # Without scripts the page does it.
    plain = Pointer(world.page(server, scripts=False))
    sign_in(plain, server)
    plain.page.goto("/search?q=smith")
    plain.press("link", "Bert Smyth")
    plain.page.get_by_role("heading", name="Bert Smyth").wait_for()


@journey
def a_merge_that_is_killed_leaves_all_or_nothing(world):
    """The program is killed while it merges; afterwards a record is merged with all that hung on it, or not at all."""
    database = world.company()
    biggest = ask(
        database,
        "SELECT customer_id FROM purchase GROUP BY customer_id ORDER BY count(*) DESC, customer_id LIMIT 27",
    )
    ids = [int(row[0]) for row in biggest]
    kept, total = ids[0], number(database, "SELECT count(*) FROM purchase")
    began = time.monotonic()
    world.run("merge", str(kept), str(ids[1]), "--database", database)
    whole, chance, outcomes = time.monotonic() - began, random.Random(20_261_123), set()
    for lost in ids[2:]:
        process = world.start("merge", str(kept), str(lost), "--database", database)
        try:
            process.wait(timeout=chance.uniform(0.2, 1.3) * whole)
        except subprocess.TimeoutExpired:
            process.kill()
        is_told = process.wait() == 0
        connection = sqlite3.connect(database, timeout=30)
        hanging = connection.execute("SELECT count(*) FROM purchase WHERE customer_id = ?", (lost,)).fetchone()[0]
        binned = connection.execute("SELECT binned_at IS NOT NULL FROM customer WHERE id = ?", (lost,)).fetchone()[0]
        merged = connection.execute("SELECT count(*) FROM merge WHERE lost_id = ?", (lost,)).fetchone()[0]
        lines = connection.execute(
            "SELECT count(*) FROM purchase_line l WHERE NOT EXISTS (SELECT 1 FROM purchase p "
            "WHERE p.customer_id = l.customer_id AND p.day = l.day AND p.id = l.purchase_id)"
        ).fetchone()[0]
        connection.close()
        require((hanging == 0) == bool(binned) == bool(merged), f"half a merge: {hanging}, {binned}, {merged}")
        require(lines == 0, f"{lines} lines lost their purchase")
        require(merged or not is_told, "a merge that was told as done is not there")
        outcomes.add(bool(merged))
    require(outcomes == {True, False}, "every round ended alike: nothing was seen")
    require(number(database, "SELECT count(*) FROM purchase") == total, "purchases were lost")
