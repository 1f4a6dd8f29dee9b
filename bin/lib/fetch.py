"""Fills the cache of a checkout: front-end files, demo data and Python environments, all pinned by SHA-256.

    fetch.py --cache DIR --shared DIR files          front-end files and demo data of wheels.tsv
    fetch.py --cache DIR --shared DIR venv NAME      the environment of requirements/NAME.txt, in DIR/venv/NAME

Wheels are kept in the shared cache, so that a later clone needs no network. A file with another hash is refused.
"""

import argparse
import csv
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

LIB = Path(__file__).resolve().parent


class Refusal(Exception):
    """What is wrong, in a sentence that says what helps."""


def say(verb, text):
    print(f"{verb:<9} {text}", flush=True)


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def wheel_in(folder, sha256):
    """The wheel with this hash, among the files already fetched."""
    note = folder / "by-hash" / sha256
    if not note.exists():
        return None
    wheel = folder / note.read_text().strip()
    return wheel if wheel.exists() and digest(wheel) == sha256 else None


def keep(folder, wheel, sha256):
    (folder / "by-hash").mkdir(parents=True, exist_ok=True)
    kept = folder / wheel.name
    if wheel != kept:
        shutil.move(wheel, kept)
    (folder / "by-hash" / sha256).write_text(kept.name + "\n")
    return kept


def fetch_wheel(folder, name, version, sha256):
    """The wheel of a pinned release: from the shared cache, else by pip."""
    found = wheel_in(folder, sha256)
    if found:
        return found
    began = time.monotonic()
    arrival = folder / f"arriving-{os.getpid()}"
    arrival.mkdir(parents=True, exist_ok=True)
    try:
        run(
            [
                sys.executable,
                "-m",
                "pip",
                "--disable-pip-version-check",
                "download",
                "--quiet",
                "--no-deps",
                "--only-binary",
                ":all:",
                "--dest",
                str(arrival),
                f"{name}=={version}",
            ],
            f"{name} {version} could not be fetched. Is there a network, and does pip work?",
        )
        for wheel in arrival.iterdir():
            if digest(wheel) == sha256:
                say(
                    "fetched",
                    f"{name} {version} ({wheel.stat().st_size / 1e6:.1f} MB, {time.monotonic() - began:.1f} s)",
                )
                return keep(folder, wheel, sha256)
    finally:
        shutil.rmtree(arrival, ignore_errors=True)
    raise Refusal(f"{name} {version} came with another SHA-256 than the pinned one; nothing was used of it.")


def run(command, sentence):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise Refusal(sentence + "".join(f"\n          {line}" for line in last))


# Files out of wheels


def pinned_files():
    with open(LIB / "wheels.tsv", encoding="utf-8") as file:
        rows = csv.reader((line for line in file if not line.startswith("#")), delimiter="\t")
        return [row for row in rows if row]


def fetch_files(cache, shared):
    (cache / "marks").mkdir(parents=True, exist_ok=True)
    tables = []
    for name, version, sha256, inside, target in pinned_files():
        place = cache / target
        mark = cache / "marks" / f"{target.replace('/', '-')}-{sha256[:12]}"
        if place.exists() and mark.exists():
            continue
        wheel = fetch_wheel(shared, name, version, sha256)
        if inside.endswith(".parquet"):
            tables.append((wheel, inside, place, mark))
        else:
            with zipfile.ZipFile(wheel) as archive:
                write(place, flat(archive.read(inside)) if place.suffix == ".css" else archive.read(inside))
            mark.touch()
    if tables:
        convert(cache, shared, tables)


def flat(sheet):
    """A sheet that finds its fonts beside itself."""
    return sheet.replace(b"../webfonts/", b"")


def write(place, content):
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = place.with_name(place.name + ".partial")
    partial.write_bytes(content)
    partial.replace(place)


def convert(cache, shared, tables):
    """Parquet to CSV, by DuckDB in an environment of its own."""
    python = make_venv(cache, shared, "data")
    for wheel, inside, place, mark in tables:
        began = time.monotonic()
        parquet = place.with_suffix(".parquet")
        with zipfile.ZipFile(wheel) as archive:
            write(parquet, archive.read(inside))
        partial = place.with_name(place.name + ".partial")
        run(
            [str(python), str(LIB / "parquet_to_csv.py"), str(parquet), str(partial)],
            f"{place.name} could not be made.",
        )
        partial.replace(place)
        parquet.unlink()
        mark.touch()
        say(
            "made",
            f"{place.relative_to(cache)} ({place.stat().st_size / 1e6:.1f} MB, {time.monotonic() - began:.1f} s)",
        )


# Python environments


def make_venv(cache, shared, name):
    """The environment of requirements/NAME.txt; made again when that file changed."""
    requirements = LIB / "requirements" / f"{name}.txt"
    folder = cache / "venv" / name
    python = folder / "bin" / "python"
    mark = folder / ("made-" + digest(requirements)[:12])
    if mark.exists() and python.exists():
        return python
    began = time.monotonic()
    pins = re.findall(r"^([\w.-]+)==(\S+) --hash=sha256:(\w+)", requirements.read_text(), re.MULTILINE)
    wheels = [fetch_wheel(shared, *pin) for pin in pins]
    shutil.rmtree(folder, ignore_errors=True)
    run([sys.executable, "-m", "venv", "--without-pip", str(folder)], "A Python environment could not be made.")
    site = next((folder / "lib").glob("python3*/site-packages"))
    run(
        [
            sys.executable,
            "-m",
            "pip",
            "--disable-pip-version-check",
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            "--no-warn-conflicts",
            "--root-user-action",
            "ignore",
            "--target",
            str(site),
            *map(str, wheels),
        ],
        f"The Python environment '{name}' could not be filled (pinned for Python 3.11 on x86-64).",
    )
    mark.touch()
    say("made", f"Python environment {name}: {len(pins)} packages ({time.monotonic() - began:.1f} s)")
    return python


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("what", choices=["files", "venv"])
    parser.add_argument("name", nargs="?")
    options = parser.parse_args()
    wheels = options.shared / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    if options.what == "files":
        fetch_files(options.cache, wheels)
    else:
        make_venv(options.cache, wheels, options.name)


if __name__ == "__main__":
    try:
        main()
    except Refusal as refusal:
        print(f"refused   {refusal}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        print(f"refused   {error}", file=sys.stderr)
        sys.exit(1)
