"""The main job: sign in, see the chain, read how concentrated the business is and why, take it away, decide."""

import csv
import datetime
import re
from pathlib import Path

from hands import Keyboard, Pointer
from harness import journey, require

# The grocery chain: 1,031 of 2,469 customers bring 80 % of revenue, the top fifth hold 54.6 %.
FINDINGS = (r"41[.,]8\s*%", r"54[.,]6\s*%")
CUSTOMERS = 2_469


def sign_in(hands, server):
    email, password = server.sign_in()
    hands.page.goto("/")
    hands.fill("E-mail", email)
    hands.fill("Password", password)
    hands.press("button", "Sign in")
    require(hands.page.get_by_role("button", name="Sign in").count() == 0, "still at the sign-in")


def see_the_chain(hands):
    """The drawing itself where there is room for it, else its stages by name."""
    drawing = hands.page.get_by_role("navigation", name="The value chain")
    text = (drawing if drawing.is_visible() else hands.page.get_by_role("main")).inner_text().lower()
    for stage in ("Portfolio", "Intimacy", "Network", "Proposition", "Lifecycle"):
        require(stage.lower() in text, f"the chain does not name {stage}")


def read_the_concentration(hands):
    hands.press("link", "Concentration")
    text = hands.page.get_by_role("main").inner_text()
    for finding in FINDINGS:
        require(re.search(finding, text), f"{finding} is not on the page")


def read_where_a_number_comes_from(hands):
    hands.unfold("Where this comes from")
    panel = hands.page.locator("details[open]").first
    text = panel.inner_text()
    for word in ("Method", "Window", "Records", "Show the rows"):
        require(word.lower() in text.lower(), f"the evidence does not say its {word}")


def take_it_away(hands):
    """Exports the page's customers; the file is CSV, has as many rows as customers and starts no formula."""
    with hands.page.expect_download() as arriving:
        hands.target("link", "Export").wait_for()
        if isinstance(hands, Keyboard):
            hands.reach(hands.target("link", "Export"), "link “Export”")
            hands.page.keyboard.press("Enter")
        else:
            hands.target("link", "Export").click()
    rows = list(csv.reader(Path(arriving.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    require(
        len(rows) == CUSTOMERS + 1, f"the export has {len(rows)} lines, not one for each customer and a header"
    )
    require(len({len(row) for row in rows}) == 1, "the export's rows differ in length")
    for row in rows:
        for cell in row:
            require(not re.match(r"[=@\t\r]|[+-](?![\d.])", cell), f"{cell!r} could run in a spreadsheet")


def decide(hands, title):
    hands.press("link", "Decide")
    review = (datetime.date.today() + datetime.timedelta(days=90)).isoformat()
    hands.fill("What is decided", title)
    hands.fill("What is chosen", "Visit the hundred largest customers")
    hands.fill("Why", "They hold most of the revenue and nobody calls on them")
    hands.fill("What the figure will be at the review", "45 %")
    hands.fill("Day of the review", review)
    hands.press("button", "Decide")
    require(title in hands.page.get_by_role("main").inner_text(), "the decision is not shown after it was taken")
    hands.page.goto("/decisions")
    require(title in hands.page.get_by_role("main").inner_text(), "the decision is not among the decisions")


def walk_the_main_job(hands, server, title):
    sign_in(hands, server)
    see_the_chain(hands)
    read_the_concentration(hands)
    read_where_a_number_comes_from(hands)
    take_it_away(hands)
    decide(hands, title)


@journey
def a_manager_signs_in_reads_the_concentration_and_decides(world):
    server = world.serve(world.company("grocery"))
    walk_the_main_job(Pointer(world.page(server)), server, "Call on the largest")


@journey
def the_main_job_works_with_scripts_off(world):
    server = world.serve(world.company("grocery"))
    walk_the_main_job(Pointer(world.page(server, scripts=False)), server, "Call on the largest, without scripts")


@journey
def the_main_job_works_by_keyboard_alone(world):
    server = world.serve(world.company("grocery"))
    walk_the_main_job(Keyboard(world.page(server)), server, "Call on the largest, by keyboard")


@journey
def the_main_job_works_on_a_phone(world):
    server = world.serve(world.company("grocery"))
    walk_the_main_job(Pointer(world.page(server, width=375)), server, "Call on the largest, from a phone")


@journey
def a_wrong_password_is_refused_and_what_was_typed_is_kept(world):
    server = world.serve(world.company())
    page = world.page(server)
    hands = Pointer(page)
    email, _ = server.sign_in()
    page.goto("/")
    hands.fill("E-mail", email)
    hands.fill("Password", "surely not this one")
    hands.press("button", "Sign in")
    require(page.get_by_role("alert").is_visible(), "nothing says that it was refused")
    require(page.get_by_label("E-mail").input_value() == email, "the address has to be typed again")
    page.goto("/decisions")
    require(page.get_by_role("button", name="Sign in").is_visible(), "a page is shown without a sign-in")


@journey
def signing_out_ends_the_session_for_good(world):
    server = world.serve(world.company())
    page = world.page(server)
    hands = Pointer(page)
    sign_in(hands, server)
    kept = page.context.cookies()
    page.locator("summary").filter(has_text="Menu of").first.click()
    hands.press("button", "Sign out")
    page.context.clear_cookies()
    page.context.add_cookies(kept)
    page.goto("/decisions")
    require(page.get_by_role("button", name="Sign in").is_visible(), "the old cookie still opens the door")
