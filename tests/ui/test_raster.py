"""Painted pixels against the pixels of the array, or their means."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from visionlab.core.image import as_image
from visionlab.runtime import pyramid as pyramid_module
from visionlab.runtime.pyramid import Grid
from visionlab.ui.qimages import to_array
from visionlab.ui.raster import Raster
from visionlab.ui.view_transform import Placement

RNG = np.random.default_rng(3)


def picture(height, width, channels=3):
    shape = (height, width, channels) if channels == 3 else (height, width)
    return as_image(RNG.integers(0, 256, shape, np.uint8))


def painted(raster, scale, x=0.0, y=0.0, size=None):
    width = round(raster.size.width() * scale) if size is None else size[0]
    height = round(raster.size.height() * scale) if size is None else size[1]
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.magenta)
    painter = QPainter(image)
    spot = raster.spot(Placement(scale, x, y), 1.0, QRectF(image.rect()))
    if spot:
        raster.draw(painter, spot)
    painter.end()
    return to_array(image)


def rgb(array):
    return array if array.ndim == 3 else np.stack([array] * 3, axis=2)


def means(array, n):
    height, width = array.shape[0] // n * n, array.shape[1] // n * n
    blocks = array[:height, :width].reshape(height // n, n, width // n, n, -1)
    return blocks.mean(axis=(1, 3))


def bilinear(array, y, x):
    """Return `array` between its pixels, the outermost ones repeated; in double precision."""
    rows, columns = (np.clip(at, 0, n - 1) for at, n in zip((y, x), array.shape[:2], strict=True))
    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    below = np.minimum(top + 1, array.shape[0] - 1)
    right = np.minimum(left + 1, array.shape[1] - 1)
    down, across = (rows - top)[:, None, None], (columns - left)[None, :, None]
    upper = array[top][:, left] * (1 - across) + array[top][:, right] * across
    lower = array[below][:, left] * (1 - across) + array[below][:, right] * across
    return upper * (1 - down) + lower * down


@pytest.mark.usefixtures("qapp")
class TestRaster:
    @pytest.mark.parametrize("channels", [1, 3])
    def test_one_to_one_is_exact(self, channels):
        array = picture(37, 51, channels)
        assert np.array_equal(painted(Raster(array), 1.0), rgb(array))

    @pytest.mark.parametrize("scale", [2, 5])
    def test_magnified_pixels_are_crisp(self, scale):
        array = picture(9, 13)
        crisp = np.kron(array, np.ones((scale, scale, 1), np.uint8))
        assert np.array_equal(painted(Raster(array), float(scale)), crisp)

    @pytest.mark.parametrize("channels", [1, 3])
    @pytest.mark.parametrize("n", [2, 4, 8])
    def test_reduced_pixels_are_means(self, channels, n):
        array = picture(64, 96, channels)
        got = painted(Raster(array), 1 / n)
        expected = rgb(means(array, n).squeeze())
        assert np.abs(got - expected).max() <= 2.5 * np.log2(n)  # each halving cuts fractions off
        flat = as_image(np.full_like(array, 255))
        assert (painted(Raster(flat), 1 / n) == 255).all()

    def test_fine_stripes_give_grey_not_moire(self):
        stripes = np.zeros((400, 400), np.uint8)
        stripes[:, ::2] = 255
        got = painted(Raster(as_image(stripes)), 0.23)
        assert abs(got[5:-5, 5:-5].astype(int) - 128).max() <= 2

    def test_only_the_visible_part_is_painted_in_its_place(self):
        array = picture(200, 300)
        got = painted(Raster(array), 3.0, x=-300.0, y=-150.0, size=(60, 30))
        assert np.array_equal(got, np.kron(array[50:60, 100:120], np.ones((3, 3, 1), np.uint8)))

    def test_beside_the_picture_nothing_is_painted(self):
        got = painted(Raster(picture(10, 10)), 1.0, x=100.0, size=(50, 50))
        assert (got == (255, 0, 255)).all()

    @pytest.mark.parametrize("shape", [(1, 1), (1, 1000), (1000, 1), (3, 5)])
    def test_thin_pictures_can_be_zoomed_out(self, shape):
        raster = Raster(as_image(np.full(shape, 200, np.uint8)))
        got = painted(raster, 0.05, size=(60, 60))
        assert set(np.unique(got)) <= {0, 200, 255}

    def test_a_large_picture_keeps_its_own_pixels_and_has_reduced_ones(self, monkeypatch):
        monkeypatch.setattr(pyramid_module, "LARGE", 1000)
        stripes = np.zeros((1024, 512, 3), np.uint8)
        stripes[::2] = 255
        raster = Raster(as_image(stripes))
        assert abs(painted(raster, 0.25).astype(int) - 128).max() <= 1
        assert np.array_equal(painted(raster, 1.0), stripes)

    def test_the_pixels_of_the_screen_are_kept_while_nothing_moves(self):
        copies = {}
        raster = Raster(picture(64, 96), copies=copies)
        first = painted(raster, 0.7)
        grid = raster.copy
        made = copies[grid]
        assert np.array_equal(painted(raster, 0.7), first)
        assert copies[grid] is made
        for shift in range(5):
            painted(raster, 0.7, x=float(shift), size=(40, 40))
        assert sum(isinstance(copy, Grid) for copy in copies) == 2

    def test_what_another_thread_has_sampled_is_painted_as_it_is(self):
        array = picture(64, 96)
        raster = Raster(array)
        painted(raster, 0.7)
        black = {raster.copy: np.zeros((45, 67, 4), np.uint8)}
        assert (painted(Raster(array, copies=black), 0.7) == 0).all()

    @pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
    @pytest.mark.parametrize("scale", [0.13, 0.31, 0.49])
    def test_each_pixel_of_the_screen_is_mixed_from_the_four_around_its_centre(self, ratio, scale):
        level = 0 if scale * ratio > 0.5 else 1 if scale * ratio > 0.25 else 2
        array = picture(120, 160)
        halved = means(array, 2**level)
        place = Placement(scale, 3.3, 5.7)
        image = QImage(round(80 * ratio), round(70 * ratio), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.magenta)
        painter = QPainter(image)
        raster = Raster(array)
        raster.draw(painter, raster.spot(place, ratio, QRectF(0, 0, 80, 70)))
        painter.end()
        got = to_array(image)
        x = ((np.arange(got.shape[1]) + 0.5) / ratio - place.x) / scale / 2**level - 0.5
        y = ((np.arange(got.shape[0]) + 0.5) / ratio - place.y) / scale / 2**level - 0.5
        inside = np.outer(
            (y > -0.5) & (y < halved.shape[0] - 0.5), (x > -0.5) & (x < halved.shape[1] - 0.5)
        )
        assert (got[~inside] == (255, 0, 255)).all()
        assert inside.sum() > 200
        error = np.abs(got - bilinear(halved, y, x))[inside]
        assert error.max() <= 9  # places are 1/64 pixel exact: 255 / 64 across and down, and 1

    def test_a_picture_wider_than_opencv_samples_is_painted(self):
        array = np.zeros((2, 40_000, 3), np.uint8)
        array[:, 39_000:] = (10, 200, 30)
        got = painted(Raster(as_image(array)), 0.9, x=-35_050.0, size=(100, 2))
        assert (got[:, :49] == 0).all()  # the edge lies at 39000 * 0.9 - 35050 = 50
        assert (got[:, 51:] == (10, 200, 30)).all()

    def test_copies_made_elsewhere_are_taken(self):
        array = picture(64, 96)
        black = {1: np.zeros((32, 48, 4), np.uint8)}
        assert (painted(Raster(array, copies=black), 0.5) == 0).all()
        raster = Raster(array, copies=black)
        assert np.array_equal(painted(raster, 1.0), array)
        assert raster.copy == 0
        assert {0, 1} < set(black)  # what was missing is there for the next one

    @pytest.mark.parametrize("large", [10**9, 100])
    def test_alpha_lets_a_chequerboard_through(self, monkeypatch, large):
        monkeypatch.setattr(pyramid_module, "LARGE", large)
        array = as_image(np.full((32, 32, 3), (250, 0, 0), np.uint8))
        alpha = np.zeros((32, 32), np.uint8)
        alpha[:, 16:] = 255
        for scale in (1.0, 0.5):
            raster = Raster(array, as_image(alpha))
            got = painted(raster, scale)
            half = got.shape[1] // 2
            assert (got[:, half + 1 :] == (250, 0, 0)).all()
            left = got[:, : half - 1]
            assert (left[..., 0] == left[..., 1]).all()
            assert len(np.unique(left)) == 2


def test_a_reduced_picture_is_painted_from_the_level_that_was_seen():
    array = picture(64, 96)
    raster = Raster(array)
    seen = painted(raster, 0.25)
    raster.reduce()
    assert (painted(raster, 0.25) == seen).all()
    assert (raster.size.width(), raster.size.height()) == (96, 64)
    large = painted(raster, 2.0)  # zoomed in: coarse, in the same place
    assert large.shape[:2] == (128, 192)
    assert np.abs(means(large, 8)[2:-2, 2:-2] - means(array, 4)[2:-2, 2:-2]).mean() < 25


def test_a_picture_painted_in_full_is_not_reduced():
    array = picture(16, 16)
    raster = Raster(array)
    painted(raster, 2.0)
    raster.reduce()
    assert (painted(raster, 1.0) == rgb(array)).all()
