"""Files that come in and go out: columns settled, cells mended, duplicates known; read again by other programs."""

import csv
import io
import json
import random
import re
import time

from harness import end, journey, require
from hands import Pointer, named
from main_job_journeys import sign_in
from store import ask, number, require_whole

PEOPLE = """Ref;Wer;Post;Art;Klasse;Intern
R1;Ada Lovelace;ada@example.org;person;A;x
R2;Ben Bitdiddle;ben@example.org;alien;B;x
;Cy Dee;cy@example.org;person;A;x
R4;Di Eff;di@example.org;alien;C;x
R5;Eva Lu;eva@example.org;company;B;x
"""


def known_customers(world, database):
    """Two customers that another system brought."""
    table = world.folder() / "known.csv"
    table.write_text("customer,name,email\nK1,Ada,Ada@Example.org\nK2,Eva,eva@example.org\n")
    world.run("import", table, "--source", "old", "--subject", "customers", "--database", database)


def send(hands, path):
    hands.page.goto("/imports/new")
    hands.page.get_by_label("File", exact=False).first.set_input_files(path)
    hands.press("button", "Look at it")
    hands.page.get_by_role("heading", name="What the columns mean").wait_for()


def choose(page, header, meaning, trait=None):
    row = page.locator(".vc-map > li").filter(has=page.locator("strong", has_text=re.compile(rf"^{re.escape(header)}$")))
    row.locator("select").select_option(label=meaning)
    if trait:
        row.locator("input").fill(trait)


def settle(page, hands):
    hands.choose_label("The rows are", "Customers")
    page.locator("option[value=customerName]").first.wait_for(state="attached")
    for header, meaning in (("Ref", "customer number"), ("Wer", "customer name"), ("Post", "e-mail address")):
        choose(page, header, meaning)
    choose(page, "Art", "kind of customer")
    choose(page, "Klasse", "keep as a trait named …", "Class")
    choose(page, "Intern", "leave it out")


class Settler(Pointer):
    def choose_label(self, label, option):
        self.field(label).select_option(label=option)


def cell(page, line, column):
    return page.locator(f"[id='cell-{line}-{column}']")


def mend(page, line, column, text, good):
    """Writes into a cell that is marked; the page looks again by itself."""
    field = cell(page, line, column)
    field.fill(text)
    field.press("Enter")
    page.get_by_text(re.compile(rf"{good} can be taken")).first.wait_for()


def finished(page):
    page.get_by_text(re.compile(r"\d+\s+(rows? )?loaded")).first.wait_for()
    page.get_by_text("Some rows refused").or_(page.get_by_text("All rows in")).first.wait_for()


@journey
def a_file_is_settled_and_mended_in_the_page_imported_and_taken_back(world):
    database = world.empty_company()
    known_customers(world, database)
    server = world.serve(database)
    page = world.page(server)
    hands = Settler(page)
    sign_in(hands, server)
    file = world.folder() / "leute.csv"
    file.write_text(PEOPLE)
    send(hands, file)
    settle(page, hands)
    page.get_by_text(re.compile("2 can be taken")).first.wait_for()
    require(page.locator(".vc-badge", has_text="there already").count() == 2, "the two who are there already are not marked")
    require(page.locator(".vc-look-wrong").count() == 3, f"{page.locator('.vc-look-wrong').count()} cells are marked, not 3")
    mend(page, 3, 3, "organisation", 3)
    mend(page, 4, 0, "R3", 4)
    page.get_by_label("Update them", exact=False).check()
    hands.press("button", "Import 4 rows")
    finished(page)
    counts = page.get_by_role("main").inner_text()
    require(re.search(r"2\s+loaded", counts) and re.search(r"1\s+refused", counts), f"the report says otherwise: {counts[:600]}")
    require("alien" in counts, "the row that was left is not shown")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="take them as a file").click()
    refused = list(csv.reader(io.StringIO(waiting.value.path().read_text(encoding="utf-8-sig"))))
    require(refused[0][-1] == "refused because" and "alien" in refused[1], f"the refused rows are {refused}")
    require(number(database, "SELECT count(*) FROM customer") == 4, "not four customers")
    require(number(database, "SELECT count(*) FROM customer_trait WHERE name = 'Class'") == 4, "the trait is not there")
    # The same headers again are read as before, without a word.
    send(hands, file)
    require(page.locator("#look-subject").input_value() == "customers", "the subject is not remembered")
    require(page.locator("#trait-4").input_value() == "Class", "the name of the trait is not remembered")
    hands.press("button", "Take the file away")
    page.goto("/imports")
    page.get_by_role("link", name="leute.csv").first.click()
    hands.press("button", "Undo the import")
    require(number(database, "SELECT count(*) FROM customer") == 2, "the import was not taken back")
    require(
        number(database, "SELECT count(*) FROM customer WHERE name = 'Ada'") == 1, "Ada did not get her name back"
    )


@journey
def a_file_shows_who_may_be_there_already_under_another_name(world):
    database = world.empty_company()
    table = world.folder() / "known.csv"
    table.write_text(
        "customer,name,phone,city,street\nK1,Müller & Söhne GmbH,+49 89 1234567,München,Sonnenstraße 12\n"
        "K2,Nordwind Handels AG,+49 40 7654321,Hamburg,Hafenweg 3\n"
    )
    world.run("import", table, "--source", "old", "--subject", "customers", "--database", database)
    server = world.serve(database)
    page = world.page(server)
    hands = Settler(page)
    sign_in(hands, server)
    file = world.folder() / "new.csv"
    file.write_text(
        "customer,name,phone,city,street\nX1,Mueller und Soehne,089 1234567,München,Sonnenstr. 12\n"
        "X2,Kupferkanne Kaffee,+49 30 5550000,Berlin,Am Markt 1\n"
    )
    send(hands, file)
    hands.choose_label("The rows are", "Customers")
    page.locator("option[value=customerName]").first.wait_for(state="attached")
    perhaps = page.locator("#look-rows a", has_text="Müller & Söhne GmbH")
    perhaps.wait_for()
    require(page.locator("#look-rows th a").count() == 1, "a row that is like nobody has a hint")
    perhaps.click()
    page.get_by_role("heading", name="Müller & Söhne GmbH").first.wait_for()


@journey
def a_workbook_is_settled_and_imported_without_scripts(world):
    from openpyxl import Workbook
    from datetime import date

    database = world.empty_company()
    server = world.serve(database)
    page = world.page(server, scripts=False, width=375)
    hands = Pointer(page)
    sign_in(hands, server)
    book = Workbook()
    sheet = book.active
    sheet.append(["customer", "date", "amount", "order"])
    sheet.append(["ada", date(2020, 1, 2), 5.0, "O1"])
    sheet.append(["ben", date(2020, 1, 3), "many", "O2"])
    sheet.append(["cyd", date(2020, 1, 4), 12.34, "O3"])
    path = world.folder() / "orders.xlsx"
    book.save(path)
    send(hands, path)
    require(page.locator(".vc-look-wrong").count() == 1, "the amount that is none is not marked")
    cell(page, 3, 2).fill("7.50")
    hands.press("button", "Look again")
    require(page.get_by_text(re.compile("3 can be taken")).count() > 0, "the mended cell is not taken")
    hands.press("button", "Import 3 rows")
    for _ in range(120):
        if re.search(r"3\s+loaded", page.get_by_role("main").inner_text()):
            break
        page.wait_for_timeout(500)
        page.reload()
    require(number(database, "SELECT sum(value_minor) FROM purchase") == 500 + 750 + 1234, "other amounts came in")


def exported(world, database, form, *more):
    path = world.folder() / f"out.{form}"
    world.run("export", "customers", "--format", form, "-o", path, "--database", database, *more)
    return path


@journey
def what_goes_out_is_read_by_other_programs(world):
    import vobject
    from openpyxl import load_workbook

    database = world.empty_company()
    table = world.folder() / "people.csv"
    names = ["=HYPERLINK(1)", "Müller, Söhne", 'Quote " and \u0301', "-1+1", "Zoë"]
    with open(table, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["customer", "name", "email"])
        writer.writerows([f"C{place}", name, f"c{place}@example.org"] for place, name in enumerate(names))
    world.run("import", table, "--source", "crm", "--subject", "customers", "--database", database)
    for beside in (False, True):
        server = world.serve(database) if beside else None
        columns = ["--columns", "name,email", "--sort", "name"]
        rows = list(csv.reader(open(exported(world, database, "csv", *columns), newline="", encoding="utf-8")))
        found = sorted(row[0] for row in rows[1:])
        require(found == sorted(f"'{name}" if name[0] in "=-" else name for name in names), f"CSV holds {found}")
        sheet = load_workbook(exported(world, database, "xlsx", *columns)).active
        require(sheet.freeze_panes == "A2", "the header does not stay in sight")
        cells = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]
        require(sorted(cells) == sorted(names), f"the workbook holds {cells}")
        require(all(cell.data_type == "s" for cell in sheet["A"]), "a text became a formula")
        objects = json.loads(exported(world, database, "json", *columns).read_text(encoding="utf-8"))
        require(sorted(one["name"] for one in objects) == sorted(names), f"JSON holds {objects}")
        cards = list(vobject.readComponents(exported(world, database, "vcf").read_text(encoding="utf-8")))
        require(sorted(card.fn.value for card in cards) == sorted(names), f"the cards hold {cards}")
        if server:
            server.stop()


@journey
def an_export_killed_at_any_moment_is_whole_or_not_there(world):
    database = world.empty_company()
    table = world.folder() / "many.csv"
    with open(table, "w", encoding="utf-8") as file:
        file.write("customer,name,email\n")
        file.writelines(f"C{place},Customer {place},c{place}@example.org\n" for place in range(15_000))
    world.run("import", table, "--source", "crm", "--subject", "customers", "--database", database)
    folder = database.parent / f"{database.stem}-exports"
    chance = random.Random(20_261_122)
    for turn in range(100 if world.long else 25):
        server = world.serve(database)
        asked = world.start("export", "customers", "--format", "csv", "-o", world.folder() / "x.csv", "--database", database)
        until = time.monotonic() + 60
        while time.monotonic() < until and not number(database, "SELECT count(*) FROM export_run") > turn:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.4))
        server.kill()
        end(asked)
        require_whole(database)
        offered = {name for (name,) in ask(database, "SELECT name FROM export_file WHERE removed_at IS NULL")}
        for name in offered:
            lines = sum(1 for _ in open(folder / name, encoding="utf-8"))
            require(lines == 15_001, f"{name} is offered with {lines} lines")
    server = world.serve(database)
    until = time.monotonic() + 60
    while time.monotonic() < until and number(database, "SELECT count(*) FROM job WHERE state IN ('queued', 'running')"):
        time.sleep(0.05)
    server.stop()
    server = world.serve(database)
    offered = {name for (name,) in ask(database, "SELECT name FROM export_file WHERE removed_at IS NULL")}
    require({path.name for path in folder.iterdir()} == offered, "a file lies there that nobody is offered")
    require(all(path.stat().st_mode & 0o777 == 0o600 for path in folder.iterdir()), "others can read a file")
    server.stop()
