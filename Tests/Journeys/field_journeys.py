"""The company's own fields where people work: in forms, on pages, by name, without scripts."""

import json
import urllib.error
import urllib.request

from file_journeys import Settler, finished, send
from hands import Pointer
from harness import journey, require
from main_job_journeys import sign_in
from record_journeys import Program, said, titles


def fields(program, *drafts, noun="customer"):
    for draft in drafts:
        program.ask("/fields", {"noun": noun, **draft})


@journey
def own_fields_are_filled_in_the_form_and_changed_where_they_stand(world):
    server = world.serve(world.company("grocery"))
    program = Program(server)
    fields(
        program,
        {"label": "Tier", "kind": "choice", "choices": "Gold\nSilver", "required": "1"},
        {"label": "Fee", "kind": "money"},
        {"label": "Topics", "kind": "choices", "choices": "Bread\nWine"},
        {"label": "Partner", "kind": "reference", "target": "customer"},
    )
    partner, parent = (row["name"] for row in program.ask("/customers?size=2&columns=name")["rows"])
    hands = Pointer(world.page(server))
    page = hands.page
    sign_in(hands, server)
    page.goto("/customers/new")
    hands.fill("Name", "Harbour Bakery")
    page.get_by_role("button", name="Add", exact=True).click()
    require("“Tier” must not be empty" in said(hands), "a field that must not be empty was left out")
    hands.field("Tier").select_option("Gold")
    hands.fill("Fee", "1,250.50")
    page.get_by_role("checkbox", name="Wine").check()
    choose(page, "Partner", partner)
    choose(page, "Stands under", parent)
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("heading", name="Own fields").wait_for()
    number = page.url.rsplit("/", 1)[1]
    held = program.ask(f"/customers/{number}/fields")
    require(held["x_tier"] == "Gold" and held["x_fee"] == 125050 and held["x_topics"] == ["Wine"], f"it holds {held}")
    require(page.get_by_role("link", name=partner, exact=True).count() == 1, "the partner is not named on the page")
    require(page.get_by_role("link", name=parent, exact=True).count() >= 1, "it stands under nobody")
    # Where it stands: a choice, and another record by its name.
    page.locator("[data-cell=x_tier]").dblclick()
    page.locator("[data-cell=x_tier] select").select_option("Silver")
    page.locator("[data-cell=x_tier].vc-edit-kept").wait_for()
    page.locator("[data-cell=x_partner]").dblclick()
    page.locator("[data-cell=x_partner] [role=combobox]").fill(parent)
    page.locator("[data-cell=x_partner] [role=option].active", has_text=parent).wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.locator("[data-cell=x_partner].vc-edit-kept").wait_for()
    changed = program.ask(f"/customers/{number}/fields")
    require(changed["x_tier"] == "Silver" and changed["x_partner"] != held["x_partner"], f"it holds {changed}")
    # None of several choices is said too; a list names the record a field points at.
    page.goto(f"/customers/{number}/edit")
    page.get_by_role("checkbox", name="Wine").uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="Own fields").wait_for()
    require(program.ask(f"/customers/{number}/fields")["x_topics"] is None, "a choice taken off is still there")
    page.goto("/customers?columns=name,x_partner&filter=x_partner filled")
    require(titles(page) == ["Harbour Bakery"] and parent in said(hands), "the list does not name the partner")


@journey
def records_are_named_without_scripts_and_every_noun_has_own_fields(world):
    server = world.serve(world.empty_company())
    program = Program(server)
    for noun in ("contact", "interaction", "task"):
        fields(program, {"label": "Colour", "kind": "text"}, noun=noun)
    mill = program.ask("/customers", {"kind": "organisation", "name": "Mill"})["id"]
    for _ in range(2):
        program.ask("/customers", {"kind": "organisation", "name": "Twin"})
    page = world.page(server, scripts=False)
    hands = Pointer(page)
    sign_in(hands, server)
    page.goto("/interactions/new")
    hands.fill("Customer", "Twin")
    hands.fill("Colour", "Blue")
    page.get_by_role("button", name="Keep", exact=True).click()
    require("Several customers are called “Twin”" in said(hands), "one of two was guessed")
    require(hands.field("Colour").input_value() == "Blue", "what was typed is lost")
    hands.fill("Customer", "mill")
    page.get_by_role("button", name="Keep", exact=True).click()
    said_to = program.ask("/interactions")["rows"]
    require([row["customer"] for row in said_to] == [mill], f"it was said to {said_to}")
    contact = program.ask("/contacts", {"lastName": "Byron", "x_colour": "Red"})["id"]
    task = program.ask("/tasks", {"subject": "Call", "x_colour": "Green"})["id"]
    for path, colour in (
        (f"/interactions/{said_to[0]['id']}", "Blue"), (f"/contacts/{contact}", "Red"), (f"/tasks/{task}", "Green"),
    ):  # fmt: skip
        page.goto(path)
        require(colour in said(hands), f"{path} does not show {colour}")
        page.get_by_role("link", name="Change the fields").click()
        hands.fill("Colour", f"Dark {colour}")
        page.locator("main form[data-form] button[type=submit]").last.click()
        require(f"Dark {colour}" in said(hands), f"{path} was not changed")
        require(program.ask(f"{path}/fields") == {"x_colour": f"Dark {colour}"}, f"{path} holds something else")
        page.get_by_label("Add a tag").fill("Important")
        page.locator(".vc-tags form button[type=submit]").last.click()
        require("Important" in page.locator(".vc-tags").first.inner_text(), f"{path} takes no tag")


def asked(program, method, path, body):
    """The status of an answer, and what it says."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {program.token}"}
    address = program.server.address + "/api/v1" + path
    request = urllib.request.Request(address, json.dumps(body).encode(), headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


@journey
def what_a_program_sends_of_own_fields_is_kept_as_it_meant_it(world):
    """A no is no emptiness, a version counts them, and a list by a field that is gone leads nowhere, not astray."""
    database = world.empty_company()
    server = world.serve(database)
    program = Program(server)
    fields(program, {"label": "VIP", "kind": "flag"}, {"label": "Tier", "kind": "choice", "choices": "Gold\nSilver"})
    quay = program.ask("/customers", {"kind": "organisation", "name": "Quay & Sons", "x_tier": "Gold", "x_vip": True})
    mill = program.ask("/customers", {"kind": "organisation", "name": "Mill"})
    path = f"/customers/{quay['id']}"
    for method, body in (("PATCH", {"x_vip": False}), ("PUT", {"name": "Quay", "x_vip": False, "version": 2})):
        status, answer = asked(program, method, path, {"kind": "organisation", **body} if method == "PUT" else body)
        require(status == 200, f"{method}: {status} {answer}")
        held = program.ask(path + "/fields")
        require(held == {"x_tier": "Gold", "x_vip": False}, f"after {method} it holds {held}")
    # A form that was opened before somebody else changed a field.
    seen = program.ask(path)["version"]
    asked(program, "PATCH", path, {"x_tier": "Silver"})
    late = {"kind": "organisation", "name": "Quay", "x_tier": "Gold", "version": seen}
    require(asked(program, "PUT", path, late)[0] == 409, "an older version wrote over a newer one")
    require(program.ask(path + "/fields")["x_tier"] == "Silver", "what somebody changed is gone")
    # A conversation is put right by the name of a customer.
    call = program.ask("/interactions", {"kind": "call", "subject": "Prices", "customer": quay["id"]})
    right = {"version": call["version"], "customer": "Mill"}
    status, answer = asked(program, "PUT", f"/interactions/{call['id']}", right)
    require(status == 200 and answer["customer"] == mill["id"], f"it is refused: {status} {answer}")
    hands = Pointer(world.page(server))
    page = hands.page
    sign_in(hands, server)
    for gone in (False, True):
        page.goto(path + "?from=%3Fsort%3Dx_tier")
        require(page.get_by_role("heading", level=1).inner_text() == "Quay", "the page is not there")
        require((page.locator(".vc-neighbours").count() == 0) == gone, "the way to the next is not as it should be")
        if not gone:
            rows = program.ask("/fields?noun=customer")["rows"]
            tier = next(row["id"] for row in rows if row["name"] == "x_tier")
            program.ask(f"/fields/{tier}/removal", {})
    found = world.run("record", "call", "GET", "/customers?size=5", "q=Mill", "--database", database).stdout
    require([row["name"] for row in json.loads(found)["rows"]] == ["Mill"], f"found {found}")


def choose(page, label, name):
    page.get_by_label(label).fill(name)
    page.locator("[role=option].active", has_text=name).wait_for()
    page.keyboard.press("Enter")


@journey
def a_file_fills_own_fields_and_gives_them_back(world):
    """Guessed by the label, chosen by hand, refused by the cell; taken back with the import."""
    database = world.empty_company()
    server = world.serve(database)
    program = Program(server)
    fields(
        program,
        {"label": "Tier", "kind": "choice", "choices": "Gold\nSilver"},
        {"label": "Fee", "kind": "money"},
        {"label": "Renewal", "kind": "day"},
    )
    page = world.page(server)
    hands = Settler(page)
    sign_in(hands, server)
    for number, (rows, said_of) in enumerate((
        ("K1,Mill,gold,1200.5,2027-03-01\nK2,Bakery,Silver,,\n", ("2 can be taken", None)),
        ("K1,Mill,silver,1300,2027-03-01\nK3,Harbour,Bronze,10,\n", ("1 can be taken", "“Bronze” cannot stand in “Tier”")),
    )):  # fmt: skip
        file = world.folder() / f"customers-{number}.csv"
        file.write_text("customer,name,Tier,Jahresbeitrag,Renewal\n" + rows)
        send(hands, file)
        if number == 0:
            hands.choose_label("The rows are", "Customers")
            page.locator("option[value=customerName]").first.wait_for(state="attached")
            choose_meaning(page, "Jahresbeitrag", "Fee")
        page.get_by_text(said_of[0]).first.wait_for()
        require(said_of[1] is None or said_of[1] in said(hands), f"the cell is not marked: {said(hands)[:800]}")
        chosen = page.locator(".vc-map select").evaluate_all("all => all.map((one) => one.value)")
        require(chosen == ["customer", "customerName", "x_tier", "x_fee", "x_renewal"], f"the columns mean {chosen}")
        page.locator("button", has_text="Import").last.click()
        finished(page)
    mill, bakery = (program.ask(f"/customers?q={name}")["rows"][0]["id"] for name in ("Mill", "Bakery"))
    held = program.ask(f"/customers/{mill}/fields")
    require(held == {"x_fee": 130000, "x_renewal": "2027-03-01", "x_tier": "Silver"}, f"it holds {held}")
    hands.press("button", "Undo the import")
    held = program.ask(f"/customers/{mill}/fields")
    require(held == {"x_fee": 120050, "x_renewal": "2027-03-01", "x_tier": "Gold"}, f"it holds {held} again")
    require(program.ask(f"/customers/{bakery}/fields")["x_tier"] == "Silver", "another one lost what it held")
    table = world.folder() / "more.csv"
    table.write_text("customer,name,Tier,How much\nK9,Quay,Gold,7\n")
    world.run(
        "import", table, "--source", "more", "--subject", "customers", "--column", "x_fee=How much",
        "--database", database,
    )  # fmt: skip
    quay = program.ask("/customers?q=Quay")["rows"][0]["id"]
    require(program.ask(f"/customers/{quay}/fields")["x_fee"] == 700, "the command filled nothing")


def choose_meaning(page, header, meaning):
    row = page.locator(".vc-map > li").filter(has=page.locator("strong", has_text=header))
    row.locator("select").select_option(label=meaning)
    page.locator(".vc-map > li select option[value=x_fee]:checked").wait_for(state="attached")
