"""A salesperson at a customer: a contact with a role, a call with its outcome, a correction, a consent, the timeline."""

from hands import Pointer
from harness import journey, require
from main_job_journeys import sign_in
from record_journeys import Program

PATIENCE = 120_000


def main(page):
    return page.get_by_role("main").inner_text()


def post(page, button):
    """Presses a button of a form and waits for the page it leads to."""
    with page.expect_navigation(timeout=PATIENCE):
        page.get_by_role("button", name=button, exact=True).locator("visible=true").first.click()


def morning(world, server, scripts):
    hands = Pointer(world.page(server, scripts=scripts))
    page = hands.page
    page.set_default_timeout(PATIENCE)
    sign_in(hands, server)
    # A purpose people are asked for.
    page.goto("/consents")
    name = "Newsletter" if scripts else "Letter"
    # Somebody else the second time: who is here already would be asked about.
    company, phone = ("Harbour Records", "+49 40 123456") if scripts else ("Quayside Books", "+49 421 987654")
    first, last = ("Ada", "Byron") if scripts else ("Edith", "Clarke")
    address = f"{first.lower()}@{company.split()[0].lower()}.example"
    page.goto("/purposes/new")
    hands.fill("Name", name)
    hands.fill("The text people agree to", "You may write to me.")
    post(page, "Add")
    # A customer.
    page.goto("/customers/new")
    hands.fill("Name", company)
    hands.fill("Telephone", phone)
    post(page, "Add")
    customer = page.url.split("?")[0]
    require(phone in main(page), "the telephone is not on the customer's page")
    # A contact with a role.
    page.goto(page.get_by_role("link", name="Add a contact").first.get_attribute("href"))
    hands.fill("First name", first)
    hands.fill("Last name", last)
    hands.fill("E-mail", address)
    page.get_by_label("Role in buying").select_option("decider")
    post(page, "Add")
    require(page.url.split("?")[0] == customer, f"adding a contact led to {page.url}")
    require(f"{first} {last}" in main(page) and "Decider" in main(page), "the contact is not on the customer's page")
    require(page.locator(f"a[href='mailto:{address}']").count() >= 1, "her address is no link")
    # A call, without leaving the page.
    quick = page.locator(".vc-quick")
    quick.get_by_label("What it was").select_option("call")
    quick.get_by_label("With").select_option(label=f"{first} {last}")
    quick.get_by_label("Outcome").select_option("agreed")
    quick.get_by_label("Subject").fill("Prices for spring")
    quick.get_by_label("Minutes").fill("12")
    post(page, "Keep")
    require(page.url.split("?")[0] == customer, f"keeping a call led to {page.url}")
    require("Prices for spring" in page.locator("#timeline").inner_text(), "the call is not in the timeline")
    # A correction.
    with page.expect_navigation(timeout=PATIENCE):
        page.locator("#timeline").get_by_role("link", name="Prices for spring").first.click()
    with page.expect_navigation(timeout=PATIENCE):
        page.get_by_role("link", name="Correct").first.click()
    page.locator("#field-outcome").select_option("postponed")
    hands.fill("Why it is corrected", "Misheard")
    post(page, "Correct")
    text = main(page)
    require("Postponed" in text and "Misheard" in text and "Agreed" in text, f"the correction shows {text[:400]}")
    # A consent.
    with page.expect_navigation(timeout=PATIENCE):
        page.get_by_role("link", name=f"{first} {last}").first.click()
    with page.expect_navigation(timeout=PATIENCE):
        page.get_by_role("link", name="Why, and write down a consent").click()
    require("unknown means no" in main(page), "what nobody asked is not shown as no")
    form = page.locator("#record")
    form.get_by_label("Purpose").select_option(label=name)
    form.locator("input[name=channel][value=email]").check()
    form.get_by_label("Where they said it").fill("On the telephone")
    post(page, "Write it down")
    require("They said yes" in main(page), "the consent does not count")
    # Found again by words.
    page.goto(customer)
    page.locator("#timeline-q").fill("PRICES spring")
    with page.expect_navigation(timeout=PATIENCE):
        page.locator("#timeline-q").press("Enter")
    text = main(page)
    require("Prices for spring" in text and "Postponed" in text, f"the timeline finds {text[:400]}")
    return customer


@journey
def a_salesperson_keeps_contacts_calls_and_consents(world):
    server = world.serve(world.empty_company())
    morning(world, server, scripts=True)
    morning(world, server, scripts=False)


@journey
def two_customers_stand_to_each_other_by_page_program_and_command(world):
    """Said at one, told at the other; ended and taken back; the same by the API and the command line."""
    database = world.empty_company()
    server = world.serve(database)
    program = Program(server)
    mill, bakery = (
        program.ask("/customers", {"kind": "organisation", "name": name})["id"] for name in ("Mill", "Bakery")
    )
    hands = Pointer(world.page(server))
    page = hands.page
    sign_in(hands, server)
    page.goto(f"/customers/{bakery}")
    hands.press("link", "Add a relationship")
    hands.field("This customer").select_option("suppliedBy")
    hands.fill("The other customer", str(mill))
    hands.fill("Since", "2024-03-01")
    post(page, "Add the relationship")
    require("is supplied by Mill" in " ".join(main(page).split()), "the relationship is not on the page")
    with page.expect_navigation(timeout=PATIENCE):
        page.get_by_role("link", name="Mill", exact=True).first.click()
    require("supplies Bakery" in " ".join(main(page).split()), "the other side does not tell it")
    post(page, "End")
    require("until" in main(page), "it has not ended")
    post(page, "Undo")
    rows = program.ask(f"/customers/{mill}/relationships")["rows"]
    require([row["kind"] for row in rows] == ["supplies"] and "until" not in rows[0], f"the API says {rows}")
    said = world.run("relationship", "list", mill, "--database", database).stdout
    require("supplies" in said and "Bakery" in said, f"the command says {said}")
    world.run("relationship", "add", mill, "worksWith", bakery, "--database", database)
    require(len(program.ask(f"/customers/{bakery}/relationships")["rows"]) == 2, "the command added nothing")
