"""What the journeys stand on: the program, servers on copies of demo companies, a PostgreSQL, a browser."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
journeys = []


def journey(function=None, *, long=False):
    """Marks a journey; those that take long are walked only with --long."""

    def mark(one):
        one.is_long = long
        journeys.append(one)
        return one

    return mark(function) if function else mark


def require(claim, otherwise):
    """An assertion that survives python -O and says what was seen."""
    if not claim:
        raise AssertionError(otherwise)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class World:
    """Everything of one run; a scratch folder that is removed at its end."""

    def __init__(self, program, long=False, keep=False):
        require(program.exists(), f"{program} is not there; build it first")
        self.program, self.long, self.keep = program, long, keep
        self.scratch = Path(tempfile.mkdtemp(prefix="valuechain-journeys-"))
        self.pictures = CACHE / "test" / "pictures"
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.companies, self.endings, self.count = {}, [], 0
        self._browser = self._playwright = None
        self.scratch.chmod(0o755)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("VALUECHAIN_")},
            "VALUECHAIN_HOME": str(self.folder("home")),
            "VALUECHAIN_ASSETS": str(CACHE / "assets"),
            "VALUECHAIN_DEMO_DATA": str(CACHE / "data"),
            "SWIFT_BACKTRACE": "enable=no",
        }

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tidy()
        if self._browser:
            self._browser.close()
            self._playwright.stop()
        if self.keep:
            print(f"kept {self.scratch}")
        else:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def folder(self, name=None):
        self.count += 1
        folder = self.scratch / (name or f"place-{self.count}")
        folder.mkdir(exist_ok=True)
        return folder

    def afterwards(self, ending):
        """Is done when the journey is over, whatever became of it."""
        self.endings.append(ending)

    def tidy(self):
        while self.endings:
            try:
                self.endings.pop()()
            except Exception as error:
                print(f"     afterwards: {error}")
        for context in list(self._browser.contexts) if self._browser else []:
            context.close()

    # The program

    def run(self, *arguments, expect=0, timeout=300, input=None, folder=None):
        """Runs a command and requires its exit status (None takes any)."""
        done = subprocess.run(
            [self.program, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=timeout,
            env=self.environment,
            cwd=folder or self.scratch,
            input=input or "",
        )
        shown = f"valuechain {' '.join(map(str, arguments))}: exit {done.returncode}"
        shown += f"\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}"
        require(done.returncode >= 0, f"killed by signal {-done.returncode}: {shown}")
        require(expect is None or done.returncode == expect, f"expected exit {expect}: {shown}")
        return done

    def json(self, *arguments, **options):
        """The answer of a command with --json; NaN and Infinity are no JSON."""
        text = self.run(*arguments, "--json", **options).stdout
        return json.loads(text, parse_constant=lambda name: require(False, f"{name} in an answer"))

    def start(self, *arguments):
        """Starts a command and leaves it running."""
        log = open(self.folder() / "output.txt", "w+")
        process = subprocess.Popen(
            [self.program, *map(str, arguments)],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=self.environment,
            cwd=self.scratch,
        )
        process.output = log
        self.afterwards(lambda: end(process))
        return process

    # Companies

    def company(self, name="record-shop"):
        """A fresh copy of a demo company, as the path of its file; the company itself is loaded once a run."""
        if name not in self.companies:
            home = self.folder(f"company-{name}")
            sample = ["--sample"] if name == "record-shop" else []
            self.run("demo", name, *sample, "--database", home / "company.sqlite")
            self.companies[name] = home
        copy = self.folder()
        shutil.copytree(
            self.companies[name], copy, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.socket", "*.lock")
        )
        return copy / "company.sqlite"

    def empty_company(self, folder=None):
        """A company with nobody's purchases in it."""
        database = (folder or self.folder()) / "company.sqlite"
        self.run("user", "add", "administrator@example.org", "--administrator", "--database", database)
        return database

    def serve(self, database, *options):
        server = Server(self, database, *options)
        self.afterwards(server.stop)
        return server.wait()

    @contextmanager
    def postgres(self):
        """A PostgreSQL of its own, on a socket."""
        server = Postgres()
        try:
            yield server
        finally:
            server.stop()

    # The browser

    @property
    def browser(self):
        if not self._browser:
            from playwright.sync_api import sync_playwright

            self._playwright = sync_playwright().start()
            self._browser = self._playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
            )
        return self._browser

    def page(self, server, scripts=True, theme="light", width=1440, **options):
        context = self.browser.new_context(
            base_url=server.address,
            java_script_enabled=scripts,
            color_scheme=theme,
            locale="en-US",
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(60_000)
        return context.new_page()

    def open_pages(self):
        return [page for context in (self._browser.contexts if self._browser else []) for page in context.pages]


def end(process, patience=20):
    """Asks a process to stop, then makes it."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Server:
    """The program serving one company on a free port."""

    def __init__(self, world, database, *options):
        self.database, self.port = database, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process = world.start("serve", "--database", database, "--port", self.port, *options)

    def wait(self, patience=90):
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            if self.status("/health", timeout=1) == 200:
                return self
            time.sleep(0.02)
        raise AssertionError(f"the server is not up after {patience} s: {self.said()}")

    def status(self, path, timeout=10):
        """The status of a page; None when nobody answers."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=timeout) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return None

    def said(self):
        self.process.output.flush()
        return Path(self.process.output.name).read_text()[-2000:]

    def sign_in(self):
        """The e-mail address and the password that were made with the company."""
        words = Path(str(self.database).removesuffix(".sqlite") + ".password").read_text().split()
        return words[0], words[1]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        end(self.process)


class Postgres:
    """PostgreSQL 15 on a socket in a folder of its own, as bin/lib/postgres.sh makes it."""

    script = ROOT / "bin" / "lib" / "postgres.sh"

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="valuechain-postgres-"))
        self.address = self.command("start")

    def command(self, verb, *more):
        done = subprocess.run([self.script, verb, self.folder, *more], capture_output=True, text=True)
        require(done.returncode == 0, f"postgres.sh {verb}: {done.stderr}")
        return done.stdout.strip()

    def restart(self, mode="fast"):
        self.command("restart", mode)

    def ask(self, sql):
        """The rows of a query as lists of text."""
        done = subprocess.run(
            [
                "psql",
                self.address,
                "--no-psqlrc",
                "--tuples-only",
                "--no-align",
                "--field-separator",
                "\t",
                "--command",
                sql,
            ],
            capture_output=True,
            text=True,
        )
        require(done.returncode == 0, done.stderr)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def stop(self):
        self.command("stop")
