"""The wheel holds all that the program needs, and works away from the repository."""

import configparser
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

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


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Return a function that runs a program of an environment in which the wheel is installed.

    What VisionLab depends on is lent by the environment of the tests, which would take minutes to
    install; its links to the repository are not: a folder named in a .pth has its own ignored.
    """
    folder = tmp_path_factory.mktemp("away")
    venv.create(folder / "env", with_pip=False)
    windows = sys.platform == "win32"
    programs = folder / "env" / ("Scripts" if windows else "bin")
    (site,) = (folder / "env").rglob("site-packages")
    lent = dict.fromkeys(sysconfig.get_path(kind) for kind in ("purelib", "platlib"))
    (site / "lent.pth").write_text("\n".join(lent), encoding="utf-8")
    python = programs / ("python.exe" if windows else "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--quiet", wheel], check=True)
    ours = ("PYTHON", "QT_", "VIRTUAL_ENV", "DISPLAY", "WAYLAND_DISPLAY")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}

    def run(program, *args):
        return subprocess.run(
            [programs / program, *args], cwd=folder, timeout=60, check=True,
            env=kept | {"VISIONLAB_HOME": str(folder / "home")}, stdout=subprocess.PIPE, text=True,
        ).stdout  # fmt: skip

    run.folder = folder
    return run


def test_it_is_the_wheel_that_is_installed(installed):
    code = "import visionlab; print(visionlab.__file__)"
    module = Path(installed("python", "-c", code).strip())
    assert module.is_relative_to(installed.folder)
    assert (module.parent / "assets").is_dir()


def test_it_works_away_from_the_repository(installed):
    assert any("canny" in line for line in installed("visionlab", "ops").splitlines())


def test_its_window_is_drawn_away_from_the_repository(installed):
    said = installed("visionlab", "--screenshot", "window.png", "--size", "1024x680")
    assert "Source: Coffee, 600 x 400 pixels" in said
    window = Image.open(installed.folder / "window.png").convert("RGB")
    assert window.size == (1024, 680)
    # The photograph is in the middle, and beside it its edges on black.
    pixels = np.asarray(window)
    left, right = pixels[100:330, 260:480], pixels[100:330, 500:730]
    assert len(np.unique(left.reshape(-1, 3), axis=0)) > 5000
    assert (right == 0).all(axis=2).mean() > 0.3
