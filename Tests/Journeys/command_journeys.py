"""The command line: helps, refuses in words, and says the acceptance numbers."""

import gzip
import json
import re
import shutil
import subprocess

from harness import CACHE, free_port, journey, require

COMMANDS = (
    "serve",
    "demo",
    "import",
    "export",
    "portfolio",
    "portfolio run",
    "portfolio value",
    "portfolio equity",
    "portfolio significant",
    "portfolio strategies",
    "portfolio forecast",
    "portfolio treatment",
    "portfolio matrix",
    "portfolio removal",
    "portfolio freeze",
    "portfolio versions",
    "portfolio compare",
    "record",
    "record list",
    "record show",
    "record add",
    "record edit",
    "record change",
    "record bin",
    "record restore",
    "record call",
    "field",
    "view",
    "view list",
    "view keep",
    "view change",
    "view remove",
    "view restore",
    "bin",
    "bin list",
    "bin restore",
    "field list",
    "field add",
    "field remove",
    "field restore",
    "relationship",
    "relationship list",
    "relationship add",
    "relationship end",
    "contact",
    "contact list",
    "contact show",
    "contact add",
    "interaction",
    "interaction list",
    "interaction show",
    "interaction add",
    "interaction withdraw",
    "consent",
    "consent list",
    "consent purpose",
    "consent record",
    "consent check",
    "consent people",
    "bulk",
    "bulk list",
    "bulk undo",
    "decision",
    "decision take",
    "decision list",
    "decision show",
    "decision judge",
    "task",
    "task add",
    "task list",
    "task done",
    "task reopen",
    "tag",
    "tag add",
    "tag list",
    "tag mark",
    "attachment",
    "attachment add",
    "attachment list",
    "attachment save",
    "notification",
    "notification list",
    "lifetime-value",
    "lifetime-value fit",
    "lifetime-value score",
    "lifetime-value compare",
    "backup",
    "backup make",
    "backup verify",
    "backup list",
    "backup plan",
    "restore",
    "user",
    "user add",
    "user list",
    "user password",
    "user reset-link",
    "user require-code",
    "user remove-code",
    "user unlock",
    "invite",
    "invite add",
    "invite list",
    "invite withdraw",
    "key",
    "key add",
    "key list",
    "key revoke",
    "session",
    "session list",
    "session end",
    "user role",
    "role",
    "role list",
    "role show",
    "role copy",
    "role grant",
    "role field",
    "role remove",
    "team",
    "team list",
    "team add",
    "team remove",
    "team join",
    "team leave",
    "copy",
    "doctor",
    "audit",
    "audit verify",
    "rule",
    "rule list",
    "rule add",
    "rule log",
    "rule pause",
    "rule resume",
    "rule remove",
    "webhook",
    "webhook add",
    "webhook list",
    "webhook ping",
    "webhook pause",
    "webhook resume",
    "webhook remove",
    "changes",
    "form",
    "form list",
    "search",
    "search find",
    "search rebuild",
    "duplicate",
    "duplicate find",
    "duplicate list",
    "duplicate dismiss",
    "merge",
    "history",
    "privacy",
    "privacy requests",
    "privacy ask",
    "privacy export",
    "privacy erase",
    "privacy clocks",
    "privacy keep",
)


def examples(text):
    """The commands a help page shows, as one line each."""
    shown = text.partition("\nUSAGE:")[0].replace("\\\n", " ")
    return [line.strip() for line in shown.splitlines() if re.match(r"\s+(\S.*\| )?valuechain \S", line)]


@journey
def every_command_helps_with_an_example_that_works(world):
    """In a folder that has what the examples name; what serves is started and stopped."""
    place = world.folder()
    (place / "bin").mkdir()
    (place / "bin" / "valuechain").symlink_to(world.program)
    (place / ".cache").symlink_to(CACHE)
    shutil.copytree(world.company().parent, place / "data")
    (place / "orders.csv").write_text("customer,date,amount\nada,2020-01-02,5.00\n")
    (place / "people.csv").write_text("customer,name,email\nada,Ada,ada@example.org\n")
    (place / "lines.csv.gz").write_bytes(gzip.compress(b"customer,date,Gross,Net\nada,2020-01-02,6.00,5.00\n"))
    environment = {
        **world.environment,
        "PATH": f"{place / 'bin'}:/usr/bin:/bin",
        "VALUECHAIN_DEMO_DATA": str(CACHE / "data"),
        "VALUECHAIN_HOME": str(place / "data"),
    }
    done = set()
    with world.postgres() as postgres:
        for command in COMMANDS:
            found = examples(world.run(*command.split(), "--help").stdout)
            require(any(f"valuechain {command}" in line for line in found), f"{command} --help shows no example")
            for line in found:
                if line not in done:
                    done.add(line)
                    try_example(line.replace("postgres://crm@localhost/crm", postgres.address), place, environment)


def try_example(line, place, environment):
    serving = line.startswith("valuechain serve")
    # A server is given two seconds to refuse, then told to stop.
    shown = f"timeout --signal=TERM 2 {line.replace('8080', str(free_port()))}" if serving else line
    ended = subprocess.run(
        ["bash", "-o", "pipefail", "-c", shown], cwd=place, env=environment, capture_output=True, text=True, timeout=300
    )
    expected = 124 if serving else 0
    require(ended.returncode == expected, f"{line}: exit {ended.returncode}\n{ended.stdout[-500:]}{ended.stderr[-500:]}")


@journey
def misuse_exits_with_2_and_a_refusal_with_1(world):
    world.run("no-such-command", expect=2)
    world.run("import", expect=2)
    world.run("serve", "--port", "many", expect=2)
    done = world.run(
        "import", world.scratch / "not-there.csv", "--source", "x", "--database", world.empty_company(), expect=1
    )
    require("not-there.csv" in done.stderr, f"the refusal does not name the file: {done.stderr}")


def require_close(figures, name, expected, tolerance):
    value = figures[name]["value"]
    require(value is not None and abs(value - expected) <= tolerance, f"{name} is {value}, not {expected}")


@journey
def the_grocery_chain_is_as_concentrated_as_it_is(world):
    figures = world.json("portfolio", "run", "--database", world.company("grocery"))["figures"]
    require_close(figures, "topShare.20", 0.546, 0.0005)
    require_close(figures, "customersFor80", 1_031 / 2_469, 1e-9)


@journey
def the_record_shop_is_as_concentrated_as_it_is(world):
    database = world.folder() / "company.sqlite"
    world.run("demo", "record-shop", "--database", database)
    figures = world.json("portfolio", "run", "--scenario", "F2", "--database", database)["figures"]
    require_close(figures, "topShare.20", 0.678, 0.0005)
    require_close(figures, "customersFor80", 0.326, 0.0005)
    require_close(figures, "gini", 0.635, 0.0005)


@journey
def the_doctor_says_where_the_store_is_and_that_it_is_well(world):
    database = world.company()
    text = world.run("doctor", "--database", database).stdout
    require(str(database) in text, "the doctor does not say where the store is")


@journey
def a_demo_is_not_loaded_over_a_company(world):
    done = world.run("demo", "record-shop", "--sample", "--database", world.company(), expect=1)
    require(re.search(r"(?i)empty|already", done.stderr), f"the refusal does not say why: {done.stderr}")


@journey
def records_and_fields_are_kept_from_the_command_line_with_and_without_a_server(world):
    """Whatever the API does is done by a command, whether or not a server holds the store; a refusal says the mend."""
    database = world.empty_company()
    for server in (None, world.serve(database)):
        where = ("--database", database)
        name = "Served" if server else "Quiet"
        label = f"Tier {name}"
        made = world.run(
            "field", "add", "customer", label, "choice", "--choice", "Gold", "--choice", "Silver", *where
        ).stdout
        field = made.split()[1].strip(",")
        world.run("record", "add", "customers", f"name={name} Mill", "kind=organisation", f"{field}=Gold", *where)
        refused = world.run(
            "record", "add", "customers", f"name={name} Bad", "kind=organisation", f"{field}=Bronze", *where, expect=1
        ).stderr
        require(f"error: {field}: “Bronze” cannot stand in" in refused and "Gold, Silver" in refused, refused)
        listed = world.run(
            "record", "list", "customers", "--filter", f"{field} is Gold", "--columns", f"name,{field}", *where
        ).stdout
        number = listed.splitlines()[1].split()[0]
        require(f"{name} Mill" in listed and "Gold" in listed and "Bad" not in listed, listed)
        world.run("record", "edit", "customers", number, "city=Ghent", f"{field}=Silver", *where)
        shown = world.run("record", "show", "customers", number, *where).stdout
        require("Ghent" in shown and "Silver" in shown, shown)
        changed = world.run("record", "change", "customers", "city=Gent", "--ids", number, *where)
        require("1 changed" in changed.stdout, changed.stdout)
        back = re.search(r"valuechain (bulk undo \d+)", changed.stderr)
        require(back, f"no way back in {changed.stderr}")
        require("done" in world.run("bulk", "list", *where).stdout, "the act is not listed")
        world.run(*back[1].split(), *where)
        require("undone" in world.run("bulk", "list", *where).stdout, "the act is not listed as taken back")
        require("Ghent" in world.run("record", "show", "customers", number, *where).stdout, "it was not taken back")
        world.run("record", "bin", "customers", number, *where)
        world.run("record", "show", "customers", number, *where, expect=1)
        require(f"{name} Mill" in world.run("bin", "list", *where).stdout, "the bin does not tell of it")
        world.run("bin", "restore", "customer", number, *where)
        kept = world.run("view", "keep", "customer", f"{name}s", "--filter", f"name contains '{name}'", *where).stdout
        view = re.search(r"number (\d+)", kept)[1]
        world.run("view", "change", view, "--name", f"All {name}s", *where)
        world.run("view", "remove", view, *where)
        world.run("view", "restore", view, *where)
        require(f"All {name}s" in world.run("view", "list", *where).stdout, "the view is gone")
        said = world.run("record", "call", "GET", "/customers", f"q={name}", "columns=name", *where).stdout
        require([row["name"] for row in json.loads(said)["rows"]] == [f"{name} Mill"], said)
        gone = world.run("field", "list", "--noun", "customer", *where).stdout
        one = next(line.split()[0] for line in gone.splitlines() if label in line)
        world.run("field", "remove", one, *where)
        require(label not in world.run("field", "list", *where).stdout, "the field is still there")
        world.run("field", "restore", one, *where)
        for wrong in (("call", "BREW", "/customers"), ("call", "GET", "/nowhere"), ("show", "customers", "999999999")):
            require("error:" in world.run("record", *wrong, *where, expect=1).stderr, f"{wrong} was not refused")
