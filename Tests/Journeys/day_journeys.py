"""A salesperson's morning: what is late is done by one key, what waits is read, a file and a tag are hung on."""

import re
import time
from datetime import date, timedelta

from hands import Keyboard, Pointer
from harness import journey, require
from main_job_journeys import sign_in

# Seconds to wait for what must come: a busy machine is no fault.
PATIENCE = 90


def add_task(hands, server, subject, due, **more):
    """Through the form, as a person does who wants it to come again."""
    hands.page.goto(server.address + "/tasks/new")
    hands.fill("What is to be done", subject)
    hands.page.locator("[name=due]").fill(due.isoformat())
    for name, value in more.items():
        field = hands.page.locator(f"[name={name}]")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    hands.press("button", "Add")


@journey
def a_salesperson_does_the_morning_from_the_page_of_the_day(world):
    server = world.serve(world.company())
    page = world.page(server)
    hands = Pointer(page)
    sign_in(hands, server)
    today = date.today()

    # A late task that comes every week, with a reminder that is over.
    late = today - timedelta(days=3)
    add_task(
        hands, server, "Call about the spring order", late, kind="call", priority="urgent", repeatUnit="week",
        remindDay=late.isoformat(), remindTime="09:00",
    )
    require("Call about the spring order" in page.content(), "the task has no page")

    # Somebody is told of it by a clock, within seconds.
    until = time.monotonic() + PATIENCE
    page.goto(server.address + "/today")
    while not page.locator(".vc-today-aside").get_by_text("Reminder: Call about the spring order").count():
        require(time.monotonic() < until, "nobody is told of the reminder")
        page.wait_for_timeout(200)
        page.reload()
    require(page.locator(".vc-bell-count").inner_text().startswith("1"), "the bell does not count the reminder")

    # One key: j goes to the task, d says it is done.
    page.locator("main").focus()
    page.keyboard.press("j")
    require(page.locator("tr.vc-here").count() == 1, "j reaches no row")
    with page.expect_navigation():
        page.keyboard.press("d")
    require("is done" in page.locator(".vc-flash").inner_text(), "d did not say the task is done")
    coming = page.locator("tr", has_text="Call about the spring order")
    require(coming.count() == 1, "the next of the series is not there")
    require("Late" not in page.locator(".vc-today-work").inner_text(), "what was done is still late")

    # Undo brings it back as it was, and the key takes it away again.
    hands.press("button", "Undo")
    page.goto(server.address + "/tasks/mine?view=overdue")
    require(page.locator("tbody tr").count() == 1, "undo did not bring the task back")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("d")

    # The notification is read by pressing it.
    page.goto(server.address + "/notifications")
    hands.press("button", "Reminder: Call")
    require("/tasks/" in page.url, "the notification leads nowhere")
    require(page.locator(".vc-bell-count").count() == 0, "the bell still counts what was read")

    # A task written down in one line.
    page.goto(server.address + "/today")
    hands.fill("What is to be done", "Send the price list")
    page.keyboard.press("Enter")
    page.locator("tbody a", has_text="Send the price list").click()
    page.wait_for_url(re.compile(r"/tasks/\d+$"))
    hang_and_save(page, hands, server)


def hang_and_save(page, hands, server):
    """A page with a script goes in as a file and comes out as one to save; a tag is added."""
    page.locator(".vc-file-add input[type=file]").set_input_files(
        {"name": "Angebot Müller.html", "mimeType": "text/html", "buffer": b"<script>document.title='run'</script>"}
    )
    hands.press("button", "Add the file")
    link = page.get_by_role("link", name="Angebot Müller.html")
    require(link.count() == 1, "the file does not hang on the task")
    with page.expect_download() as saving:
        link.click()
    require(saving.value.suggested_filename == "Angebot Müller.html", f"saved as {saving.value.suggested_filename}")
    answer = page.request.get(server.address + link.get_attribute("href"))
    require(answer.headers["content-type"].startswith("text/plain"), f"sent as {answer.headers['content-type']}")
    require(answer.headers["content-disposition"].startswith("attachment;"), "sent to be shown")
    require(answer.headers["x-content-type-options"] == "nosniff", "a browser may guess its type")
    require("sandbox" in answer.headers["content-security-policy"], "its policy lets it run")

    page.locator(".vc-tag-add input[name=tag]").fill("Spring fair")
    page.keyboard.press("Enter")
    page.wait_for_selector(".vc-tag >> text=Spring fair")
    page.goto(server.address + "/tags")
    require("Spring fair" in page.content(), "the tag is not in the list")


@journey
def the_day_works_with_scripts_off_and_by_keyboard(world):
    server = world.serve(world.company())
    page = world.page(server, scripts=False)
    hands = Keyboard(page)
    sign_in(hands, server)
    page.goto(server.address + "/today")
    hands.fill("What is to be done", "Write to Ada")
    hands.press("button", "Add")
    require(page.locator("tbody tr", has_text="Write to Ada").count() == 1, "the task is not on the page of the day")
    hands.press("button", "Done")
    require("is done" in page.locator(".vc-flash").inner_text(), "the button did not say the task is done")


@journey
def a_salespersons_customer_page_works_by_keyboard_alone(world):
    """From the list to a customer: a call written down, a task given and done, a tag, and on to the next."""
    server = world.serve(world.company())
    page = world.page(server)
    keys = Keyboard(page)
    sign_in(keys, server)
    page.goto("/customers")
    page.locator("main").focus()
    page.keyboard.press("j")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    name = page.locator("h1").inner_text()
    keys.choose("Kind", 0)
    keys.fill("What was said", "Wants the autumn list before it is printed.")
    keys.press("button", "Keep")
    main = page.get_by_role("main")
    require("Wants the autumn list" in main.inner_text(), "what was said is not on the page")
    keys.fill("What is to be done", "Send the autumn list")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    require(main.get_by_text("Send the autumn list").count(), "the task is not on the page")
    keys.press("button", "Done")
    require("is done" in page.locator(".vc-flash").inner_text(), "the task is not done")
    tag = page.locator(".vc-tag-add input[name=tag]")
    keys.reach(tag, "the field for a tag")
    page.keyboard.type("Autumn")
    page.keyboard.press("Enter")
    page.wait_for_selector(".vc-tag >> text=Autumn")
    keys.press("link", "Next")
    require(page.locator("h1").inner_text() != name, "the next customer is the same")
