"""The API as its own description says it is, fed with what nobody would send."""

import json
import subprocess
import urllib.request

from harness import CACHE, journey, require


@journey(long=True)
def no_request_within_or_beside_the_description_ends_in_a_500(world):
    database = world.company()
    server = world.serve(database, "--rate", "0")
    email, password = server.sign_in()
    asked = urllib.request.Request(
        server.address + "/api/v1/session",
        json.dumps({"email": email, "password": password}).encode(),
        {"Content-Type": "application/json"},
    )
    key = json.load(urllib.request.urlopen(asked))["token"]
    done = subprocess.run(
        [
            CACHE / "venv" / "long" / "bin" / "python",
            "-m",
            "schemathesis.cli",
            "run",
            server.address + "/api/v1/openapi.json",
            "--header",
            f"Authorization: Bearer {key}",
            "--checks",
            "not_a_server_error,content_type_conformance",
            "--max-examples",
            "50",
            "--seed",
            "1",
            "--exclude-path-regex",
            "session|restore|backup",
        ],
        capture_output=True,
        text=True,
        cwd=world.folder(),
        timeout=1_800,
    )
    require(done.returncode == 0, done.stdout[-4_000:] + done.stderr[-1_000:])
    require(server.status("/health") == 200, f"the server ended: {server.said()}")
