"""Which Python the set-up takes, and what it says of one that is unfit."""

import ast
import os
import sys
from pathlib import Path

import _python
import pytest

SCRIPTS = Path(_python.__file__).parent


@pytest.mark.parametrize(
    ("version", "fit"),
    [((2, 7), False), ((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False)],
)
def test_only_311_to_313_are_fit(version, fit):
    assert _python.fits(version) is fit


@pytest.mark.parametrize("name", ["_python.py", "run.py", "test.py"])
def test_an_old_python_can_read_what_it_meets_first(name):
    ast.parse((SCRIPTS / name).read_text(encoding="utf-8"), feature_version=(3, 6))


def test_a_fit_python_goes_on():
    _python.ensure_fit()


def test_an_unfit_python_without_another_says_what_to_install(monkeypatch):
    monkeypatch.setattr(_python, "FIT", ((3, 99),))
    with pytest.raises(SystemExit) as stopped:
        _python.ensure_fit()
    running = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert f"this is Python {running};" in stopped.value.code
    assert "\n" not in stopped.value.code


def test_the_running_python_answers():
    assert _python.answers([sys.executable])


@pytest.mark.skipif(os.name == "nt", reason="programs without a suffix")
def test_a_shim_that_starts_nothing_is_passed_over(tmp_path, monkeypatch):
    for name, body in {"python3.13": "exit 127", "python3.12": "echo 3.12"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = _python.candidates()
    assert [Path(command[0]).name for command in found] == ["python3.13", "python3.12"]
    assert [_python.answers(command) for command in found] == [False, True]
