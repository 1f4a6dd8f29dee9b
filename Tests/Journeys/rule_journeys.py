"""What the house does by itself: a manager's rule from first click to what it did, and rules and acts on many under kills."""

import random
import time

from hands import Keyboard, Pointer
from harness import journey, require
from main_job_journeys import sign_in
from program_journeys import Program
from store import ask, number, require_whole


@journey
def a_manager_makes_a_rule_tries_it_out_and_sees_what_it_did(world):
    database = world.company()
    server = world.serve(database)
    hand = Pointer(world.page(server))
    page = hand.page
    sign_in(hand, server)
    record = ask(database, "SELECT id FROM customer ORDER BY folded LIMIT 1")[0][0]
    page.goto("/rules")
    hand.press("link", "New rule")
    page.get_by_label("a record changes").check()
    hand.press("button", "Go on")
    page.get_by_label("Name", exact=True).first.fill("Danes")
    page.locator("input[name=fields][value=country]").check()
    hand.press("button", "Add a condition")
    page.get_by_label("Field", exact=True).first.select_option("country")
    page.get_by_label("Value", exact=True).fill("Denmark")
    hand.unfold("Make a task")
    hand.fill("What is to be done", "Greet them in Danish")
    hand.fill("Due in", "soon")
    hand.press("button", "Try it first")
    page.get_by_text("is not a number of days").first.wait_for()
    require(hand.field("What is to be done").input_value() == "Greet them in Danish", "what was typed is gone")
    hand.fill("Due in", "2")
    hand.press("button", "Try it first")
    page.get_by_role("heading", name="It would not have run in the last 30 days").wait_for()
    require(number(database, "SELECT count(*) FROM rule") == 0, "a trial made a rule")
    hand.press("button", "Add the rule")
    page.get_by_role("heading", name="Danes").wait_for()
    rule = page.url
    program = Program(server)
    found = program.ask("GET", f"/customers/{record}")
    version = found.get("version") or found["customer"]["version"]
    program.ask("PATCH", f"/customers/{record}", {"country": "Denmark", "version": version})
    until = time.monotonic() + 60
    while number(database, "SELECT count(*) FROM task WHERE subject = 'Greet them in Danish'") == 0:
        require(time.monotonic() < until, "the rule did nothing")
        time.sleep(0.1)
    page.goto(rule)
    page.get_by_role("heading", name="Ran 1 time in 30 days").wait_for()
    hand.press("link", "Try it")
    page.get_by_role("heading", name="It would have run 1 time in the last 30 days").wait_for()
    trial = page.locator("#trial").inner_text()
    require("gets the task “Greet them in Danish”, due on" in trial, f"the trial does not say what would happen: {trial}")
    page.goto(rule)
    hand.press("button", "Pause")
    page.get_by_text("What happens meanwhile is not made up for").wait_for()
    # The same by the command line, beside the server.
    said = world.run("rule", "log", "Danes", "--database", database).stdout
    require("done" in said, said)
    world.run("rule", "resume", "Danes", "--database", database)
    world.run("rule", "remove", "Danes", "--database", database)
    require(number(database, "SELECT count(*) FROM rule_run") == 0, "its log stays")
    require(number(database, "SELECT count(*) FROM task WHERE subject = 'Greet them in Danish'") == 1, "its task went")


@journey
def a_rule_is_made_with_the_keyboard_alone_and_without_scripts(world):
    server = world.serve(world.company())
    keys = Keyboard(world.page(server))
    sign_in(keys, server)
    keys.page.goto("/rules/new?noun=customer&occasion=created")
    keys.fill("Name", "By keys")
    keys.unfold("Mark it with a tag")
    keys.fill("Tag to put on", "New here")
    keys.press("button", "Add the rule")
    keys.page.get_by_role("heading", name="By keys").wait_for()
    plain = Pointer(world.page(server, scripts=False))
    sign_in(plain, server)
    plain.page.goto("/rules/new?noun=customer&occasion=day")
    plain.page.get_by_label("Name", exact=True).first.fill("Plain")
    plain.page.get_by_label("The day").select_option("createdAt")
    plain.page.locator("#filter-text").fill("kind is person")
    plain.unfold("Tell somebody")
    plain.page.get_by_label("What is said").fill("is here since today")
    plain.press("button", "Add the rule")
    plain.page.get_by_role("heading", name="Plain").wait_for()
    require("if Kind is Person" in plain.page.get_by_role("main").inner_text(), "the condition is not said")


# About a thousand customers of the record shop.
SOME = "?filter=name%20starts%20%27Person%2000%27"


@journey
def rules_and_acts_on_many_killed_at_any_moment_are_whole_and_end(world):
    """Every batch is in with its place or not at all; what was begun goes on, and each change is answered once."""
    database = world.company()
    server = world.serve(database)
    program = Program(server)
    program.ask(
        "POST",
        "/rules",
        {
            "name": "Moved", "noun": "customer", "occasion": "changed", "fields": ["country"],
            "acts": [{"kind": "tag", "text": "Moved"}, {"kind": "task", "text": "Ask where to"}],
        },
    )
    chance = random.Random(20_261_122)
    open_ = "SELECT count(*) FROM job WHERE state IN ('queued', 'running')"
    behind = (
        "SELECT count(*) FROM outbox_event e WHERE e.kind = 'customer.changed' AND "
        "(e.place IS NULL OR e.place > (SELECT max(place) FROM rule))"
    )
    interrupted = 0
    for turn in range(100 if world.long else 25):
        asked = {"act": "edit", "field": "country", "value": f"Land {turn}", "all": "1", "question": SOME}
        program.ask("POST", "/customers/bulk", asked, expect=(200, 201, 202))
        time.sleep(chance.uniform(0.02, 0.45))
        server.kill()
        require_whole(database)
        interrupted += number(database, open_) + number(database, behind) > 0
        half = number(
            database,
            "SELECT count(*) FROM rule_run r WHERE r.state = 'done' AND NOT EXISTS "
            "(SELECT 1 FROM tagging t WHERE t.noun = 'customer' AND t.record_id = r.record_id)",
        )
        require(half == 0, f"{half} runs are noted without what they did")
        counted = number(database, "SELECT CAST(coalesce(sum(records), 0) AS BIGINT) FROM bulk_run")
        kept = number(database, "SELECT count(*) FROM bulk_change")
        require(counted == kept, f"{counted} changes are counted, {kept} can be taken back")
        server = world.serve(database)
        program.server = server
    require(interrupted >= 5, f"only {interrupted} kills came in the middle of something")
    until = time.monotonic() + 240
    while number(database, open_) or number(database, behind):
        require(time.monotonic() < until, f"{number(database, open_)} jobs and {number(database, behind)} events are left")
        time.sleep(0.2)
    changed = number(
        database,
        "SELECT count(*) FROM (SELECT DISTINCT record_id, created_at FROM outbox_event WHERE kind = 'customer.changed')",
    )
    runs = number(database, "SELECT count(*) FROM rule_run WHERE state = 'done'")
    tasks = number(database, "SELECT count(*) FROM task WHERE subject = 'Ask where to'")
    require(runs == changed == tasks and runs > 0, f"{changed} changes, {runs} runs, {tasks} tasks")
