"""The command line: helps, refuses in words, and says the acceptance numbers."""

import re

from harness import journey, require

COMMANDS = ("serve", "demo", "import", "portfolio", "user", "backup", "restore", "copy", "doctor", "lifetime-value")


@journey
def every_command_helps_with_an_example(world):
    for command in COMMANDS:
        text = world.run(command, "--help").stdout
        require(
            re.search(rf"(?m)^\s*(\$ )?(.*\| )?valuechain {command}\b", text), f"{command} --help shows no example"
        )


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
    require_close(figures, "customersFor80", 0.417, 0.0005)


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
