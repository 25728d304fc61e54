"""The running program: how it ends, and what it remembers when it could not."""

import json
import os
import signal
import subprocess
import sys
import time
from textwrap import indent

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
        {at_picture}
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
app.run({specs!r}, {recipe}, None, "light")
"""
"""The real program, which says what it shows after its first picture."""


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def start(home):
    """Return a function that starts the program and waits until it has painted a picture."""
    running = []

    def begin(*specs, before="pass", at_picture="pass", close=False, recipe=None):
        before = indent(before, "    ").strip()
        code = WATCHED.format(
            specs=list(specs), before=before, at_picture=at_picture, close=close,
            recipe=f"__import__('pathlib').Path({str(recipe)!r})" if recipe else None,
        )  # fmt: skip
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


def test_what_the_start_loaded_is_not_searched_for_garbage(start):
    wait = "import gc\n        while not gc.get_freeze_count(): application.processEvents()"
    start("sample:coffee", before="app.KEEP_MS = 10", at_picture=wait)


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


def test_a_recipe_given_at_the_start_is_the_one_saved_to_even_after_a_crash(start, home, tmp_path):
    path = tmp_path / "mine.json"
    path.write_text('{"visionlab": 1, "steps": [{"op": "invert"}]}')
    process, line = start("sample:shapes", recipe=path)
    assert line.startswith("ready Shapes 1 False")
    assert autosaved(home)["path"] == str(path)
    process.kill()
    process.wait()
    save = "window.session.editor.add('canny'); window.commands['save_recipe'].trigger()"
    process, line = start(at_picture=save)  # no dialog: the file is known
    assert line == "ready Shapes 2 False Saved mine.json"
    assert [step["op"] for step in json.loads(path.read_text())["steps"]] == ["invert", "canny"]


BLOCKED = """
from threading import Event
from visionlab.core.image import Frame, as_image
from visionlab.core.source import Source
import numpy as np

class Camera(Source):
    kind, fps, title = "live", 30.0, "camera"
    at = 0

    def read(self):
        self.at += 1
        if self.at > 1:
            Event().wait()  # as a driver that hangs
        return Frame(as_image(np.zeros((4, 4), np.uint8)), index=self.at, name="camera")

    def seek(self, index):
        pass

def hide(event):
    print("hidden", flush=True)

def close(*arguments, real=window.session.close):
    print("waits", flush=True)
    return real(*arguments)

def block_everything():
    window.session.work.run = lambda *arguments: Event().wait()
    window.session.refresh()
    window.session.open("another", lambda: Event().wait())

window.hideEvent = hide
window.session.close = close
window.session.open("camera", Camera)
window.pictures.painted.connect(block_everything)
"""
"""Every thread hangs for ever after the first picture."""


def test_a_window_whose_threads_all_hang_goes_at_once_and_the_program_soon(start):
    """One wait of three seconds for all; it used to be several, before the window went."""
    process, _ = start("sample:shapes", before=BLOCKED, close=True)
    out, err = process.communicate(timeout=9)
    assert out.split() == ["hidden", "waits"]
    assert (err, process.returncode) == ("", 0)


def test_a_fault_in_a_thread_is_one_sentence_in_the_window(start, home):
    fail = "import threading; threading.Thread(target=lambda: 1 / 0).start()"
    look = "time.sleep(0.1); application.processEvents()"
    process, line = start("sample:shapes", at_picture=f"import time; {fail}; {look}", close=True)
    assert line.endswith(
        "fault of the program was written to the log file; see Help, Show Log File."
    )
    out, err = process.communicate(timeout=10)
    assert out == ""
    assert err == f"visionlab: an unexpected fault was written to {home / 'visionlab.log'}.\n"
    assert "ZeroDivisionError" in (home / "visionlab.log").read_text()


def test_a_home_that_takes_no_files_does_no_harm(start, tmp_path, home):
    home.write_text("a file where the folder should be")
    process, _ = start("sample:shapes", close=True)
    assert end_of(process) == 0
