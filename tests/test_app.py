"""The running program: how it ends, and what it remembers when it could not."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")

WATCHED = """
from PySide6.QtCore import QTimer
from visionlab import app

make, painted = app.open_window, []

def watched(*arguments):
    application, window = make(*arguments)
    {before}

    def tell():
        source, editor = window.session.source, window.session.editor
        words = source.title, len(editor.pipeline), editor.modified
        print("ready", *words, window.docks.status.message.text(), flush=True)
        if {close}:
            window.close()

    def note(shown):
        if not painted:
            QTimer.singleShot(0, tell)
        painted.append(shown)

    window.pictures.painted.connect(note)
    return application, window

app.open_window = watched
app.run({specs!r}, None, None, "light")
"""
"""The real program, which says what it shows after its first picture."""


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def start(home):
    """Return a function that starts the program and waits until it has painted a picture."""
    running = []

    def begin(*specs, before="pass", close=False):
        code = WATCHED.format(specs=list(specs), before=before, close=close)
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code],
            env={**os.environ, "VISIONLAB_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        running.append(process)
        line = process.stdout.readline()
        assert line.startswith("ready"), process.stderr.read()
        return process, line.strip()

    yield begin
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def end_of(process):
    """Wait for the end and return the exit code; nothing was complained about."""
    out, err = process.communicate(timeout=10)
    assert (out, err) == ("", "")
    return process.returncode


def autosaved(home):
    """Wait for the autosave and return it."""
    deadline = time.monotonic() + 10
    while not (home / "autosave.json").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return json.loads((home / "autosave.json").read_text())


def test_closing_the_window_ends_the_program(start, home):
    process, _ = start("camera:test:160x120@30", close=True)
    assert end_of(process) == 0
    assert sorted(path.name for path in home.iterdir()) == ["settings.json"]


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_signal_ends_the_program_properly(start, home, number):
    process, _ = start("camera:test:160x120@30")
    autosaved(home)
    process.send_signal(number)
    assert end_of(process) == 0
    assert not list(home.glob("autosave*"))


@posix
def test_a_signal_leaves_unsaved_steps_for_the_next_start(start, home):
    process, _ = start("sample:shapes", before="window.session.editor.add('invert')")
    process.send_signal(signal.SIGTERM)
    assert end_of(process) == 0
    assert "invert" in autosaved(home)["recipe"]
    assert not (home / "autosave.lock").exists()
    _, line = start()
    assert line == "ready Shapes 4 True Restored the steps of the last session"


def test_a_program_that_was_killed_comes_back_as_it_was(start, home):
    process, _ = start("sample:shapes", before="window.session.editor.add('invert')")
    assert "invert" in autosaved(home)["recipe"]
    process.kill()
    process.wait()
    process, line = start()
    assert line == "ready Shapes 4 True Restored the steps of the last session"


def test_a_home_that_takes_no_files_does_no_harm(start, tmp_path, home):
    home.write_text("a file where the folder should be")
    process, _ = start("sample:shapes", close=True)
    assert end_of(process) == 0
