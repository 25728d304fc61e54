"""The wheel holds all that the program needs, and works away from the repository."""

import configparser
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*command, "--directory", folder], cwd=PROJECT, check=True, capture_output=True)
    (path,) = folder.glob("visionlab-*.whl")
    return path


def test_every_asset_and_module_is_packed(wheel):
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    files = [path for path in (PROJECT / "assets").rglob("*") if path.is_file()]
    assert files
    assert {f"visionlab/{path.relative_to(PROJECT).as_posix()}" for path in files} <= packed
    modules = (PROJECT / "visionlab").rglob("*.py")
    assert {path.relative_to(PROJECT).as_posix() for path in modules} <= packed


def test_nothing_else_is_packed(wheel):
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {name for name in tops if not name.endswith(".dist-info")} == {"visionlab"}


def test_the_command_is_declared(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        entries = configparser.ConfigParser()
        entries.read_string(archive.read(name).decode())
    assert entries["console_scripts"]["visionlab"] == "visionlab.cli:main"


def test_it_works_away_from_the_repository(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "import sys; from importlib.resources import files; from visionlab.cli import main;"
        "print(files('visionlab') / 'assets', (files('visionlab') / 'assets').is_dir());"
        "sys.exit(main(['ops']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, *listing = done.stdout.splitlines()
    assert first == f"{tmp_path / 'visionlab/assets'} True"
    assert any("canny" in line for line in listing)
