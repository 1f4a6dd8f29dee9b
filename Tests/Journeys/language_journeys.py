"""Pages in another language: chosen before and after signing in, by the company and by its reader."""

from hands import Pointer
from harness import journey, require
from main_job_journeys import sign_in


def words(page):
    return page.locator("body").inner_text()


@journey
def pages_are_read_in_german_by_whoever_likes(world):
    server = world.serve(world.company())
    page = world.page(server)
    page.goto("/sign-in")
    page.get_by_role("button", name="Deutsch").click()
    require(page.locator("html").get_attribute("lang") == "de", "the page does not say that it is German")
    require(page.get_by_role("heading", name="Anmelden").is_visible(), words(page)[:300])
    email, password = server.sign_in()
    page.get_by_label("E-Mail").fill(email)
    page.get_by_label("Passwort").fill("wrong wrong wrong")
    page.get_by_role("button", name="Anmelden").click()
    require(page.get_by_role("alert").count() and "Anmelden" in words(page), "a refusal is not said in German")
    page.get_by_label("E-Mail").fill(email)
    page.get_by_label("Passwort").fill(password)
    page.get_by_role("button", name="Anmelden").click()
    page.goto("/customers")
    require(page.get_by_role("heading", name="Kunden").count(), words(page)[:300])
    page.keyboard.press("Control+k")
    require(page.get_by_placeholder("Datensätze, Seiten, Handlungen suchen").is_visible(), "the palette is English")
    page.keyboard.press("Escape")
    page.goto("/customers/new")
    page.get_by_role("button", name="Hinzufügen", exact=True).click()
    require("darf nicht leer sein" in words(page), f"a refusal beside a field: {words(page)[:600]}")
    page.goto("/no/such/page")
    require("Hier ist nichts" in words(page), words(page)[:300])

    # A script of the page is told in its language, a program in English.
    told = page.request.get("/api/v1/customers/999999").json()
    require(told["detail"] == "Diesen Kunden gibt es nicht.", f"a script is told {told}")
    made = world.json("key", "add", email, "--name", "reads", "--scope", "customer:see", "--database", server.database)
    token = made["token"]
    with_key = page.request.get("/api/v1/customers/999999", headers={"authorization": f"Bearer {token}"}).json()
    require(with_key["detail"] == "There is no such customer.", f"a program is told {with_key}")

    page.goto("/account")
    page.locator(".vc-account").get_by_role("button", name="English").click()
    require(page.get_by_role("heading", name="Your account").is_visible(), words(page)[:300])


@journey
def a_company_writes_its_pages_in_its_language(world):
    server = world.serve(world.company())
    page = world.page(server)
    sign_in(Pointer(page), server)
    page.goto("/company")
    page.get_by_label("Language of the pages").select_option("de")
    page.get_by_role("button", name="Save").click()
    page.wait_for_timeout(1_100)
    page.goto("/tasks")
    require(page.get_by_role("heading", name="Aufgaben").count(), words(page)[:300])
    other = world.page(server)
    other.goto("/sign-in")
    require(other.get_by_role("heading", name="Anmelden").is_visible(), words(other)[:300])
