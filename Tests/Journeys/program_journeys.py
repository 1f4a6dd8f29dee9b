"""What other programs see: webhooks with a real receiver, the feed of changes, batches, forms of the company's site."""

import hashlib
import hmac
import json
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from api_journeys import token
from harness import journey, require


class Receiver:
    """An HTTP server that answers as it is told to and keeps what came."""

    def __init__(self, world):
        self.came, self.answers = [], []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.came.append((dict(self.headers), body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
                self.send_header("Content-Length", "5")
                self.end_headers()
                self.wfile.write(b"taken")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        world.afterwards(self.server.shutdown)
        self.address = f"http://127.0.0.1:{self.server.server_port}/in"

    def wait(self, count, patience=90):
        until = time.monotonic() + patience
        while len(self.came) < count:
            require(time.monotonic() < until, f"{len(self.came)} of {count} messages came")
            time.sleep(0.05)
        return [json.loads(body) for _, body in self.came]


class Program:
    """A program that speaks to the API."""

    def __init__(self, server):
        self.server, self.token = server, token(server)

    def ask(self, method, path, body=None, expect=(200, 201), **headers):
        asked = urllib.request.Request(
            self.server.address + "/api/v1" + path,
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers},
            method=method,
        )
        try:
            with urllib.request.urlopen(asked, timeout=90) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            status, text = refused.code, refused.read()
        require(status in expect, f"{method} {path}: {status} {text[:600]}")
        return json.loads(text) if text else None


def signed(secret, header, body):
    stamp, code = (part.split("=", 1)[1] for part in header.split(","))
    made = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(made, code)


@journey
def a_webhook_fails_twice_and_then_succeeds_survives_a_kill_and_replays(world):
    database = world.company()
    server = world.serve(database, "--allow-private", "127.0.0.1")
    program, receiver = Program(server), Receiver(world)
    made = program.ask(
        "POST", "/webhooks", {"name": "Books", "address": receiver.address, "kinds": ["customer.*"]}
    )
    hook, secret = made["webhook"]["id"], made["secret"]
    receiver.answers = [500, 503]
    program.ask("POST", "/customers", {"name": "Harbour Records", "kind": "organisation"})
    # Each try waits longer than the one before; sending again by hand does not.
    for tries, status in ((2, 500), (3, 503)):
        answered(program, hook, status)
        program.ask("POST", f"/webhooks/{hook}/pause", {"reason": "a look"})
        program.ask("DELETE", f"/webhooks/{hook}/pause")
        receiver.wait(tries)
    messages = receiver.wait(3)
    require(len({message["id"] for message in messages}) == 1, "a repetition has another id")
    require(messages[2]["kind"] == "customer.created" and messages[2]["data"]["name"] == "Harbour Records", messages[2])
    for headers, body in receiver.came:
        require(signed(secret, headers["Valuechain-Signature"], body), f"not signed: {headers}")
    log = settled(program, hook)
    delivered = log[0]
    require(delivered["state"] == "delivered" and delivered["tries"] == 3, delivered)
    # Killed right after a commit: what was committed is told by the next process.
    program.ask("POST", "/batch", {"operations": [create(f"Customer {n}") for n in range(20)]})
    server.kill()
    server = world.serve(database, "--allow-private", "127.0.0.1")
    program.server = server
    names = {message["data"]["name"] for message in receiver.wait(23)}
    until = time.monotonic() + 60
    while len(names) < 21 and time.monotonic() < until:
        time.sleep(0.1)
        names = {json.loads(body)["data"]["name"] for _, body in receiver.came}
    require(names == {"Harbour Records", *(f"Customer {n}" for n in range(20))}, f"told of {sorted(names)}")
    settled(program, hook)
    count = len(receiver.came)
    replay = program.ask("POST", f"/webhooks/{hook}/replays", {"from": delivered["place"]})
    require(replay["queued"] == 1, replay)
    require(receiver.wait(count + 1)[-1]["id"] == messages[0]["id"], "the replay is of another event")
    for address in (
        "https://169.254.169.254/", "https://10.0.0.1/", "https://[::1]/", "https://127.1/", "https://a@b.example/",
    ):
        refused = program.ask("POST", "/webhooks", {"name": "x", "address": address, "kinds": ["*"]}, expect=(422, 403))
        require(refused["field"] == "address", f"{address}: {refused}")


def create(name):
    return {"act": "create", "noun": "customer", "fields": {"name": name, "kind": "organisation"}}


def answered(program, hook, status):
    """Waits until the newest delivery was answered so."""
    until = time.monotonic() + 90
    while True:
        rows = program.ask("GET", f"/webhooks/{hook}/deliveries?size=1")["rows"]
        if rows and rows[0].get("status") == status:
            return
        require(time.monotonic() < until, f"not answered with {status}: {rows}")
        time.sleep(0.05)


def settled(program, hook):
    until = time.monotonic() + 60
    while True:
        rows = program.ask("GET", f"/webhooks/{hook}/deliveries?size=200")["rows"]
        if rows and all(row["state"] != "waiting" for row in rows):
            return rows
        require(time.monotonic() < until, f"still waiting: {rows[:2]}")
        time.sleep(0.05)


@journey
def programs_follow_changes_batches_are_whole_or_nothing_and_forms_bring_customers(world):
    server = world.serve(world.company())
    program = Program(server)
    place = program.ask("GET", "/changes?limit=1")["newest"]
    customer = program.ask("POST", "/customers", {"name": "Quay Music", "kind": "organisation"})
    page = program.ask("GET", f"/changes?after={place}&noun=customer&wait=20")
    require([row["kind"] for row in page["rows"]] == ["customer.created"], page)
    waiting = {}

    def follow():
        waiting.update(program.ask("GET", f"/changes?after={page['next']}&noun=customer&wait=20"))

    follower = threading.Thread(target=follow)
    follower.start()
    changed = {"act": "edit", "noun": "customer", "id": customer["id"], "version": 1}
    changed["fields"] = {"name": "Quay Music Ltd"}
    people = [
        {"act": "create", "noun": "contact", "fields": {"lastName": "Moor", "customer": customer["id"]}},
        {"act": "create", "noun": "interaction", "fields": {"kind": "call", "customer": customer["id"]}},
        {
            "act": "create",
            "noun": "task",
            "fields": {"subject": "Call back", "noun": "customer", "record": customer["id"]},
        },
    ]
    done = program.ask("POST", "/batch", {"operations": [create("Pier Sounds"), changed, *people]})
    require([row["version"] for row in done["rows"]] == [1, 2, 1, 1, 1], done)
    contact = program.ask("GET", f"/contacts/{done['rows'][2]['id']}")
    require([role["customer"] for role in contact["roles"]] == [customer["id"]], contact)
    follower.join(60)
    require(waiting.get("rows"), f"the follower was not told: {waiting}")
    before = program.ask("GET", "/customers/count")["total"]
    key = {"Idempotency-Key": "once-only"}
    first = program.ask("POST", "/batch", {"operations": [create("Jetty")]}, **key)
    require(program.ask("POST", "/batch", {"operations": [create("Jetty")]}, **key) == first, "done twice")
    broken = {"operations": [create(f"Dock {n}") for n in range(500)] + [create("")]}
    refused = program.ask("POST", "/batch", broken, expect=(422,))
    require(refused["field"] == "operations[500].name" and refused["facts"]["operation"] == "500", refused)
    require(program.ask("GET", "/customers/count")["total"] == before + 1, "a refused batch left something")
    mine = f"/customers/{customer['id']}"
    program.ask("PATCH", mine, {"name": "Quay"}, expect=(409,), **{"If-Match": '"1"'})
    program.ask("PATCH", mine, {"name": "Quay Music"}, **{"If-Match": '"2"'})
    require(program.ask("GET", mine)["version"] == 3, "another version")
    stale = program.ask("POST", "/batch", {"operations": [changed]}, expect=(409,))
    require(stale["field"] == "operations[0].version", stale)
    forms(world, server, program)


def forms(world, server, program):
    form = program.ask(
        "POST",
        "/forms",
        {
            "name": "Contact", "title": "Write to us", "asks": ["company", "person", "message", "consent"],
            "required": ["person"], "kind": "organisation", "thanks": "We will call you.", "purpose": "newsletter",
            "consent": "Send me the newsletter.", "origins": ["https://www.example.com"], "thanksPath": "/thanks",
        },
    )
    address = f"/f/{form['token']}"
    page = world.page(server, scripts=False)
    page.goto(address)
    page.get_by_label("Your name").fill("Ada Moor")
    page.get_by_label("Company").fill("Moor & Sons")
    page.get_by_label("E-mail").fill("ada@moor.example")
    page.get_by_label("Message").fill("Do you ship to Leith?")
    page.get_by_label("Send me the newsletter.").check()
    page.wait_for_timeout(2_100)
    page.get_by_role("button", name="Send").click()
    page.get_by_text("We will call you.").wait_for()
    filled = "person=Machine&email=fast%40machine.example&website=http%3A%2F%2Fmachine.example"
    with urllib.request.urlopen(server.address + address, filled.encode(), timeout=60) as answer:
        require(b"We will call you." in answer.read(), "a machine was told that it is one")
    sent = {"person": "Ada Moor", "company": "Moor & Sons", "email": "ADA@moor.example"}
    asked = urllib.request.Request(
        server.address + "/api/v1" + address,
        json.dumps(sent).encode(),
        {"Content-Type": "application/json", "Origin": "https://www.example.com"},
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        require(answer.headers["Access-Control-Allow-Origin"] == "https://www.example.com", dict(answer.headers))
    asked.add_header("Origin", "https://evil.example")
    try:
        urllib.request.urlopen(asked, timeout=60)
        raise AssertionError("another site may send the form")
    except urllib.error.HTTPError as refused:
        require(refused.code == 403, refused.code)
    rows = program.ask("GET", f"/forms/{form['id']}/submissions")["rows"]
    require([row["state"] for row in rows] == ["known", "suspected", "made"], rows)
    require(rows[0]["customer"] == rows[2]["customer"], "a known customer came twice")
    require(rows[2]["consentVersion"] == 1 and rows[2]["consent"] == "Send me the newsletter.", rows[2])
    customer = program.ask("GET", f"/customers/{rows[2]['customer']}")
    require(customer["name"] == "Moor & Sons" and len(customer["contacts"]) == 1, customer)
    require(customer["lastInteraction"]["kind"] == "web", customer["lastInteraction"])
    consents = program.ask("GET", f"/contacts/{rows[2]['contact']}/consents")["history"]
    require([consent["state"] for consent in consents] == ["given"] and consents[0]["text"] == 1, consents)
    program.ask("POST", f"/forms/{form['id']}/submissions/{rows[1]['id']}/acceptance")
    program.ask("POST", f"/forms/{form['id']}/closure")
    require(server.status(address) == 404, "a closed form is open")
