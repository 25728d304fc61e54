"""What stands on the screen after painting only what changed, against painting everything."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRect
from PySide6.QtWidgets import QApplication

from visionlab.core.image import Display, as_image
from visionlab.core.result import Circles, Points
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.ui.compare import Compare
from visionlab.ui.heat_layer import HeatLayer
from visionlab.ui.picture_pane import PicturePane
from visionlab.ui.qimages import to_array

BOX = (150.0, 0.0, 100.0, 100.0)
SIZES = [(48, 64), (480, 640), (371, 993), (900, 200), (1, 700), (5, 3), (211, 301)]


def picture(height, width, seed):
    return as_image(np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8))


def on_screen(widget):
    """Return what the window system has of a window, without painting anything."""
    return to_array(widget.screen().grabWindow(widget.winId()).toImage())


def afresh(widget):
    return to_array(widget.grab().toImage())


class Watched(PicturePane):
    """Notes the rectangles that it is asked to paint."""

    def __init__(self):
        super().__init__()
        self.areas = []

    def paintEvent(self, event):
        self.areas.append(event.rect())
        super().paintEvent(event)


@pytest.fixture
def pane(qtbot):
    pane = Watched()
    pane.resize(301, 223)
    pane.set_caption("Result")
    qtbot.addWidget(pane)
    with qtbot.waitExposed(pane):
        pane.show()
    return pane


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("step", ["fit", "zoomed in", "zoomed out", "panned"])
def test_new_pixels_leave_nothing_of_the_former_ones(pane, size, step):
    pane.set_picture(picture(*size, 1))
    frame = pane.frame_of(pane)
    if step == "zoomed in":
        pane.view.set_scale(frame, 1.7)
    elif step == "zoomed out":
        pane.view.set_scale(frame, 0.11)
    elif step == "panned":
        pane.view.pan(frame, 71.3, -33.8)
    for seed in range(2, 5):
        pane.set_picture(picture(*size, seed))
        pane.paint_now()
        assert np.array_equal(on_screen(pane), afresh(pane))


def test_only_the_picture_is_painted_while_nothing_else_changes(pane):
    for seed in range(3):
        pane.set_picture(picture(100, 400, seed))  # 75.25 high, from 111 - 37.625 on
        pane.paint_now()
    assert pane.areas[-1] == QRect(0, 73, 301, 76)
    pane.set_caption("Another")
    pane.paint_now()
    assert pane.areas[-1] == pane.rect()


def test_after_a_reduced_picture_the_next_one_is_crisp(pane):
    pane.set_picture(picture(480, 640, 1))
    pane.paint_now()  # from halved pixels, which alone are kept
    pane.reduce()
    pane.view.set_scale(pane.frame_of(pane), 1.0)
    pane.paint_now()
    new = picture(480, 640, 2)
    pane.set_picture(new)
    pane.paint_now()
    x, y = pane.pixel_at(QPointF(200, 100))
    assert np.array_equal(on_screen(pane)[100, 200:260], new[y, x : x + 60])


def test_the_whole_is_painted_where_more_than_pixels_may_change(pane):
    def renew(seed):
        pane.areas.clear()
        pane.set_picture(picture(100, 400, seed))
        pane.paint_now()
        area = pane.areas[-1]
        assert np.array_equal(on_screen(pane), afresh(pane))
        return area

    renew(1)
    marks = Circles("Circles", np.array([[5.0, 2.0, 60.0]])), Points("Points", np.zeros((1, 2)))
    pane.set_overlays(marks)
    assert renew(2) == pane.rect()
    pane.set_overlays(())
    assert renew(3) == pane.rect()  # what stood there must go
    assert renew(4) != pane.rect()
    pane.set_banner("Step 1 failed")
    assert renew(5) == pane.rect()
    renew(6)
    pane.set_banner("")
    assert renew(7) == pane.rect()
    pane.resize(280, 260)
    renew(8)
    pane.set_picture(picture(50, 60, 9))  # of another size
    pane.paint_now()
    assert pane.areas[-1] == pane.rect()
    pane.set_picture(picture(50, 60, 9), alpha=as_image(np.full((50, 60), 90, np.uint8)))
    pane.paint_now()
    assert np.array_equal(on_screen(pane), afresh(pane))


@pytest.mark.parametrize("style", ["blend", "mask", "map", "contours"])
@pytest.mark.parametrize("scale", [None, 0.9, 3.3])
def test_a_map_over_the_picture_stays_where_it_is(pane, style, scale):
    values = np.random.default_rng(5).random((16, 16), np.float32)
    layer = HeatLayer(Heatmap(values, "Class"), Display(0, 1), BOX, style)
    layer.note = "old"
    pane.set_picture(picture(100, 400, 1))
    if scale:
        pane.view.set_scale(pane.frame_of(pane), scale)
    pane.set_layer("heat", layer)
    pane.paint_now()
    for seed in range(3):
        pane.set_picture(picture(100, 400, seed))
        pane.paint_now()
        seen, whole = on_screen(pane).astype(int), afresh(pane)
        assert abs(seen - whole).max() <= 4  # lines are smoothed once less at the edge
        anew = HeatLayer(Heatmap(values, "Class"), Display(0, 1), BOX, style)
        anew.note = "old"
        pane.set_layer("heat", anew)
        assert abs(afresh(pane).astype(int) - whole).max() == 0  # no other than a new one's
        pane.set_layer("heat", layer)
        pane.paint_now()


def map_of(seed):
    values = np.random.default_rng(seed).random((16, 16), np.float32)
    return HeatLayer(Heatmap(values, "Class"), Display(0, 1), BOX)


def test_a_map_in_place_of_another_comes_with_the_next_picture(pane):
    pane.set_picture(picture(100, 400, 1))
    pane.set_layer("heat", map_of(1), at_once=False)  # the first does not wait
    QApplication.processEvents()
    assert np.array_equal(on_screen(pane), afresh(pane))
    pane.areas.clear()
    pane.set_layer("heat", map_of(2), at_once=False)
    QApplication.processEvents()
    assert not pane.areas
    pane.set_picture(picture(100, 400, 2))
    pane.paint_now()
    assert pane.areas == [pane.rect()]
    assert np.array_equal(on_screen(pane), afresh(pane))


def test_a_map_that_no_picture_follows_does_not_wait_long(pane, qtbot):
    pane.set_picture(picture(100, 400, 1))
    pane.set_layer("heat", map_of(1))
    pane.paint_now()
    pane.set_layer("heat", map_of(2), at_once=False)
    whole = afresh(pane)
    qtbot.waitUntil(lambda: np.array_equal(on_screen(pane), whole))
    pane.set_layer("heat", None, at_once=False)  # nothing is shown no longer than it is there
    QApplication.processEvents()
    assert np.array_equal(on_screen(pane), afresh(pane))
    assert not np.array_equal(on_screen(pane), whole)


def test_a_larger_font_gives_a_larger_caption(qtbot, pane):
    pane.set_picture(picture(48, 64, 1))
    before = afresh(pane)
    font = pane.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    pane.setFont(font)
    QApplication.sendEvent(pane, QEvent(QEvent.Type.FontChange))
    after = afresh(pane)
    assert not np.array_equal(before, after)
    qtbot.waitUntil(lambda: np.array_equal(on_screen(pane), after))


@pytest.mark.parametrize("mode", ["side by side", "original only", "result only", "wipe"])
def test_original_and_result_are_both_new_at_once(qtbot, mode):
    compare = Compare()
    compare.resize(611, 303)
    qtbot.addWidget(compare)
    with qtbot.waitExposed(compare):
        compare.show()
    compare.set_mode(mode)
    QApplication.processEvents()
    for seed in range(4):
        compare.original.set_picture(picture(217, 311, seed))
        compare.result.set_picture(picture(217, 311, seed + 10))
        compare.result.paint_now()
        assert np.array_equal(on_screen(compare), afresh(compare))
