"""The virtual environment's stamp, and finding what is not whole."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from _environment import INPUTS, LOCK_FILE, Environment


@pytest.fixture
def environment(tmp_path):
    """An environment that looks set up, with one package, for a project in the same folder."""
    made = Environment(tmp_path / ".venv", tmp_path)
    for name in INPUTS:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    for path in (made.python, made.site / "numpy/__init__.py"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return made


def add_package(environment, name, *, files=("a.py",)):
    """Write a package whose RECORD lists `files`, each 3 bytes long."""
    info = environment.site / f"{name}-1.0.dist-info"
    info.mkdir()
    for file in files:
        path = environment.site / name / file
        path.parent.mkdir(exist_ok=True)
        path.write_text("abc")
    lines = [f"{name}/{file},sha256=x,3" for file in files]
    (info / "RECORD").write_text("\n".join([*lines, f"{info.name}/RECORD,,"]))
    return info


def test_ready_only_after_a_stamp(environment):
    assert not environment.is_ready("run")
    environment.write_stamp("run", "")
    assert environment.is_ready("run")


def test_the_test_lock_serves_the_program_too_but_not_the_reverse(environment):
    environment.write_stamp("run", "")
    assert not environment.is_ready("test")
    environment.write_stamp("test", "")
    assert environment.is_ready("test")
    assert environment.is_ready("run")


@pytest.mark.parametrize("name", INPUTS)
def test_a_change_of_any_input_sets_up_again(environment, name):
    environment.write_stamp("test", "")
    (environment.root / name).write_text("changed")
    assert not environment.is_ready("run")


def test_another_python_sets_up_again(environment):
    assert environment.fingerprint("3.11") != environment.fingerprint("3.12")


def test_a_repository_that_was_moved_sets_up_again(environment, tmp_path_factory):
    moved = tmp_path_factory.mktemp("moved") / "project"
    shutil.copytree(environment.root, moved)
    assert Environment(moved / ".venv", moved).fingerprint() != environment.fingerprint()


def test_a_torch_index_is_asked_for_once(environment):
    environment.write_stamp("run", "")
    assert not environment.is_ready("run", "https://one")
    environment.write_stamp("run", "https://one")
    assert environment.is_ready("run", "https://one")
    assert environment.is_ready("run")
    assert not environment.is_ready("run", "https://two")


def test_a_deleted_package_is_noticed_and_an_added_one_is_welcome(environment):
    environment.write_stamp("run", "")
    (environment.site / "added").mkdir()
    assert environment.is_ready("run")
    shutil.rmtree(environment.site / "numpy")
    assert not environment.is_ready("run")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"fingerprint": 1}'])
def test_a_damaged_stamp_counts_as_none(environment, text):
    environment.write_stamp("run", "")
    environment.stamp.write_text(text)
    assert not environment.is_ready("run")


def test_a_stamp_with_wrong_types_counts_as_none(environment):
    environment.write_stamp("run", "")
    stamp = json.loads(environment.stamp.read_text())
    environment.stamp.write_text(json.dumps({**stamp, "names": 3}))
    assert not environment.is_ready("run")


def test_without_its_python_it_is_not_ready(environment):
    environment.write_stamp("run", "")
    environment.python.unlink()
    assert not environment.is_ready("run")
    if os.name != "nt":
        environment.python.symlink_to("/nowhere/python")
        assert not environment.is_ready("run")


def test_packages_that_are_not_whole_are_forgotten(environment):
    whole = add_package(environment, "whole", files=("a.py", "__pycache__/a.cpython-311.pyc"))
    shutil.rmtree(environment.site / "whole/__pycache__")
    lacks_file = add_package(environment, "lacks", files=("a.py", "b.py"))
    (environment.site / "lacks/b.py").unlink()
    cut_short = add_package(environment, "cut")
    (environment.site / "cut/a.py").write_text("a")
    no_record = add_package(environment, "norecord")
    (no_record / "RECORD").unlink()
    (environment.site / "~orch").mkdir()
    assert environment.damaged() == sorted([lacks_file, cut_short, no_record])
    environment.mend()
    assert whole.exists()
    assert environment.damaged() == []
    assert not (environment.site / "~orch").exists()


def test_clearing_leaves_the_lock_file_alone(environment):
    (environment.folder / LOCK_FILE).write_text("")
    environment.clear()
    assert [path.name for path in environment.folder.iterdir()] == [LOCK_FILE]


def test_usable_needs_a_python_that_starts_and_a_whole_pip(tmp_path):
    environment = Environment(tmp_path / ".venv", tmp_path)
    assert not environment.is_usable()
    subprocess.run([sys.executable, "-m", "venv", environment.folder], check=True)
    assert environment.is_usable()
    next(environment.site.glob("pip/_internal/cli/main.py")).unlink()
    assert not environment.is_usable()


@pytest.mark.skipif(os.name == "nt", reason="Windows copies its Python")
def test_an_environment_whose_python_is_gone_is_not_usable(environment):
    environment.python.unlink()
    environment.python.symlink_to("/nowhere/python")
    assert not environment.is_usable()
