"""What the tests of the command share."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from picture_io import save

from visionlab import cli

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code and the lines it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def complaint(self):
        """The one line on stderr, of a command that exited with 2."""
        assert self.code == 2, self
        (line,) = self.err.splitlines()
        assert line.startswith("visionlab: ")
        assert "Traceback" not in line
        assert "Error" not in line
        return line.removeprefix("visionlab: ")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working folder, empty."""
    path = tmp_path / "work"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


@pytest.fixture
def visionlab(folder, capsys, monkeypatch):
    """Run the command in this process, in an empty folder."""
    for module, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(module, name, getattr(module, name))  # which the command sets

    def run(*args):
        code = cli.main([str(arg) for arg in args])
        return Done(code, *capsys.readouterr())

    return run


@pytest.fixture
def environment():
    """A person's environment, without a display."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY") and not name.startswith(("QT_", "PYTHON"))
    }
    return kept | {"PYTHONPATH": str(ROOT)}


@pytest.fixture
def command(folder, environment):
    """Run the command in a process of its own."""

    def run(*args, wrapper=(), program=("-m", "visionlab"), stdout=subprocess.PIPE, **more):
        done = subprocess.run(
            [*wrapper, sys.executable, *program, *map(str, args)], cwd=folder,
            env=environment | more, stdout=stdout, stderr=subprocess.PIPE, timeout=60, check=False,
        )  # fmt: skip
        return Done(done.returncode, (done.stdout or b"").decode(), done.stderr.decode())

    return run


@pytest.fixture
def recipe(folder):
    """Write a recipe of steps, each an operation's id or (id, parameters), and return its path."""

    def write(*steps, name="recipe.json"):
        pairs = [(step, {}) if isinstance(step, str) else step for step in steps]
        steps = [{"op": op, "params": params} for op, params in pairs]
        path = folder / name
        path.write_text(json.dumps({"visionlab": 1, "steps": steps}))
        return path

    return write


@pytest.fixture
def cat(folder):
    """A small colour picture."""
    return save(folder / "cat.png", np.arange(6 * 8 * 3).reshape(6, 8, 3) * 7 % 256)
