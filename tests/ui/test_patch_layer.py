"""The patch as it is painted: its own pixels, an outline, and nothing else."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from visionlab.core.image import as_image
from visionlab.runtime.covering import Cover, covered, filling
from visionlab.ui.patch_layer import PatchLayer
from visionlab.ui.qimages import to_array
from visionlab.ui.view_transform import Placement


def paint(cover, picture, scale):
    """Paint the picture's patch at a scale, on magenta."""
    height, width = picture.shape[:2]
    image = QImage(width * scale, height * scale, QImage.Format.Format_RGB888)
    image.fill(0xFF00FF)
    painter = QPainter(image)
    layer = PatchLayer(cover, lambda: filling(picture, cover.shows), (width, height))
    layer.draw(painter, Placement(scale, 0, 0), QRectF())
    painter.end()
    return to_array(image)[..., :3].astype(int)


@pytest.fixture
def picture(qapp):
    y, x = np.mgrid[:40, :60]
    return as_image(np.stack([x * 4, y * 6, 255 - x * 2], axis=2).astype(np.uint8))


@pytest.mark.parametrize("shows", ["mean", "grey", "black", "blur"])
def test_it_shows_what_the_network_sees(picture, shows):
    cover = Cover(10, 5, 20, shows)
    seen = paint(cover, picture, 4)[22:98:4, 42:118:4]  # the middles of its inner pixels
    wanted = covered(picture, cover)[5:24, 10:29].astype(int)
    assert np.abs(seen - wanted).max() <= 8


def test_what_hangs_over_the_border_is_not_filled(picture):
    found = paint(Cover(50, 10, 20, "black"), picture, 4)
    magenta = (found == (255, 0, 255)).all(axis=2)
    assert magenta[:36].all()
    assert not magenta[44:116, 204:].any()


def test_a_single_pixel_has_an_outline_that_can_be_seen(picture):
    found = paint(Cover(30, 20, 1, "black"), picture, 1)
    assert ((found != (255, 0, 255)).any(axis=2)).sum() >= 24
    far = paint(Cover(-90, -90, 1, "black"), picture, 1)
    assert (far == (255, 0, 255)).all()
