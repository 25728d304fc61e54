"""Where overlays are painted, derived on paper from the pixel-centre convention."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from visionlab.core.result import Circles, Points, Polygons, Segments
from visionlab.ui import overlay_painter as module
from visionlab.ui.overlay_painter import OverlayPainter
from visionlab.ui.qimages import to_array
from visionlab.ui.view_transform import Placement

GREY = 0x808080
EIGHT = Placement(8.0, 0.0, 0.0)

pytestmark = pytest.mark.usefixtures("qapp")


def painted(*overlays, place=EIGHT, size=(240, 160), highlight=None, visible=None):
    """Return where something was painted, (H, W) bool, and the picture."""
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(GREY)
    overlay_painter = OverlayPainter()
    overlay_painter.set_overlays(overlays)
    if highlight:
        overlay_painter.highlight(*highlight)
    painter = QPainter(image)
    overlay_painter.draw(painter, place, visible or QRectF(image.rect()))
    painter.end()
    array = to_array(image)
    return (array != 128).any(axis=2), array


def coloured(array):
    """Where the paint has a hue: neither the background nor the halo."""
    return np.ptp(array.astype(int), axis=2) > 60


def centre(mask):
    """Return x, y of the middle of the painted pixels, in the coordinates of corners."""
    y, x = np.nonzero(mask)
    return x.mean() + 0.5, y.mean() + 0.5


def test_a_point_is_painted_in_the_middle_of_its_pixel():
    mask, array = painted(Points("p", np.array([[10, 5]])))
    # Pixel (10, 5) covers 80..88 x 40..48.
    assert centre(mask) == pytest.approx((84, 44), abs=0.5)
    assert coloured(array)[44, 84]
    assert not coloured(array)[48:].any()
    assert mask.sum() > coloured(array).sum()  # the halo


def test_many_points_lie_where_few_do(monkeypatch):
    few, _ = painted(Points("p", np.array([[10, 5]])))
    monkeypatch.setattr(module, "_MANY", 0)
    many, _ = painted(Points("p", np.array([[10, 5]])))
    assert centre(many) == pytest.approx(centre(few), abs=0.5)


@pytest.mark.parametrize("many", [3000, 0])
def test_a_segment_joins_the_pixel_centres(monkeypatch, many):
    monkeypatch.setattr(module, "_MANY", many)
    _, array = painted(Segments("s", np.array([[2, 5, 22, 5]])))
    mask = coloured(array)
    assert mask[44, 22:178].all() or mask[43, 22:178].all()  # x from 20 to 180, y = 44
    assert centre(mask) == pytest.approx((100, 44), abs=1.0)
    assert not mask[:, :17].any()
    assert not mask[:, 184:].any()


def test_a_circle_lies_on_its_radius():
    _, array = painted(Circles("c", np.array([[14.5, 9.5, 7]])))
    y, x = np.nonzero(coloured(array))
    distance = np.hypot(x + 0.5 - 120, y + 0.5 - 80)  # (14.5 + 0.5) * 8, (9.5 + 0.5) * 8
    assert distance.min() > 56 - 2.5
    assert distance.max() < 56 + 2.5
    angle = np.degrees(np.arctan2(y - 79.5, x - 119.5))
    assert np.diff(np.sort(angle)).max() < 4  # closed


def test_a_polygon_is_closed():
    ring = np.array([[2, 2], [20, 2], [20, 12], [2, 12]])
    _, array = painted(Polygons("r", (ring, np.empty((0, 2)))))
    mask = coloured(array)
    # Corners at 2.5 * 8 = 20, 20.5 * 8 = 164; 2.5 * 8 = 20, 12.5 * 8 = 100.
    for side in (mask[19:21, 30:150], mask[99:101, 30:150]):
        assert side.any(axis=0).all()
    for side in (mask[30:90, 19:21], mask[30:90, 163:165]):
        assert side.any(axis=1).all()
    assert not mask[30:90, 30:150].any()


@pytest.mark.parametrize("most", [10_000, 0])
def test_a_crowd_of_polygons_lies_where_a_few_do(monkeypatch, most):
    monkeypatch.setattr(module, "MOST", most)
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    ring = np.stack((14.5 + 7 * np.cos(angle), 9.5 + 7 * np.sin(angle)), axis=1)
    mask, array = painted(Polygons("r", (ring,)))
    y, x = np.nonzero(coloured(array))
    assert np.hypot(x - 119.5, y - 79.5) == pytest.approx(56, abs=2.5)
    assert centre(coloured(array)) == pytest.approx((120, 80), abs=0.5)
    assert np.diff(np.sort(np.degrees(np.arctan2(y - 79.5, x - 119.5)))).max() < 4
    assert mask.sum() > 1.5 * len(x)  # the halo
    seen = QRectF(100, 60, 90, 70)
    part, _ = painted(Polygons("r", (ring,)), visible=seen)
    assert np.array_equal(part[60:130, 100:190], mask[60:130, 100:190])


def test_a_crowd_is_traced_on_a_fine_screen(monkeypatch):
    monkeypatch.setattr(module, "MOST", 0)
    image = QImage(240, 160, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2)
    image.fill(GREY)
    overlay_painter = OverlayPainter()
    overlay_painter.set_overlays((Polygons("r", (np.array([[2, 2], [20, 2], [20, 12]]),)),))
    painter = QPainter(image)
    overlay_painter.draw(painter, Placement(4.0, 0, 0), QRectF(0, 0, 120, 80))
    painter.end()
    column = coloured(to_array(image))[10:40, 80]  # 2.5 * 4 * 2 = 20, four device pixels broad
    assert np.flatnonzero(column).tolist() == [8, 9, 10, 11]


def test_tiny_polygons_among_many_are_seen():
    rings = tuple(np.array([[x, y], [x + 1, y], [x, y + 1]]) for x in range(0, 3000, 40)
                  for y in range(0, 2000, 40))  # fmt: skip
    place = Placement(0.05, 0, 0)
    mask, _ = painted(Polygons("r", rings), place=place, size=(150, 100))
    for x, y in ((0, 0), (1000, 1000), (2960, 1960)):
        at = (np.array([y, x]) * 0.05).astype(int)
        assert mask[max(at[0] - 2, 0) : at[0] + 2, max(at[1] - 2, 0) : at[1] + 2].any()


def test_very_many_long_segments_are_thinned_out(monkeypatch):
    monkeypatch.setattr(module, "_LONGEST", 1000)
    ends = np.array([[0, y, 29, y] for y in range(20)])
    mask, _ = painted(Segments("s", ends))  # 20 lines of 232 px: every fifth one
    assert [bool(mask[int((y + 0.5) * 8), 100]) for y in range(20)] == [
        y % 5 == 0 for y in range(20)
    ]


def test_nothing_outside_the_visible_part_is_drawn():
    overlays = (
        Points("p", np.array([[1000, 1000], [np.nan, 3]])),
        Segments("s", np.array([[500, 500, 900, 500]])),
        Circles("c", np.array([[-100, -100, 5]])),
        Polygons("r", (np.array([[300, 300], [310, 300], [300, 310]]),)),
    )
    mask, _ = painted(*overlays)
    assert not mask.any()


def test_a_segment_across_the_view_is_seen_though_its_ends_are_not():
    mask, _ = painted(Segments("s", np.array([[-1000, 5, 1000, 5]])))
    assert mask[44].all()


def test_overlays_differ_in_colour():
    _, array = painted(
        Segments("a", np.array([[2, 3, 22, 3]])), Segments("b", np.array([[2, 12, 22, 12]]))
    )
    first, second = array[28, 100].astype(int), array[100, 100].astype(int)
    assert np.abs(first - second).max() > 80


@pytest.mark.parametrize("grey", [0, 255])
def test_overlays_stand_out_from_black_and_white(grey):
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    image.fill(grey * 0x010101)
    overlay_painter = OverlayPainter()
    overlay_painter.set_overlays((Segments("a", np.array([[2, 5, 10, 5]])),))
    painter = QPainter(image)
    overlay_painter.draw(painter, EIGHT, QRectF(image.rect()))
    painter.end()
    column = to_array(image)[30:60, 50].astype(int).sum(axis=1)
    assert np.abs(column - 3 * grey).max() > 300


@pytest.mark.parametrize(
    "overlay",
    [
        Points("x", np.array([[5, 5], [20, 14]])),
        Segments("x", np.array([[2, 5, 10, 5], [15, 14, 25, 14]])),
        Circles("x", np.array([[5, 5, 3], [20, 14, 3]])),
        Polygons("x", tuple(np.array([[0, 0], [7, 0], [3, 6]]) + at for at in ((2, 2), (17, 11)))),
    ],
)
def test_the_highlighted_item_is_broader_and_no_other(overlay):
    plain, _ = painted(overlay)
    marked, _ = painted(overlay, highlight=("x", 1))
    assert np.array_equal(plain[:72, :100], marked[:72, :100])
    assert marked[80:, 110:].sum() > 1.4 * plain[80:, 110:].sum()
    for nothing in (("x", 7), ("other", 0)):
        assert np.array_equal(painted(overlay, highlight=nothing)[0], plain)
