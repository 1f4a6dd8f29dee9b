"""What every peer's script ends with: its own seconds, without the start of Python, as a line of JSON."""

import json
import resource
import time


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


class Stopwatch:
    def __enter__(self):
        self.wall, self.used = time.monotonic(), cpu()
        return self

    def __exit__(self, *_):
        self.wall, self.used = time.monotonic() - self.wall, cpu() - self.used

    def report(self, note="", **more):
        print(json.dumps({"seconds": self.wall, "cpu": self.used, "note": note, **more}))
