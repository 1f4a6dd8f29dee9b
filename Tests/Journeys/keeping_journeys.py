"""What keeps a company: stopping without harm, backups that come back, people who are erased, the package."""

import http.client
import json
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request

from hands import Pointer
from harness import ROOT, end, free_port, journey, require
from main_job_journeys import sign_in


def ask(server, path, opened=None):
    connection = opened or http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer.status


@journey
def a_server_told_to_stop_fails_no_request_and_a_second_word_ends_it_at_once(world):
    database = world.company()
    server = world.serve(database)
    seen, failed, stopping = [], [], threading.Event()

    def watch():
        while not stopping.is_set():
            if server.status("/ready") != 200:
                stopping.set()

    def work():
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        while not stopping.is_set():
            try:
                status = ask(server, "/sign-in", connection)
                (seen if status == 200 else failed).append(status)
            except OSError as error:
                failed.append(repr(error))
            except http.client.HTTPException as error:
                failed.append(repr(error))

    threads = [threading.Thread(target=work) for _ in range(6)] + [threading.Thread(target=watch)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 60
    while len(seen) < 100 and time.monotonic() < until:
        time.sleep(0.01)
    server.process.send_signal(signal.SIGTERM)
    for thread in threads:
        thread.join(60)
    require(len(seen) >= 100 and not failed, f"{len(seen)} answered, {len(failed)} failed: {failed[:3]}")
    require(server.process.wait(60) == 0, "it did not stop in good order")

    server = world.serve(database)
    # A request that never ends holds it.
    with socket.create_connection(("127.0.0.1", server.port)) as held:
        held.sendall(
            f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Length: 100\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\na".encode()
        )
        server.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + 60
        while server.status("/health", timeout=1) is not None and time.monotonic() < until:
            time.sleep(0.05)
        if server.process.poll() is None:
            began = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(60)
            require(time.monotonic() - began < 5, "the second word did not end it at once")
    require(server.process.poll() is not None, "it still runs")


def holding(folder, text):
    """The files below a folder, backups left out, in which a text stands."""
    return [
        path.name
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "backups" not in path.parts and text.encode() in path.read_bytes()
    ]


def done(page):
    page.get_by_text("Done", exact=True).wait_for(timeout=90_000)


@journey
def a_person_erased_on_a_page_does_not_come_back_with_a_backup(world):
    database = world.company()
    server = world.serve(database)
    page = world.page(server)
    sign_in(Pointer(page), server)
    page.goto("/customers/new")
    page.get_by_label("Name", exact=True).fill("Quilliam Zander")
    page.get_by_label("Kind", exact=True).select_option("person")
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url(re.compile(r"/customers/\d+"))
    number = page.url.rpartition("/")[2].partition("?")[0]
    page.goto("/backups")
    page.get_by_role("button", name="Back up now").click()
    done(page)
    page.goto("/backups")
    page.get_by_text("Proved", exact=True).first.wait_for()
    page.goto("/privacy")
    page.get_by_label("Name, address or number").fill("quilliam")
    page.get_by_role("button", name="Find them").click()
    page.get_by_role("link", name="Quilliam Zander").click()
    page.get_by_role("link", name="Look at what would go").click()
    page.wait_for_url(re.compile(rf"erasures/preview\?kind=customer&person={number}"))
    page.get_by_role("button", name="Erase", exact=True).click()
    page.get_by_role("button", name="Erase for good").click()
    done(page)
    require(holding(database.parent, "Quilliam") == [], f"still in {holding(database.parent, 'Quilliam')}")
    page.goto("/audit/verification")
    page.get_by_text("The chain is whole").wait_for()
    server.stop()
    require("Quilliam" not in server.said(), "the log names them")
    # The plan may have made one of its own meanwhile, when its hour has come since the company began.
    backups = sorted((database.parent / "backups").glob("*.sqlite"))
    before = [made for made in backups if "Quilliam".encode() in made.read_bytes()]
    require(before, f"no backup is from before: {[made.name for made in backups]}")
    backup = before[0]
    said = world.run("restore", backup, "--database", database).stderr
    require("Erased again" in said, f"nothing was erased again: {said}")
    former = [name for name in holding(database.parent, "Quilliam") if "before-restore" not in name]
    require(former == [], f"back in {former}")
    world.run("audit", "verify", "--database", database)
    torn = world.folder() / "torn.sqlite"
    torn.write_bytes(backup.read_bytes()[:-5_000])
    world.run("backup", "verify", torn, "--database", database, expect=1)
    world.run("backup", "verify", backup, "--database", database)


@journey
def a_changed_line_of_the_audit_chain_is_named(world):
    import sqlite3

    database = world.company()
    store = sqlite3.connect(database)
    store.execute("UPDATE audit_entry SET verb = 'delete' WHERE sequence = 2")
    store.commit()
    store.close()
    refused = world.run("audit", "verify", "--database", database, expect=1).stderr
    require("Line 2" in refused, f"the line is not named: {refused}")
    world.serve(database)
    refused = world.run("audit", "verify", "--database", database, expect=1).stderr
    require("Line 2" in refused, f"the line is not named beside a server: {refused}")


@journey
def a_package_leads_to_the_first_sign_in_within_three_minutes(world):
    place = world.folder()
    made = subprocess.run(
        [ROOT / "bin" / "package", "--program", world.program, "--output", place], capture_output=True, text=True
    )
    require(made.returncode == 0, made.stdout + made.stderr)
    package, root = next(place.glob("*.deb")), place / "root"
    facts = subprocess.run(["dpkg-deb", "-f", package], capture_output=True, text=True, check=True).stdout
    for name in ("libsqlite3-0", "libpq5", "zlib1g"):
        require(name in facts, f"the package does not ask for {name}: {facts}")
    listed = subprocess.run(["dpkg-deb", "-I", package, "conffiles"], capture_output=True, text=True, check=True).stdout
    require(listed.strip() == "/etc/valuechain/valuechain.env", f"not a settings file: {listed}")
    began = time.monotonic()
    subprocess.run(["dpkg", "-x", package, root], check=True)
    unit = root / "usr/lib/systemd/system/valuechain.service"
    verdict = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True).stderr
    wrong = [line for line in verdict.splitlines() if "valuechain.service" in line and "/usr/bin/valuechain" not in line]
    require(not wrong, "\n".join(wrong))
    program, home = root / "usr/bin/valuechain", world.folder()
    environment = {
        **{name: value for name, value in world.environment.items() if name != "VALUECHAIN_ASSETS"},
        # The parts of Swift in the package, not those of this machine.
        "LD_LIBRARY_PATH": str(root / "usr/lib/valuechain"),
        "VALUECHAIN_HOME": str(home),
    }
    words = subprocess.run(
        [program, "user", "add", "you@example.com", "--administrator"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        cwd=home,
    ).stdout
    password = re.search(r"with the password (\S+)", words).group(1)
    port = free_port()
    served = subprocess.Popen([program, "serve", "--port", str(port)], env=environment, cwd=home)
    world.afterwards(lambda: end(served))
    body = json.dumps({"email": "you@example.com", "password": password}).encode()
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/session", body, {"Content-Type": "application/json"}
    )
    token = None
    while token is None and time.monotonic() - began < 180:
        try:
            token = json.load(urllib.request.urlopen(asked, timeout=60))["token"]
        except (OSError, urllib.error.HTTPError):
            time.sleep(0.1)
    took = time.monotonic() - began
    require(token and took < 180, f"no sign-in after {took:.0f} s")
    sheet = urllib.request.urlopen(f"http://127.0.0.1:{port}/assets/valuechain.css", timeout=60)
    require(sheet.status == 200, "the files of the pages are not found")
