"""Samples, synthetic pictures, folders, and the texts that name sources."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import skimage.data

from visionlab.core.image import Display
from visionlab.sources import (
    ArraySource,
    is_address,
    open_source,
    pictures_in,
    samples,
    synthetic,
)
from visionlab.sources.picture import PictureFile

FREE = {
    "astronaut", "camera", "brick", "grass", "gravel", "cell", "chelsea", "clock", "coffee",
    "horse", "hubble", "microaneurysms", "retina", "rocket", "text",
}  # fmt: skip
OWN = {"gradient", "checkerboard", "waves", "shapes", "noise"}


def test_the_gallery_holds_the_free_photographs_and_our_own():
    names = [sample.name for sample in samples()]
    assert set(names) == FREE | OWN
    assert len(names) == len(set(names))
    assert all(sample.title and sample.credit for sample in samples())


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_every_sample_opens(sample):
    source = open_source(sample.spec)
    frame = source.read()
    assert source.title == frame.name == sample.title
    assert source.spec == sample.spec == f"sample:{sample.name}"
    assert (source.kind, source.count) == ("still", 1)
    assert frame.image.dtype == np.uint8
    assert frame.note == ""
    assert source.read() is None
    source.seek(0)
    np.testing.assert_array_equal(source.read().image, frame.image)


@pytest.mark.parametrize("name", ["coffee", "astronaut", "camera", "chelsea", "brick", "text"])
def test_photographs_are_what_scikit_image_reads(name):
    np.testing.assert_array_equal(
        open_source(f"sample:{name}").read().image, getattr(skimage.data, name)()
    )


def test_listing_samples_does_not_import_scikit_image():
    code = (
        "import sys; from visionlab.sources import samples, open_source; "
        "open_source(samples()[0].spec).read(); "
        "sys.exit(any(name in sys.modules for name in ('skimage', 'PySide6', 'torch')))"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


def test_an_unknown_sample_names_the_choices(refused):
    sentence = refused(lambda: open_source("sample:lena"))
    assert '"lena"' in sentence
    assert "coffee" in sentence
    assert "checkerboard" in sentence


def test_gradient():
    np.testing.assert_array_equal(synthetic.gradient(6, 2), [[0, 51, 102, 153, 204, 255]] * 2)


def test_checkerboard():
    expected = [[0, 0, 255, 255], [0, 0, 255, 255], [255, 255, 0, 0]]
    np.testing.assert_array_equal(synthetic.checkerboard(4, 3, 2), expected)


def test_one_plane_wave():
    wave = synthetic.plane_waves(8, 2, ((2, 0),))  # 127.5 (1 + cos of 0, 90, 180, 270 degrees)
    np.testing.assert_array_equal(wave, [[255, 128, 0, 127, 255, 128, 0, 127]] * 2)


def test_plane_waves_have_their_peaks_where_they_say():
    picture = synthetic.plane_waves(64, 32, ((8, 0), (3, 5)))
    spectrum = np.abs(np.fft.fft2(picture)) / picture.size
    strong = {(int(u), int(v)) for v, u in np.argwhere(spectrum > 10)}
    assert strong == {(0, 0), (8, 0), (56, 0), (3, 5), (61, 27)}


def test_shapes_have_the_sizes_they_say():
    picture = synthetic.shapes()
    assert picture.shape == (480, 640, 3)
    assert (picture == synthetic.BLUE).all(axis=2).sum() == 160 * 160
    assert (picture == synthetic.INK).all(axis=2).sum() == 160 * 40
    disc = (picture[:, :230] == synthetic.RED).all(axis=2).sum()
    assert disc == pytest.approx(np.pi * 80**2, rel=0.02)
    ring = (picture == synthetic.GREEN).all(axis=2).sum()
    assert ring == pytest.approx(np.pi * (80**2 - 50**2), rel=0.03)
    triangle = (picture == synthetic.YELLOW).all(axis=2).sum()
    assert triangle == pytest.approx(160 * 150 / 2, rel=0.02)


def test_noise_is_even_and_repeatable():
    picture = synthetic.noise()
    np.testing.assert_array_equal(picture, synthetic.noise())
    assert (picture != synthetic.noise(seed=1)).mean() > 0.99
    counts = np.bincount(picture.ravel(), minlength=256)
    assert np.abs(counts - picture.size / 256).max() < 6 * np.sqrt(picture.size / 256)


def test_folders_are_listed_as_a_person_counts(tmp_path):
    names = ["img10.png", "img2.png", "IMG1.PNG", "b.jpg", "a.tiff", "img2b.png", "img02.png"]
    for name in [*names, ".hidden.png", "notes.txt", "film.mp4", "._img3.png"]:
        (tmp_path / name).touch()
    (tmp_path / "folder.png").mkdir()
    assert [path.name for path in pictures_in(tmp_path)] == [
        "a.tiff", "b.jpg", "IMG1.PNG", "img02.png", "img2.png", "img2b.png", "img10.png",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["²3.png", "٣.png", "1.png", "-.png", "a1b2c3.gif"])
def test_any_name_can_be_sorted(tmp_path, name):
    (tmp_path / name).touch()
    (tmp_path / "plain.png").touch()
    assert len(pictures_in(tmp_path)) == 2


def test_a_missing_folder(tmp_path, refused):
    assert "no folder" in refused(lambda: pictures_in(tmp_path / "nowhere"))


def test_a_folder_opens_its_first_picture(tmp_path, refused):
    assert "no pictures" in refused(lambda: open_source(str(tmp_path)))
    coffee = Path(skimage.data.__file__).parent / "coffee.png"
    for name in ("b10.png", "b9.png"):
        (tmp_path / name).write_bytes(coffee.read_bytes())
    source = open_source(str(tmp_path))
    assert isinstance(source, PictureFile)
    assert source.title == "b9.png"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("camera:0", True),
        ("camera:test", True),
        ("sample:coffee", True),
        ("http://host/x", True),
        ("rtsp://host/x", True),
        ("ftp://host/x", True),
        ("picture.png", False),
        ("C:\\pictures\\a.png", False),
        ("C:/pictures/a.png", False),
        ("/home/me/camera:0.png", False),
        ("", False),
    ],
)
def test_addresses_are_told_from_paths(spec, expected):
    assert is_address(spec) is expected


@pytest.mark.parametrize(
    ("spec", "size", "fps"),
    [
        ("camera:test", (1280, 720), 30),
        ("camera:test:640x480", (640, 480), 30),
        ("camera:test@15", (1280, 720), 15),
        ("camera:test:320x240@59.94", (320, 240), 59.94),
        ("camera:test:320x240@max", (320, 240), 0),
    ],
)
def test_test_cameras(spec, size, fps):
    source = open_source(spec)
    assert (source.kind, source.count, source.fps) == ("live", 0, fps)
    assert source.read().image.shape == (size[1], size[0], 3)
    again = open_source(source.spec)
    assert (again.size, again.fps) == (size, fps)


@pytest.mark.parametrize(
    "spec",
    [
        "camera:", "camera:front", "camera:-1", "camera:0:640", "camera:test:0x0",
        "camera:test:99999x10", "camera:test@0", "camera:test@fast", "camera:test@1e9",
        "camera:test@1.2.3", "camera:²", "camera:test:640x480@", "sample:",
    ],
)  # fmt: skip
def test_faulty_texts_are_refused(spec, refused):
    refused(lambda: open_source(spec))


def test_a_pasted_picture():
    picture = np.zeros((3, 4, 3), np.uint8)
    alpha = np.full((3, 4), 7, np.uint8)
    source = ArraySource(picture, "Pasted picture", alpha=alpha)
    frame = source.read()
    np.testing.assert_array_equal(frame.image, picture)
    assert (frame.alpha, frame.name, source.title, source.spec) == (
        alpha, "Pasted picture", "Pasted picture", "",
    )  # fmt: skip
    assert source.read() is None
    source.seek(0)
    assert source.read() is frame


def test_a_computed_picture_shows_its_own_range():
    source = ArraySource(np.array([[-3, 5]], np.float32), "Response")
    assert source.read().display == Display(-3, 5)


def test_an_array_that_is_no_picture(refused):
    refused(lambda: ArraySource(np.zeros((2, 2), np.int64), "wrong"))
