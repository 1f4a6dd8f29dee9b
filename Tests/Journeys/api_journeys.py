"""The API as its own description says it is, fed with what nobody would send."""

import json
import subprocess
import urllib.request

from harness import CACHE, journey, require

# What a run must not do to the company it runs on, with the reason.
LEFT_OUT = {
    "post_session": "signs in; a wrong password often enough would lock the account of the run",
    "delete_session": "ends the session of the run",
    "put_account_password": "changes the password of the run",
    "delete_account_sessions_session": "might end the session of the run",
    "delete_users_id_sessions": "ends the sessions of the run",
    "delete_users_id_sessions_session": "might end the session of the run",
    "put_users_id_rights": "takes the rights of the run away",
    "post_backups": "writes files of the machine, and only for its operator",
    "put_users_id_password": "ends the sessions of the run",
    "post_users_id_disabling": "takes the access of the run away",
    "post_imports": "queues background work that outlives the run; journeys of imports cover it",
    "post_portfolio_versions": "freezes the whole portfolio each time; journeys of versions cover it",
}


def token(server):
    email, password = server.sign_in()
    asked = urllib.request.Request(
        server.address + "/api/v1/session",
        json.dumps({"email": email, "password": password}).encode(),
        {"Content-Type": "application/json"},
    )
    return json.load(urllib.request.urlopen(asked, timeout=60))["token"]


@journey
def no_request_within_or_beside_the_description_is_answered_otherwise(world):
    server = world.serve(world.company(), "--rate", "0")
    bearer = token(server)
    left_out = [part for name in LEFT_OUT for part in ("--exclude-operation-id", name)]
    long = ["--phases", "examples,coverage,fuzzing", "--max-examples", "60"]
    short = ["--phases", "examples,fuzzing", "--max-examples", "8"]
    done = subprocess.run(
        [
            CACHE / "venv" / "tests" / "bin" / "python",
            "-m",
            "schemathesis.cli",
            "run",
            server.address + "/api/v1/openapi.json",
            "--header",
            f"Authorization: Bearer {bearer}",
            "--checks",
            "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
            *(long if world.long else short),
            "--seed",
            "1",
            "--generation-deterministic",
            "--suppress-health-check",
            "all",
            "--workers",
            "1",
            "--request-timeout",
            "60",
            "--no-shrink",
            "--continue-on-failure",
            "--warnings",
            "off",
            "--no-color",
            *left_out,
        ],
        capture_output=True,
        text=True,
        cwd=world.folder(),
        timeout=3_600,
    )
    require(done.returncode == 0, done.stdout[-6_000:] + done.stderr[-1_000:])
    require(server.status("/health") == 200, f"the server ended: {server.said()}")


@journey
def every_act_of_the_api_says_what_it_takes_and_answers(world):
    server = world.serve(world.company())
    with urllib.request.urlopen(server.address + "/api/v1/openapi.json", timeout=60) as answer:
        document = json.load(answer)
    require(document["openapi"] == "3.1.0", document["openapi"])
    bare, acts_in_all = [], 0
    for path, acts in document["paths"].items():
        for method, act in acts.items():
            acts_in_all += 1
            done = [act["responses"][status] for status in act["responses"] if status.startswith("2")]
            if not any(media["schema"] for response in done for media in response["content"].values()):
                bare.append(f"{method.upper()} {path}")
            require(act["tags"] and act["summary"] and act["operationId"], f"{method} {path} is not described")
    require(len(bare) <= acts_in_all / 30, f"no schema of the answer: {', '.join(bare)}")
    page = world.page(server)
    email, password = server.sign_in()
    page.goto("/sign-in?return=/api")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Find an act").fill("webhook replay")
    page.get_by_label("Find an act").press("Enter")
    page.get_by_text("/webhooks/{id}/replays").first.click()
    page.get_by_text('curl -H "$auth" -X POST "$api/webhooks/1/replays"').first.wait_for()
    page.goto("/api?q=nosuchwordatall")
    page.get_by_text("No act has these words").wait_for()
