"""BottleCRM as its makers ship it, on PostgreSQL 15 and Redis of its own: the peer of the measurements of records."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from measure import CACHE, ROOT, Missing

RELEASE = ["django-crm==1.35.0", "gunicorn", "packaging"]
HOME = CACHE / "bench" / "bottlecrm"
SCRIPT = """
import django; django.setup()
from django.db import connection
from django.contrib.auth import get_user_model
from common.models import Org, Profile
org, _ = Org.objects.get_or_create(name="Bench")
user = get_user_model().objects.order_by("pk").first()
with connection.cursor() as cursor:
    cursor.execute("SELECT set_config('app.current_org', %s, false)", [str(org.pk)])
    Profile.objects.get_or_create(user=user, org=org, defaults={"role": "ADMIN", "is_active": True})
print(user.email)
"""


def python():
    """A Python that the release takes: 3.12 or newer."""
    found = [shutil.which(name) for name in ("python3.13", "python3.12")]
    places = Path.home() / ".pyenv" / "versions"
    found += sorted((str(one) for one in places.glob("3.1[2-9].*/bin/python3")), reverse=True)
    for one in filter(None, found):
        done = subprocess.run([one, "-c", "import sys; print(sys.version_info >= (3, 12))"], capture_output=True, text=True)
        if done.stdout.strip() == "True":
            return one
    raise Missing("BottleCRM needs Python 3.12 or newer, and there is none")


def quietly(command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode:
        raise Missing(f"{Path(str(command[0])).name}: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout


def redis():
    """Debian's Redis, unpacked beside the peer; nothing is installed."""
    known = shutil.which("redis-server")
    if known:
        return known
    place = HOME / "redis"
    program = place / "usr/bin/redis-check-rdb"
    if not program.exists():
        place.mkdir(parents=True, exist_ok=True)
        wanted = "redis-tools liblzf1 libjemalloc2 liblua5.1-0 lua-bitop lua-cjson libhiredis0.14 libatomic1"
        quietly(["apt-get", "download", *wanted.split()], cwd=place)
        for package in place.glob("*.deb"):
            quietly(["dpkg", "-x", package, place])
            package.unlink()
    link = place / "redis-server"
    if not link.exists():
        shutil.copy(program, link)
    return str(link)


def processor_seconds(pids):
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


class Bottle:
    """The peer, served on a port of this machine; stopped at the end."""

    def __init__(self):
        self.processes, self.folder, self.port = [], Path(tempfile.mkdtemp(prefix="valuechain-bottlecrm-")), 58_000
        self.folder.chmod(0o755)

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        subprocess.run([ROOT / "bin/lib/postgres.sh", "stop", self.folder / "pg"], capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        venv = HOME / "venv"
        if not (venv / "bin/gunicorn").exists():
            quietly([python(), "-m", "venv", venv])
            quietly([venv / "bin/pip", "install", "--quiet", *RELEASE])
        (self.folder / "pg").mkdir()
        address = quietly([ROOT / "bin/lib/postgres.sh", "start", self.folder / "pg"]).strip()
        quietly(["psql", address, "--command", "CREATE DATABASE crm"])
        environment = self.environment(self.folder / "pg")
        environment["PATH"] = f"{venv / 'bin'}:{environment['PATH']}"
        queue = [redis(), "--bind", "127.0.0.1", "--port", "56379", "--save", ""]
        # They lie there only once it was fetched.
        libraries = ":".join(str(one) for one in (HOME / "redis/usr/lib").glob("*-linux-gnu"))
        self.run(queue, {**environment, "LD_LIBRARY_PATH": libraries})

        def django(*arguments, debug=False):
            return quietly(
                [venv / "bin/django-admin", *arguments],
                env={**environment, "DEBUG": "True" if debug else "False"},
                cwd=self.folder,
            )

        django("migrate")
        django("create_default_admin", debug=True)
        email = quietly([venv / "bin/python", "-c", SCRIPT], env=environment, cwd=self.folder).split()[-1]
        words = django("devlogin", email, "--org", "Bench", debug=True)
        found = re.search(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", words)
        if not found:
            raise Missing("BottleCRM handed out no token")
        self.token = found.group()
        workers = ["--workers", "2", "--threads", "4", "--bind", f"127.0.0.1:{self.port}"]
        self.server = self.run([venv / "bin/gunicorn", "crm.wsgi:application", *workers], environment)
        self.wait()

    def environment(self, socket):
        queue = "redis://127.0.0.1:56379/0"
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "crm.settings",
            "SECRET_KEY": "a key for measuring that nobody else ever uses",
            "ENV_TYPE": "dev",
            "DEBUG": "False",
            "DBNAME": "crm",
            "DBUSER": "valuechain",
            "DBPASSWORD": "none",
            "DBHOST": str(socket),
            "DBPORT": "5432",
            "CELERY_BROKER_URL": queue,
            "CELERY_RESULT_BACKEND": queue,
            "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
            "DB_POOL_ENABLED": "true",
        }

    def run(self, command, environment):
        log = open(self.folder / "log.txt", "a")
        process = subprocess.Popen(
            [str(part) for part in command], env=environment, cwd=self.folder, stdout=log, stderr=log
        )
        self.processes.append(process)
        return process

    def wait(self):
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                self.ask("/api/contacts/?limit=1")
                return
            except OSError:
                time.sleep(0.5)
        raise Missing("BottleCRM did not come up: " + (self.folder / "log.txt").read_text()[-300:])

    def ask(self, path, body=None, kind="application/json"):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", body, {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        )
        return urllib.request.urlopen(request, timeout=600).read()

    def load(self, count):
        """Contacts by its own import, 5,000 a file."""
        for start in range(0, count, 5_000):
            rows = ["first_name,last_name,email"]
            rows += [f"Brook,Slate {n:06d},office@c{n:06d}.example" for n in range(start, min(count, start + 5_000))]
            mark = "----valuechain"
            body = (
                f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="c.csv"\r\n'
                f"Content-Type: text/csv\r\n\r\n" + "\n".join(rows) + f"\r\n--{mark}--\r\n"
            ).encode()
            self.ask("/api/contacts/import/commit/", body, f"multipart/form-data; boundary={mark}")

    def create(self, number):
        body = {"first_name": "New", "last_name": f"Slate {number}", "email": f"new{number}@example.org"}
        return self.ask("/api/contacts/", json.dumps(body).encode())

    def spent(self):
        """Processor seconds of the application and of its PostgreSQL so far."""
        ours = {process.pid for process in self.processes}
        server = int((self.folder / "pg/data/postmaster.pid").read_text().split()[0])
        parents = ours | {server}
        for _ in range(3):
            for entry in Path("/proc").glob("[0-9]*"):
                try:
                    parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                except (OSError, ValueError):
                    continue
                if parent in parents:
                    parents.add(int(entry.name))
        return processor_seconds(pid for pid in parents if Path(f"/proc/{pid}").exists())

    def resident(self):
        """Megabytes of the application, without its PostgreSQL."""
        total = 0
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                status = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(entry.name) == self.server.pid or int(status[1]) == self.server.pid:
                    total += int(status[21]) * os.sysconf("SC_PAGESIZE")
            except (OSError, ValueError):
                continue
        return total / 1e6
