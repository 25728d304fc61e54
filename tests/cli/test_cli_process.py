"""The command as a process: its streams, its signals, and what it loads."""

import json
import os
import signal
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from picture_io import save

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and shells differ there")

# What each command has loaded when it is done.
CODE = """
import sys
from visionlab.cli import main
code = main(sys.argv[1:])
print(code, *sorted({"PySide6", "pyqtgraph", "torch"} & set(sys.modules)), file=sys.stderr)
"""
LOADED = ("-c", CODE)


@pytest.fixture
def noisy(folder):
    """A 16-bit PNG about whose colour profile libpng warns on stderr."""
    path = folder / "noisy.png"
    data = cv2.imencode(".png", np.full((4, 4), 999, np.uint16))[1].tobytes()
    profile = b"iCCP" + b"name\0\0" + zlib.compress(b"no profile")
    chunk = struct.pack(">I", len(profile) - 4) + profile + struct.pack(">I", zlib.crc32(profile))
    path.write_bytes(data[:33] + chunk + data[33:])
    return path


def test_run_loads_no_qt_and_the_libraries_are_quiet(folder, command, recipe, noisy):
    cut = folder / "cut.png"
    cut.write_bytes(noisy.read_bytes()[:-20])
    args = ["run", recipe("invert"), noisy, cut, "missing.png", "-o", "out", "--json"]
    done = command(*args, program=LOADED)
    assert len(done.json["pictures"]) == 1
    first, second, loaded = done.err.splitlines()
    assert "cut.png" in first
    assert "missing.png" in second
    assert loaded == "2"


@posix
@pytest.mark.parametrize("form", [("--json",), ()], ids=["json", "text"])
def test_progress_is_seen_while_it_works(folder, environment, recipe, noisy, form):
    """With --json on the terminal, where stderr is one; JSON alone goes to stdout."""
    save(folder / "cat.png", np.zeros((4, 4), np.uint8))
    ours, theirs = os.openpty()
    args = ["run", recipe("invert"), "cat.png", noisy, "-o", "out", *form]
    done = subprocess.run(
        [sys.executable, "-m", "visionlab", *args], cwd=folder, env=environment,
        stdout=subprocess.PIPE, stderr=theirs, timeout=60, check=True,
    )  # fmt: skip
    os.write(theirs, b"end")
    seen = b""
    while not seen.endswith(b"end"):
        seen += os.read(ours, 1000)
    for end in (ours, theirs):
        os.close(end)
    if form:
        assert len(json.loads(done.stdout)["pictures"]) == 2
    else:
        assert seen == b"end"
        seen = done.stdout
    first, second = seen.decode().removesuffix("end").splitlines()
    assert first.startswith("[1/2] cat.png -> ")
    assert second.startswith("[2/2] ")
    assert "noisy.png -> " in second


def test_json_is_silent_on_a_stream_that_is_no_terminal(folder, command, recipe, cat):
    assert command("run", recipe("invert"), cat, "-o", "out", "--json").err == ""


def test_ops_loads_no_qt(command):
    done = command("ops", "--json", program=LOADED)
    assert done.err == "0\n"
    assert done.json


def test_doctor_is_quiet_and_loads_no_torch(command):
    """It looks whether Qt can be loaded, by loading it."""
    done = command("doctor", "--json", program=LOADED)
    assert done.err == "0 PySide6\n"
    assert isinstance(done.json, dict)


def test_the_window_needs_a_display(command):
    if sys.platform in ("win32", "darwin"):
        pytest.skip("there is always one there")
    assert "no display" in command().complaint
    assert "no display" in command(DISPLAY=":987", QT_QPA_PLATFORM="xcb").complaint


def heed_ctrl_c():
    """Undo what a shell does for jobs in the background, which children inherit."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@posix
def test_ctrl_c(folder, environment, recipe):
    writer = cv2.VideoWriter(
        str(folder / "long.avi"), cv2.VideoWriter_fourcc(*"MJPG"), 10, (320, 240)
    )
    for index in range(400):
        writer.write(np.full((240, 320, 3), index % 256, np.uint8))
    writer.release()
    running = subprocess.Popen(
        [sys.executable, "-m", "visionlab", "run", recipe("invert"), "long.avi", "-o", "out"],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=heed_ctrl_c,
    )  # fmt: skip
    running.stdout.readline()
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, err) == (130, b"")
    assert out.count(b"\n") < 399
    assert not list((folder / "out").glob(".*"))


@posix
@pytest.mark.parametrize(
    "args",
    [("ops", "--json"), ("--version",), ("run", "recipe.json", "cat.png", "-o", "out")],
    ids=lambda args: args[0],
)
def test_a_reader_that_has_left(command, recipe, cat, args):
    recipe("invert")
    reader, writer = os.pipe()
    os.close(reader)
    done = command(*args, stdout=writer)
    os.close(writer)
    assert (done.code, done.err) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="it has no device that is full")
@pytest.mark.parametrize("args", [("ops",), ("--version",)], ids=lambda args: args[0])
def test_an_output_that_is_full(command, args):
    with Path("/dev/full").open("wb") as full:
        assert "No space left" in command(*args, stdout=full).complaint


@posix
def test_a_full_disk(command, recipe, cat, folder):
    """A limit on the size of files fails a write as a full disk does."""
    save(folder / "large.png", np.random.default_rng(1).integers(0, 255, (300, 300)))
    steps = recipe("invert")
    limited = ("sh", "-c", 'ulimit -f 20; "$@"', "sh")
    done = command("run", steps, "large.png", cat, "-o", "out", wrapper=limited)
    assert 'large.png" cannot be written' in done.complaint
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["cat.json", "cat.png"]


@posix
@pytest.mark.parametrize("closed", ["1", "2"])
def test_closed_streams(command, recipe, cat, folder, closed):
    shell = ("sh", "-c", f'"$@" {closed}>&-', "sh")
    done = command("run", recipe("invert"), cat, "missing.png", "-o", "out", wrapper=shell)
    assert done.code == 2
    assert bool(done.out) == (closed == "2")
    assert bool(done.err) == (closed == "1")
    assert (folder / "out/cat.png").exists()


def test_a_terminal_that_knows_few_letters(command, recipe, folder):
    save(folder / "größe 日本.png", np.zeros((4, 4)))
    done = command("run", recipe("invert"), "größe 日本.png", "-o", "out", PYTHONIOENCODING="ascii")
    assert (done.code, done.err) == (0, "")
    assert (folder / "out/größe 日本.png").exists()


@posix
def test_a_log_that_cannot_be_written_is_no_matter(command, recipe, noisy, folder):
    noisy.write_bytes(noisy.read_bytes()[:-20])
    (folder / "home/visionlab.log").mkdir(parents=True)
    home = str(folder / "home")
    assert (
        "damaged"
        in command("run", recipe("invert"), noisy, "-o", "out", VISIONLAB_HOME=home).complaint
    )
