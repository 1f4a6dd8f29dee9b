"""How people and programs get in: a link, a second factor, sessions, keys, and the lock-out of who guesses."""

import base64
import hashlib
import hmac
import json
import re
import struct
import time
import urllib.error
import urllib.request

from hands import Pointer, named
from harness import journey, require
from main_job_journeys import sign_in

PASSWORD = "the harbour is closed today"


def code(secret, ahead=0):
    """RFC 6238 as an authenticator computes it; some steps ahead where the code of now was used."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + ahead), hashlib.sha1).digest()
    place = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[place:place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def ask(server, method, path, body=None, token=None):
    """Status, headers and JSON of a call of the API."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = json.dumps(body).encode() if body is not None else None
    asked = urllib.request.Request(server.address + "/api/v1" + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, answer.headers, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, json.load(refused)


def main_text(hands):
    return hands.page.get_by_role("main").inner_text()


def shown_once(hands):
    return hands.page.locator(".vc-once-text code").first.inner_text()


def join(world, server, link):
    hands = Pointer(world.page(server))
    hands.page.goto(link)
    require("ada@example.org" in main_text(hands), "the invitation does not say whose it is")
    hands.fill("Your name", "Ada Quist")
    hands.fill("A password", PASSWORD)
    hands.press("button", "Join")
    require("Welcome, Ada Quist" in main_text(hands), "nobody is welcomed")
    hands.page.goto(link)
    require("void" in main_text(hands), "the link works twice")
    return hands


def enrol(hands):
    """Switches the second factor on; the secret and the recovery codes."""
    hands.page.goto("/account")
    hands.press("link", "Set it up")
    hands.press("button", "Show me the QR code")
    require(hands.page.get_by_role("img", name="QR code").is_visible(), "there is no QR code")
    secret = hands.page.locator(".vc-secret").inner_text().replace(" ", "")
    hands.fill("The code it shows now", "000000" if code(secret) != "000000" else "111111")
    hands.press("button", "Switch it on")
    require("not the code of now" in main_text(hands), "a wrong code is taken")
    hands.fill("The code it shows now", code(secret))
    hands.press("button", "Switch it on")
    codes = hands.page.locator(".vc-codes code").all_inner_texts()
    require(len(set(codes)) == 10, f"there are not ten recovery codes: {codes}")
    hands.press("link", "I have kept them")
    require("10 recovery codes left" in main_text(hands), "the account does not say that it is on")
    return secret, codes


def sign_out(hands):
    hands.page.locator("summary", has_text="Menu of").click()
    hands.press("button", "Sign out")


def sign_in_with(hands, given):
    hands.page.goto("/sign-in")
    hands.fill("E-mail", "ada@example.org")
    hands.fill("Password", PASSWORD)
    hands.press("button", "Sign in")
    hands.fill("Code", given)
    hands.press("button", "Go on")


def end_the_other_session(hands, server, recovery):
    half = ask(server, "POST", "/session", {"email": "ada@example.org", "password": PASSWORD})
    require(half[0] == 202 and half[2]["needs"] == "code", f"no code is asked for: {half}")
    require(ask(server, "GET", "/account", token=half[2]["token"])[0] == 401, "half a session is a session")
    status, _, whole = ask(server, "POST", "/session/code", {"token": half[2]["token"], "code": recovery})
    require(status == 201, f"a recovery code is refused: {whole}")
    require(ask(server, "GET", "/account", token=whole["token"])[0] == 200, "the new session is none")
    hands.page.goto("/account")
    row = hands.page.get_by_role("row").filter(has_text="Python")
    row.get_by_role("button", name="End").click()
    hands.page.get_by_text("That session is ended.").wait_for()
    require(ask(server, "GET", "/account", token=whole["token"])[0] == 401, "the ended session goes on")


def make_a_key(hands):
    hands.page.goto("/keys")
    hands.press("link", "Make a key")
    hands.fill("What is it for", "Nightly export")
    hands.page.get_by_label("See customer", exact=True).check()
    hands.press("button", "Make the key")
    return shown_once(hands)


def require_scopes(server, key):
    status, headers, _ = ask(server, "GET", "/customers", token=key)
    require(status == 200, f"the key may not see customers: {status}")
    require(int(headers["RateLimit-Remaining"]) < int(headers["RateLimit-Limit"]) == 600, f"no limit is told: {headers}")
    customer = {"name": "Ben Oak", "kind": "person"}
    for method, path, body in (
        ("POST", "/customers", customer),
        ("GET", "/users", None),
        ("GET", "/decisions", None),
        ("GET", "/account", None),
        ("POST", "/keys", {"name": "another"}),
    ):
        status = ask(server, method, path, body, token=key)[0]
        require(status == 403, f"a key for seeing customers: {method} {path} answers {status}")
    asked = urllib.request.Request(server.address + "/customers", headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        require(answer.url.partition("?")[0].endswith("/sign-in"), "a key opens pages")


@journey
def a_colleague_joins_by_a_link_signs_in_with_a_code_and_gives_a_program_a_key(world):
    server = world.serve(world.empty_company())
    owner = Pointer(world.page(server))
    sign_in(owner, server)
    require("Getting started" in main_text(owner), "a new company is not led through")
    owner.press("link", "Invite somebody")
    owner.fill("E-mail", "Ada@example.org")
    owner.page.get_by_role("radio", name=named("Administrator")).check()
    owner.press("button", "Make the link")
    link = shown_once(owner)
    require(link.startswith(server.address + "/join?token="), f"the link leads elsewhere: {link}")
    hands = join(world, server, link)
    secret, codes = enrol(hands)
    sign_out(hands)
    sign_in_with(hands, code(secret, ahead=1))
    require("Sign in" not in hands.page.title(), "the code does not let in")
    sign_out(hands)
    sign_in_with(hands, codes[0])
    hands.page.goto("/account")
    require("9 recovery codes left" in main_text(hands), "the recovery code was not used up")
    again = Pointer(world.page(server))
    sign_in_with(again, codes[0])
    require("not the code of now" in main_text(again), "a recovery code works twice")
    end_the_other_session(hands, server, codes[1])
    key = make_a_key(hands)
    require_scopes(server, key)
    hands.page.goto("/keys")
    hands.press("button", "Revoke")
    require(ask(server, "GET", "/customers", token=key)[0] == 401, "a revoked key works")
    require_audited(owner)


def require_audited(owner):
    owner.page.goto("/audit")
    text = main_text(owner)
    for verb in ("invite", "switch second factor on", "end session", "make key", "revoke key"):
        require(verb in text, f"the audit does not tell of “{verb}”")


@journey
def who_guesses_is_locked_out_also_after_a_restart_until_it_is_lifted(world):
    database = world.empty_company()
    server = world.serve(database)
    email, password = server.sign_in()
    guess = {"email": email, "password": "not the password at all"}
    statuses = [ask(server, "POST", "/session", guess)[0] for _ in range(5)]
    require(statuses == [401] * 5, f"the guesses were answered {statuses}")
    right = {"email": email, "password": password}
    status, headers, _ = ask(server, "POST", "/session", right)
    require(status == 429 and 0 < int(headers["Retry-After"]) <= 900, f"the sixth try is answered {status}")
    server.stop()
    server = world.serve(database)
    require(ask(server, "POST", "/session", right)[0] == 429, "a restart opens the door")
    known = ask(server, "POST", "/password-requests", {"email": email})
    unknown = ask(server, "POST", "/password-requests", {"email": "nobody@example.org"})
    require(known[0] == unknown[0] == 202 and known[2] == unknown[2], "an address is told apart")
    said = world.run("user", "unlock", email, "--database", database).stdout
    require("can try again" in said, f"unlock says {said}")
    status, _, session = ask(server, "POST", "/session", right)
    require(status == 201, f"after unlocking the sign-in is answered {status}")
    waiting = ask(server, "GET", "/password-requests", token=session["token"])[2]["rows"]
    require([one["email"] for one in waiting] == [email], f"who waits: {waiting}")
    link = world.run("user", "reset-link", email, "--database", database).stdout.strip()
    hands = Pointer(world.page(server))
    hands.page.goto(link)
    hands.fill("New password", PASSWORD)
    hands.press("button", "Set the password")
    require(re.search("Your password is changed", main_text(hands)), "the password was not set")
    require(ask(server, "GET", "/account", token=session["token"])[0] == 401, "the old session goes on")
    require(ask(server, "POST", "/session", {**right, "password": PASSWORD})[0] == 201, "the new password does not let in")
