"""Saved pictures, read back by Pillow and tifffile."""

import errno
import os
import subprocess
import sys

import numpy as np
import pytest
import tifffile
from known_files import colour_photo
from PIL import Image

from visionlab.core.image import Display
from visionlab.sources import open_source, save_picture

RGB = colour_photo()
GREY = RGB[..., 1].copy()
FLOAT = np.random.default_rng(0).normal(0, 100, (30, 40)).astype(np.float32)


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tif", ".tiff", ".webp", ".PNG"])
@pytest.mark.parametrize("picture", [RGB, GREY], ids=["rgb", "grey"])
def test_lossless(tmp_path, suffix, picture):
    path = tmp_path / f"out{suffix}"
    save_picture(path, picture)
    read = np.asarray(Image.open(path))
    if read.ndim > picture.ndim:  # WebP has no grey pictures
        read = read[..., 0]
    np.testing.assert_array_equal(read, picture)


@pytest.mark.parametrize("suffix", [".jpg", ".jpeg"])
def test_jpeg(tmp_path, suffix):
    save_picture(tmp_path / f"out{suffix}", GREY)
    read = np.asarray(Image.open(tmp_path / f"out{suffix}")).astype(int)
    assert np.abs(read - GREY).mean() < 3


@pytest.mark.parametrize("picture", [FLOAT, np.dstack([FLOAT, -FLOAT, FLOAT * 2])], ids=["1", "3"])
def test_tiff_keeps_true_values(tmp_path, picture):
    save_picture(tmp_path / "out.tif", picture)
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "out.tif"), picture)
    np.testing.assert_array_equal(open_source(str(tmp_path / "out.tif")).read().image, picture)


def test_other_formats_hold_a_float_picture_as_shown(tmp_path):
    picture = np.array([[-1, 0, 0.5, 1, 2]], np.float32)
    save_picture(tmp_path / "shown.png", picture, Display(0, 1))
    np.testing.assert_array_equal(
        np.asarray(Image.open(tmp_path / "shown.png")), [[0, 0, 128, 255, 255]]
    )
    save_picture(tmp_path / "auto.png", np.array([[3, 4]], np.float32))
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "auto.png")), [[0, 255]])


def test_a_colour_map_is_saved_as_shown(tmp_path):
    signed = np.array([[-1, 0, 1]], np.float32)
    save_picture(tmp_path / "map.png", signed, Display(-1, 1, "diverging"))
    red, _, blue = (np.asarray(Image.open(tmp_path / "map.png"))[0].astype(int)).T
    assert blue[0] > red[0]
    assert red[2] > blue[2]


def test_an_old_file_is_replaced_whole(tmp_path):
    path = tmp_path / "out.png"
    save_picture(path, RGB)
    save_picture(path, GREY)
    np.testing.assert_array_equal(np.asarray(Image.open(path)), GREY)
    assert list(tmp_path.glob("*.png")) == [path]
    assert not [p for p in tmp_path.iterdir() if p.is_file() and p != path]


@pytest.mark.parametrize("name", ["out", "out.gif", "out.txt", "out.png.bak"])
def test_unknown_endings(tmp_path, refused, name):
    assert ".png" in refused(lambda: save_picture(tmp_path / name, RGB))
    assert not (tmp_path / name).exists()


def test_a_missing_folder(tmp_path, refused):
    assert "no folder" in refused(lambda: save_picture(tmp_path / "nowhere" / "a.png", RGB))
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_of_that_name(tmp_path, refused):
    (tmp_path / "a.png").mkdir()
    assert "is a folder" in refused(lambda: save_picture(tmp_path / "a.png", RGB))


def test_a_name_that_no_folder_takes(tmp_path, refused):
    assert "cannot be written" in refused(lambda: save_picture(tmp_path / f"{'n' * 300}.png", RGB))


def test_a_long_name(tmp_path):
    path = tmp_path / f"{'n' * 251}.png"
    save_picture(path, RGB)
    np.testing.assert_array_equal(np.asarray(Image.open(path)), RGB)


def test_a_write_protected_file(tmp_path, refused):
    path = tmp_path / "a.png"
    save_picture(path, GREY)
    path.chmod(0o444)
    assert "write-protected" in refused(lambda: save_picture(path, RGB))
    path.chmod(0o644)
    np.testing.assert_array_equal(np.asarray(Image.open(path)), GREY)


def test_too_large_for_the_format(tmp_path, refused):
    wide = np.zeros((1, 20_000), np.uint8)
    assert "cannot hold" in refused(lambda: save_picture(tmp_path / "a.webp", wide))
    assert list(tmp_path.glob("*.webp")) == []


def test_a_full_disk_leaves_the_old_file(tmp_path, refused, monkeypatch):
    path = tmp_path / "a.png"
    save_picture(path, GREY)

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert "cannot be written" in refused(lambda: save_picture(path, RGB))
    np.testing.assert_array_equal(np.asarray(Image.open(path)), GREY)


SMALL_DISK = """
import resource, signal, sys
import numpy as np
from visionlab.core.errors import VisionLabError
from visionlab.sources import save_picture
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
try:
    save_picture(sys.argv[1], np.random.default_rng(0).integers(0, 256, (99, 99), np.uint8))
except VisionLabError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit to set")
def test_a_write_that_stops_half_way_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    run = subprocess.run(
        [sys.executable, "-c", SMALL_DISK, str(path)], capture_output=True, text=True, timeout=60
    )
    assert "cannot be written" in run.stdout
    assert run.stderr == ""
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["a.png"]
