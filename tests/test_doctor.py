"""The doctor names what is there, and survives what is not."""

import json
import sys
from importlib import metadata

import pytest

from visionlab import doctor, system


@pytest.fixture(scope="module")
def findings():
    had = "torch" in sys.modules
    found = json.loads(doctor.as_json())
    found["loads torch"] = not had and "torch" in sys.modules
    return found


def test_versions_are_those_installed(findings):
    packages = findings["packages"]
    assert packages["numpy"] == metadata.version("numpy")
    assert packages["opencv-python"] == metadata.version("opencv-python")
    assert packages["torch"] == metadata.version("torch")
    assert findings["qt"] == metadata.version("PySide6-Essentials")
    assert sys.executable in findings["python"]


def test_devices_are_named_without_loading_torch(findings):
    assert findings["devices"][0] == "CPU"
    assert not findings["loads torch"]


def test_files_lie_where_the_program_keeps_them(findings):
    assert findings["files"]["log"].endswith("visionlab.log")


def test_the_text_says_the_same(monkeypatch, findings):
    monkeypatch.setattr(doctor, "report", lambda: findings)
    text = doctor.as_text()
    assert f"opencv-python            {findings['packages']['opencv-python']}" in text
    assert findings["files"]["log"] in text


def test_a_missing_library_is_a_problem_with_its_remedy(monkeypatch):
    monkeypatch.setattr(system, "missing", lambda **_: system.OFF_SCREEN[:1])
    assert list(doctor._library_problems()) == [
        "libEGL.so.1 is missing; Debian and Ubuntu: apt-get install libegl1"
    ]


def test_two_opencv_wheels_are_a_problem(monkeypatch):
    installed = {"opencv-python": "4.14", "opencv-python-headless": "4.14"}
    monkeypatch.setattr(doctor, "_version", installed.get)
    (problem,) = doctor._package_problems()
    assert problem.startswith("opencv-python and opencv-python-headless overwrite each other")


def test_a_missing_torch_is_a_problem(monkeypatch):
    monkeypatch.setattr(doctor, "_version", {}.get)
    problems = []
    assert doctor._devices(doctor._ask_torch(), problems) == []
    assert problems == ["PyTorch is not installed; networks cannot run"]


def test_a_torch_that_cannot_be_loaded_is_a_problem(monkeypatch):
    monkeypatch.setattr(doctor, "ASK_TORCH", "raise ImportError('no libgomp')")
    problems = []
    assert doctor._devices(doctor._ask_torch(), problems) == []
    assert problems == ["PyTorch cannot be loaded: ImportError: no libgomp"]


def test_a_machine_in_order_has_no_problem():
    assert list(doctor._lines({"display": "none", "problems": []}))[-1] == "No problem found."
