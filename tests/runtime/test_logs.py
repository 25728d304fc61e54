"""Faults that nobody caught, in a process of its own: its hooks are the process's."""

import os
import subprocess
import sys

FAULTS = """
import sys, threading
from visionlab.runtime.logs import start_logging

told = []
start_logging(lambda: told.append(threading.current_thread().name))

def fails():
    raise ValueError("in a thread")

thread = threading.Thread(target=fails, name="worker")
thread.start()
thread.join()
thread = threading.Thread(target=sys.exit)
thread.start()
thread.join()

class Careless:
    def __del__(self):
        raise ValueError("while it was freed")

Careless()
print(*told)
raise ValueError("at the end")
"""


def test_no_traceback_reaches_the_terminal(tmp_path):
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-c", FAULTS],
        env={**os.environ, "VISIONLAB_HOME": str(home)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    log = (home / "visionlab.log").read_text()
    assert log.count("Traceback") == 3
    for words in ("in a thread", "while it was freed", "at the end"):
        assert f"ValueError: {words}" in log
    line = f"visionlab: an unexpected fault was written to {home / 'visionlab.log'}."
    assert done.stderr.splitlines() == [line] * 3
    assert done.stdout.split() == ["worker", "MainThread"]
    assert done.returncode == 1
