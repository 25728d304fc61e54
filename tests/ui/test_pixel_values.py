"""Lines and numbers over single pixels."""

import numpy as np
import pytest
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from visionlab.ui.pixel_values import ValuePainter, draw_grid, number_text, pixels_in
from visionlab.ui.qimages import to_array
from visionlab.ui.view_transform import Placement


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (255, "255"), (-1.0, "-1"), (0.5, "0.5"), (-0.0333, "-0.0333"),
        (123.456, "123"), (-1234.5, "-1234"), (0.00812, "8.1e-3"), (-2.5e-12, "-2e-12"),
        (1.5e6, "1.5e6"), (3e38, "3e38"), (0.0, "0"),
    ],
)  # fmt: skip
def test_numbers_are_short(value, text):
    assert number_text(value) == text


@pytest.mark.parametrize("value", [-x * 10.0**e for x in (1.2345, 9.9999) for e in range(-38, 38)])
def test_no_number_is_longer_than_seven(value):
    assert len(number_text(value)) <= 7
    assert float(number_text(value)) == pytest.approx(value, rel=0.3)


def test_visible_pixels():
    place = Placement(10.0, -25.0, 30.0)
    got = pixels_in(place, QSize(100, 6), QRectF(0, 0, 50, 200))
    assert got == QRect(2, 0, 6, 6)  # x from 25 / 10 to 75 / 10


def canvas(size, fill):
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(fill)
    return image


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("grey", [0, 128, 255])
def test_grid_lines_lie_between_pixels_and_show_on_any_grey(grey):
    image = canvas((100, 80), Qt.GlobalColor.black)
    image.fill(0xFF000000 | grey * 0x010101)
    painter = QPainter(image)
    draw_grid(painter, Placement(16.0, 8.0, 4.0), QSize(5, 4), QRectF(image.rect()))
    painter.end()
    changed = np.abs(to_array(image)[..., 0].astype(int) - grey)
    inside = changed[12, 10:86]  # a row within the first pixels
    edges = np.arange(8, 89, 16)  # 8 + 16 i
    for edge in edges[1:-1] - 10:
        assert inside[edge : edge + 2].max() >= 30
    assert np.count_nonzero(inside) <= 2 * len(edges)
    assert not changed[:4].any()  # above the picture
    assert not changed[70:].any()  # below it: 4 + 4 x 16 = 68


@pytest.mark.usefixtures("qapp")
def test_numbers_are_black_on_bright_and_white_on_dark():
    shown = np.array([[10, 240]], np.uint8)
    image = canvas((100, 50), Qt.GlobalColor.gray)
    painter = QPainter(image)
    ValuePainter().draw(
        painter, Placement(50.0, 0.0, 0.0), QRect(0, 0, 2, 1), np.array([[8, 8]]), shown
    )
    painter.end()
    left, right = np.split(to_array(image)[..., 0].astype(int), 2, axis=1)
    grey = int(left[0, 0])
    assert left.max() > grey + 60
    assert left.min() == grey
    assert right.min() < grey - 60
    assert right.max() == grey
    rows, columns = np.nonzero(left != grey)
    assert abs(columns.mean() - 25) <= 2  # in the middle of its pixel
    assert abs(rows.mean() - 25) <= 3


@pytest.mark.usefixtures("qapp")
def test_colours_have_three_lines_of_their_true_values():
    shown = np.zeros((1, 1, 3), np.uint8)
    heights = []
    for values in (np.full((1, 1), 8.0), np.full((1, 1, 3), 8.0)):
        image = canvas((60, 60), Qt.GlobalColor.black)
        painter = QPainter(image)
        ValuePainter().draw(painter, Placement(60.0, 0, 0), QRect(0, 0, 1, 1), values, shown)
        painter.end()
        rows = to_array(image)[..., 0].max(axis=1) > 100
        heights.append(np.count_nonzero(np.diff(rows.astype(int)) == 1))
    assert heights == [1, 3]
