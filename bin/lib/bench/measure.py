"""Times a command as the system accounts for it, and prints tables."""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CACHE = ROOT / ".cache"


class Missing(Exception):
    """A measurement that could not be made."""


@dataclass
class Cost:
    wall: float  # seconds
    cpu: float  # seconds, user and system
    megabytes: float  # most memory held
    output: str

    @property
    def answer(self):
        return json.loads(self.output.strip().splitlines()[-1] if self.output.strip() else "{}")


def run(command, environment=None):
    """Runs a command to its end; Missing when it fails."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        began = time.monotonic()
        process = subprocess.Popen(
            list(map(str, command)), stdout=output, stderr=errors, env={**os.environ, **(environment or {})}
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        output.seek(0)
        errors.seek(0)
        if status:
            last = errors.read().strip().splitlines()[-1:] or ["no reason was given"]
            raise Missing(f"{Path(str(command[0])).name} failed: {last[0][:160]}")
        return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output.read())


def best(times, command, **options):
    return min((run(command, **options) for _ in range(times)), key=lambda cost: cost.wall)


def peer(script, *arguments, times=1):
    """The cost of a peer's own work: its script times itself, without the start of Python."""
    costs = []
    for _ in range(times):
        cost = run([sys.executable, HERE / "peers" / script, *arguments])
        cost.wall, cost.cpu = cost.answer["seconds"], cost.answer["cpu"]
        costs.append(cost)
    return min(costs, key=lambda cost: cost.wall)


class Table:
    """Rows as they come in, printed at the end; what is missing and what misses its limit is counted."""

    def __init__(self, title, header):
        self.title, self.header, self.rows, self.missing, self.missed = title, header, [], 0, []

    def add(self, *cells):
        print("  " + "  ".join(map(str, cells)), file=sys.stderr, flush=True)
        self.rows.append([str(cell) for cell in cells])

    def wants(self, task, holds):
        """Notes whether a limit holds; the run fails when one does not."""
        if not holds:
            self.missed.append(task)
        return "" if holds else ": MISSED"

    def take(self, task, who, measurement):
        """Adds a row of a cost; says why when there is none."""
        try:
            cost = measurement()
        except (Missing, KeyError, ValueError, OSError) as error:
            self.missing += 1
            self.add(task, who, "missing", "", "", str(error)[:120])
            return None
        self.add(task, who, f"{cost.wall:.3f} s", f"{cost.cpu:.3f} s", f"{cost.megabytes:.0f} MB", self.note(cost))
        return cost

    @staticmethod
    def note(cost):
        found = cost.answer.get("note") if cost.output.strip().endswith("}") else None
        return found or ""

    def print(self):
        rows = [self.header, *self.rows]
        widths = [max(len(row[column]) for row in rows if column < len(row)) for column in range(len(self.header))]
        print(f"\n{self.title}")
        for number, row in enumerate(rows):
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
            if number == 0:
                print("  ".join("-" * width for width in widths))
        if self.missing:
            print(f"{self.missing} missing")
        if self.missed:
            print(f"over the limit: {', '.join(self.missed)}")
        return self.missing + len(self.missed)
