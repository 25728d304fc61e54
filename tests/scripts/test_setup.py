"""What the set-up asks pip and apt for, and that two set-ups never work at once."""

import os
import subprocess
import sys
from pathlib import Path

import _setup
import pytest
from _environment import Environment
from _progress import SetupError, run_step

from visionlab import system

PROJECT = Path(_setup.__file__).resolve().parent.parent


@pytest.mark.parametrize("module", ["_setup", "_checks", "run", "test"])
def test_a_python_without_any_package_can_start(module):
    code = f"import sys; sys.path.insert(0, {str(PROJECT / 'scripts')!r}); import {module}"
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-c", code], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.fixture
def environment(tmp_path):
    """An environment without packages, for the real project."""
    made = Environment(tmp_path / ".venv", PROJECT)
    made.site.mkdir(parents=True)
    return made


def titles_and_arguments(environment, torch_index="", old_index=""):
    return list(_setup.steps(environment, "run", torch_index, old_index))


def test_torch_then_the_lock_then_the_project(environment):
    torch, lock, project = [words for _, words in titles_and_arguments(environment)]
    assert torch == ["install", "--requirement", str(PROJECT / "requirements/torch.txt")]
    assert lock[-1] == str(PROJECT / "requirements/run.lock")
    assert "--require-hashes" in lock
    assert project[-4:] == ["--no-deps", "--no-build-isolation", "--editable", str(PROJECT)]


def test_the_index_is_for_torch_alone(environment):
    steps = titles_and_arguments(environment, "https://example.org/cpu")
    assert [title for title, words in steps if "--index-url" in words] == ["PyTorch"]


@pytest.mark.parametrize(
    ("version", "kept"),
    [("2.8.0", False), ("2.9.0", True), ("2.13.0+cpu", True), ("2.14", True), ("3.0.0", False)],
)
def test_a_torch_in_the_projects_range_is_kept(environment, version, kept):
    (environment.site / f"torch-{version}.dist-info").mkdir()
    titles = [title for title, _ in titles_and_arguments(environment)]
    assert ("PyTorch" not in titles) is kept


def test_another_index_replaces_the_torch_there_is(environment):
    (environment.site / "torch-2.13.0+cpu.dist-info").mkdir()
    words = [words for _, words in titles_and_arguments(environment, "https://new", "https://old")]
    assert words[0] == ["uninstall", "--yes", "torch"]
    assert words[1][:3] == ["install", "--index-url", "https://new"]
    words = [words for _, words in titles_and_arguments(environment, "https://new", "https://new")]
    assert len(words) == 2


def test_pip_keeps_the_persons_settings_but_stays_inside():
    given = {"PIP_INDEX_URL": "x", "PYTHONPATH": "y", "PIP_USER": "1"}
    settings = _setup.pip_settings(given)
    assert settings["PIP_INDEX_URL"] == "x"
    assert "PYTHONPATH" not in settings
    assert "PIP_USER" not in settings


def as_user(monkeypatch, apt):
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(_setup.shutil, "which", lambda name: apt)


def test_without_root_the_command_to_run_is_named(monkeypatch, capsys):
    as_user(monkeypatch, "/usr/bin/apt-get")
    with pytest.raises(SetupError, match=r"sudo apt-get install .* libegl1 libxcb-cursor0$"):
        _setup.provide_system((system.OFF_SCREEN[0], system.X_WINDOW[0]))
    assert "libEGL.so.1 (Debian package libegl1)" in capsys.readouterr().out


def test_fonts_and_a_virtual_display_can_wait(monkeypatch, capsys):
    as_user(monkeypatch, "/usr/bin/apt-get")
    _setup.provide_system((system.FONTS, system.XVFB))
    assert "fonts-dejavu-core xvfb" in capsys.readouterr().out


def test_without_apt_the_libraries_are_named(monkeypatch, capsys):
    as_user(monkeypatch, None)
    with pytest.raises(SetupError, match="install them"):
        _setup.provide_system(system.OFF_SCREEN[:1])
    assert "libEGL.so.1" in capsys.readouterr().out


def test_nothing_missing_says_nothing(capsys):
    _setup.provide_system(())
    assert capsys.readouterr().out == ""


def test_a_failed_step_ends_with_the_tools_last_lines(capsys):
    code = "for i in range(50): print('line', i)\nraise SystemExit(3)"
    with pytest.raises(SetupError) as failed:
        run_step("Trying", [sys.executable, "-c", code], "It did not work.")
    lines = str(failed.value).splitlines()
    assert lines[0] == "It did not work."
    assert lines[-1] == "  line 49"
    assert len(lines) < 20
    assert "stopped" in capsys.readouterr().out


def test_a_step_shows_what_pip_downloads(capsys):
    code = "print('Looking around'); print('Downloading x-1.whl (3 MB)')"
    run_step("Fetching", [sys.executable, "-c", code], "")
    out = capsys.readouterr().out
    assert out.startswith("Fetching\n")
    assert "0:00  Downloading x-1.whl (3 MB)" in out
    assert "Looking" not in out


def test_a_tool_that_is_not_there_is_a_failed_step():
    with pytest.raises(SetupError, match="No tool"):
        run_step("Trying", ["/nowhere/tool"], "No tool.")


def test_a_set_up_holds_its_folder_until_it_ends(tmp_path):
    script = (
        f"import sys; sys.path.insert(0, {str(PROJECT / 'scripts')!r})\n"
        f"from pathlib import Path; from _setup import alone\n"
        f"with alone(Path({str(tmp_path)!r})): print('held', flush=True); sys.stdin.read()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with other:
        assert other.stdout.readline().strip() == b"held"
        with (tmp_path / _setup.LOCK_FILE).open("a") as file:
            assert not _setup._hold(file, wait=False)
            other.stdin.close()
            assert _setup._hold(file, wait=True)
