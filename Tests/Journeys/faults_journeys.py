"""What befalls a store: killed processes, two servers, a full disk, a database that restarts.

Nothing acknowledged is lost, nothing is there by halves.
"""

import os
import random
import re
import subprocess
import time
from itertools import islice

from harness import CACHE, ROOT, end, free_port, journey, require
from store import ask, fingerprint, lines, number, require_whole

ROWS = 120_000


def purchases(world):
    """The first rows of the grocery chain's lines: enough that an import takes a while."""
    table = world.scratch / "purchases.csv"
    if not table.exists():
        with open(CACHE / "data" / "grocery" / "transactions.csv", encoding="utf-8") as source:
            table.write_text("".join(islice(source, ROWS + 1)), encoding="utf-8")
    return table


def importing(world, database):
    return ["import", purchases(world), "--source", "till", "--database", database]


def undisturbed(world):
    """What an import that nothing happened to leaves, and how long it takes."""
    if not hasattr(world, "untroubled"):
        database = world.empty_company()
        began = time.monotonic()
        world.run(*importing(world, database))
        world.untroubled = fingerprint(database), time.monotonic() - began
        require(world.untroubled[0][0] > ROWS * 0.9, f"only {world.untroubled[0][0]} of {ROWS} lines were loaded")
    return world.untroubled


def require_counted(store):
    """Each batch is in with its count or not at all."""
    loaded = number(store, "SELECT CAST(coalesce(sum(loaded_rows), 0) AS BIGINT) FROM import_run")
    require(lines(store) == loaded, f"{lines(store)} lines, {loaded} counted as loaded")


@journey
def an_import_killed_at_any_moment_leaves_whole_batches_and_converges(world):
    expected, duration = undisturbed(world)
    chance = random.Random(20_261_121)
    database = world.empty_company()
    interrupted = 0
    for turn in range(200 if world.long else 25):
        if turn % 5 == 0:
            database = world.empty_company()
        process = world.start(*importing(world, database))
        time.sleep(chance.uniform(0.02, duration))
        interrupted += process.poll() is None
        process.kill()
        process.wait()
        require_whole(database)
        require_counted(database)
    require(interrupted >= 10, f"only {interrupted} imports were still running when they were killed")
    world.run(*importing(world, database))
    require_whole(database)
    require(fingerprint(database) == expected, "after the kills another content than undisturbed")


@journey
def a_server_killed_in_mid_import_serves_again_and_the_import_ends(world):
    expected, duration = undisturbed(world)
    database = world.empty_company()
    server = world.serve(database)
    client = world.start(*importing(world, database))
    time.sleep(duration / 2)
    server.kill()
    client.wait(60)
    require_whole(database)
    require_counted(database)
    began = time.monotonic()
    server = world.serve(database)
    require(time.monotonic() - began < 5, "the server took more than 5 s to come back")
    world.run(*importing(world, database))
    server.stop()
    require(fingerprint(database) == expected, "another content than undisturbed")


@journey
def a_migration_killed_leaves_the_old_or_the_new(world):
    chance = random.Random(7)
    for _ in range(50 if world.long else 12):
        database = world.folder() / "company.sqlite"
        process = world.start("user", "add", "administrator@example.org", "--administrator", "--database", database)
        time.sleep(chance.uniform(0.0, 0.25))
        process.kill()
        process.wait()
        world.run("doctor", "--database", database)
        require(ask(database, "PRAGMA integrity_check") == [("ok",)], "the file is damaged")


@journey
def a_second_server_on_the_file_is_refused_and_names_the_first(world):
    database = world.company()
    server = world.serve(database)
    link, hard = database.with_name("link.sqlite"), database.with_name("hard.sqlite")
    link.symlink_to(database)
    for other in (database, link):
        done = world.run("serve", "--database", other, "--port", "0", expect=1, timeout=10)
        require(str(server.process.pid) in done.stderr, f"the holder's process is not named: {done.stderr}")
    os.link(database, hard)
    world.run("serve", "--database", hard, "--port", "0", expect=1, timeout=10)
    require(server.status("/health") == 200, "the first server does not answer any more")


@journey
def the_command_line_works_beside_a_running_server(world):
    database = world.empty_company()
    world.serve(database)
    table = world.folder() / "purchases.csv"
    table.write_text("customer,date,amount\nada,2020-01-02,5.00\n")
    answer = world.json("import", table, "--source", "shop", "--database", database)
    require(answer["loaded"] == 1, f"not loaded: {answer}")
    figures = world.json("portfolio", "run", "--database", database)["figures"]
    require(
        figures["gini"]["value"] == 0 or figures["gini"]["missing"],
        f"one customer has no inequality: {figures['gini']}",
    )


def small_mount(world, megabytes):
    """A file system that is soon full. Needs the right to mount, which CI has."""
    place = world.folder()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", place], check=True)
    world.afterwards(lambda: subprocess.run(["umount", "--lazy", place], check=True))
    return place


def grow(place, megabytes):
    subprocess.run(["mount", "-o", f"remount,size={megabytes}m", place], check=True)


@journey
def a_full_disk_is_said_and_loses_nothing(world):
    expected, _ = undisturbed(world)
    place = small_mount(world, 8)
    database = world.empty_company(place)
    done = world.run(*importing(world, database), expect=1)
    require(
        re.search(r"disk|space|full|storage", done.stderr, re.IGNORECASE), f"the reason is not said: {done.stderr}"
    )
    require_whole(database)
    require_counted(database)
    grow(place, 400)
    world.run(*importing(world, database))
    require_whole(database)
    require(fingerprint(database) == expected, "another content than undisturbed")


@journey
def a_server_on_a_full_disk_still_reads_and_writes_again_when_there_is_space(world):
    place = small_mount(world, 12)
    database = world.empty_company(place)
    server = world.serve(database)
    with open(place / "ballast", "wb", buffering=0) as ballast:
        try:
            while ballast.write(bytes(64 * 1024)):
                pass
        except OSError:
            pass
    done = world.run(*importing(world, database), expect=1)
    require(
        re.search(r"disk|space|full|storage", done.stderr, re.IGNORECASE), f"the reason is not said: {done.stderr}"
    )
    require(server.status("/sign-in") == 200, "no page is served from a full disk")
    (place / "ballast").unlink()
    grow(place, 400)
    world.run(*importing(world, database))
    require(server.status("/health") == 200, "the server did not survive")
    server.stop()
    require(fingerprint(database) == undisturbed(world)[0], "another content than undisturbed")


def in_the_middle(process, store):
    """Waits until the first batch of a running import is in."""
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        if number(store, "SELECT coalesce(max(batches), 0) FROM import_run WHERE loaded_rows > 0"):
            return
        time.sleep(0.05)
    raise AssertionError("the import was over before anything could happen to it")


@journey
def a_postgres_that_restarts_in_mid_import_loses_nothing(world):
    expected, _ = undisturbed(world)
    for mode in ("fast", "immediate"):
        with world.postgres() as postgres:
            world.run("user", "add", "administrator@example.org", "--administrator", "--database", postgres.address)
            process = world.start(*importing(world, postgres.address))
            in_the_middle(process, postgres)
            postgres.restart(mode)
            process.wait(120)
            require(process.returncode in (0, 1), f"the import ended with {process.returncode}")
            require_whole(postgres)
            require_counted(postgres)
            world.run(*importing(world, postgres.address))
            require_whole(postgres)
            require(fingerprint(postgres) == expected, f"another content than undisturbed after {mode}")


@journey
def a_server_outlives_a_postgres_that_goes_and_comes(world):
    with world.postgres() as postgres:
        world.run("user", "add", "administrator@example.org", "--administrator", "--database", postgres.address)
        server = world.serve(postgres.address)
        require(server.status("/ready") == 200, "not ready with its database there")
        postgres.restart("immediate")
        until = time.monotonic() + 10
        while server.status("/ready") != 200 and time.monotonic() < until:
            time.sleep(0.1)
        require(server.status("/ready") == 200, "not ready 10 s after its database came back")
        require(server.process.poll() is None, "the server ended")


@journey
def a_company_moves_to_postgres_and_back_unchanged(world):
    database = world.company()
    with world.postgres() as postgres:
        world.run("copy", "--from", database, "--to", postgres.address)
        require_whole(postgres)
        require(fingerprint(postgres) == fingerprint(database), "PostgreSQL holds something else")
        returned = world.folder() / "returned.sqlite"
        world.run("copy", "--from", postgres.address, "--to", returned)
        require(fingerprint(returned) == fingerprint(database), "the way back changed something")
        here = world.json("portfolio", "run", "--database", database)["figures"]
        there = world.json("portfolio", "run", "--database", postgres.address)["figures"]
        require(
            {name: figure["value"] for name, figure in here.items()}
            == {name: figure["value"] for name, figure in there.items()},
            "the two stores give different figures",
        )


@journey
def a_backup_brings_a_company_back(world):
    database = world.company()
    before = fingerprint(database)
    copy = world.folder() / "backup.sqlite"
    world.run("backup", copy, "--database", database)
    table = world.folder() / "purchases.csv"
    table.write_text("customer,date,amount\nada,2020-01-02,5.00\n")
    world.run("import", table, "--source", "web", "--database", database)
    require(fingerprint(database) != before, "the import changed nothing")
    world.run("restore", copy, "--database", database)
    require(fingerprint(database) == before, "the restored company is another one")
    torn = world.folder() / "torn.sqlite"
    torn.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    world.run("restore", torn, "--database", database, expect=1)
    require(fingerprint(database) == before, "a torn backup did harm")


@journey
def a_second_run_of_an_unchanged_clone_serves_within_five_seconds(world):
    environment = {**world.environment, "VALUECHAIN_COMPANIES": str(world.folder())}
    for turn in ("first", "second"):
        port, began = free_port(), time.monotonic()
        process = subprocess.Popen(
            [ROOT / "bin" / "run", "record-shop", "--port", str(port)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            while (line := process.stdout.readline()) and "sign in" not in line:
                pass
            require("sign in" in line, f"the {turn} run did not say how to sign in")
        finally:
            end(process)
        took = time.monotonic() - began
    require(took < 5, f"the second run took {took:.1f} s")
