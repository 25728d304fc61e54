"""The viewer driven as a person does: wheel, drag, keys; and what it paints."""

import gc
import weakref

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from visionlab.core.image import as_image
from visionlab.core.result import Points
from visionlab.ui.canvas import Canvas
from visionlab.ui.qimages import to_array
from visionlab.ui.theme import colour

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
KEY = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier


def picture(width=100, height=80):
    """Every pixel differs: red is x, green is y."""
    y, x = np.mgrid[:height, :width]
    return as_image(np.stack([x, y, np.full_like(x, 200)], axis=2).astype(np.uint8))


@pytest.fixture
def canvas(qtbot):
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 320)
    canvas.show()
    qtbot.waitExposed(canvas)
    canvas.set_picture(picture())
    return canvas


def wheel(canvas, at, angle=120, pixels=0, modifiers=NONE):
    event = QWheelEvent(
        QPointF(at), canvas.mapToGlobal(QPointF(at)), QPoint(0, pixels), QPoint(0, angle),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)
    return event


def drag(canvas, start, end, button=LEFT):
    QTest.mousePress(canvas, button, pos=start)
    QTest.mouseMove(canvas, (start + end) / 2)
    QTest.mouseMove(canvas, end)
    QTest.mouseRelease(canvas, button, pos=end)


def seen(canvas):
    return to_array(canvas.view_image())


class TestPainting:
    def test_fitted_crisp_and_read_only_arrays_taken(self, canvas):
        assert canvas.scale == 4
        shown = seen(canvas)
        assert shown.shape == (320, 400, 3)
        assert (shown[4 * 50 : 4 * 51, 4 * 60 : 4 * 61] == (60, 50, 200)).all()

    def test_around_the_picture_is_the_canvas_colour(self, canvas):
        canvas.resize(500, 320)
        assert tuple(seen(canvas)[160, 20]) == colour("canvas").getRgb()[:3]

    def test_one_to_one_shows_every_pixel_once(self, canvas):
        canvas.one_to_one()
        assert canvas.scale == 1
        inside = seen(canvas)[120:200, 150:250]
        assert np.array_equal(inside, picture())

    def test_painted_tells_each_new_picture_once(self, canvas, qtbot):
        told = []
        canvas.painted.connect(told.append)
        for serial in (7, 8):
            with qtbot.waitSignal(canvas.painted):
                canvas.set_picture(picture(), serial=serial)
        canvas.repaint()
        assert told == [7, 8]

    def test_overlays_are_painted_over_the_picture(self, canvas):
        before = seen(canvas)
        canvas.set_overlays((Points("p", np.array([[10, 5]])),))
        changed = (seen(canvas) != before).any(axis=2)
        y, x = np.nonzero(changed)
        assert x.mean() + 0.5 == pytest.approx(42, abs=0.6)  # (10 + 0.5) * 4
        assert y.mean() + 0.5 == pytest.approx(22, abs=0.6)

    def test_true_values_are_written_into_large_pixels(self, canvas):
        canvas.set_picture(as_image(np.zeros((4, 5), np.uint8)))
        assert canvas.scale == 64  # the limit
        zero = seen(canvas)
        canvas.set_picture(
            as_image(np.zeros((4, 5), np.uint8)), as_image(np.full((4, 5), 88.5, np.float32))
        )
        assert (seen(canvas) != zero).any()

    def test_the_previous_picture_is_let_go(self, canvas, qtbot):
        array = np.zeros((50, 50, 3), np.uint8)
        gone = weakref.ref(array)
        canvas.set_picture(array)
        canvas.repaint()
        del array
        assert gone() is not None
        canvas.set_picture(picture())
        canvas.repaint()
        gc.collect()
        assert gone() is None

    def test_alpha_shows_chequers_until_another_picture_comes(self, canvas):
        canvas.set_picture(picture(), alpha=np.zeros((80, 100), np.uint8))
        assert len(np.unique(seen(canvas)[160:, 100:300])) == 2
        canvas.set_picture(picture())
        assert len(np.unique(seen(canvas)[160:, 100:300])) > 10


class TestZoom:
    @pytest.mark.parametrize("at", [QPoint(37, 211), QPoint(200, 160), QPoint(399, 0)])
    @pytest.mark.parametrize("modifiers", [NONE, Qt.KeyboardModifier.ControlModifier])
    def test_the_wheel_keeps_the_pixel_under_the_cursor(self, canvas, at, modifiers):
        pixel = canvas.pixel_at(QPointF(at))
        for angle in (120, 120, 240, -120, 30, -360):
            before = canvas.scale
            assert wheel(canvas, at, angle, modifiers=modifiers).isAccepted()
            assert canvas.scale == pytest.approx(before * 1.25 ** (angle / 120))
            assert canvas.pixel_at(QPointF(at)) == pixel

    def test_a_touchpad_that_reports_pixels_only_zooms(self, canvas):
        wheel(canvas, QPoint(10, 10), angle=0, pixels=15)
        assert canvas.scale > 4

    def test_double_click_toggles_one_to_one_and_fit(self, canvas):
        pixel = canvas.pixel_at(QPointF(100, 100))
        QTest.mouseDClick(canvas, LEFT, pos=QPoint(100, 100))
        assert canvas.scale == 1
        assert canvas.pixel_at(QPointF(100, 100)) == pixel
        QTest.mouseDClick(canvas, LEFT, pos=QPoint(100, 100))
        assert canvas.scale == 4

    def test_keys(self, canvas):
        QTest.keyClick(canvas, KEY.Key_Plus)
        assert canvas.scale == 5
        QTest.keyClick(canvas, KEY.Key_Minus)
        assert canvas.scale == pytest.approx(4)
        QTest.keyClick(canvas, KEY.Key_1)
        assert canvas.scale == 1
        QTest.keyClick(canvas, KEY.Key_0)
        assert canvas.view.fitted

    def test_fit_follows_the_size_until_zoomed(self, canvas):
        canvas.resize(200, 320)
        assert canvas.scale == 2
        canvas.zoom_in()
        canvas.resize(400, 320)
        assert canvas.scale == 2.5

    def test_an_empty_canvas_ignores_everything(self, qtbot):
        canvas = Canvas()
        qtbot.addWidget(canvas)
        canvas.show()
        wheel(canvas, QPoint(50, 50))
        drag(canvas, QPoint(50, 50), QPoint(90, 90))
        QTest.mouseDClick(canvas, LEFT, pos=QPoint(20, 20))
        QTest.keyClick(canvas, KEY.Key_1)
        assert canvas.hover_position is None
        assert canvas.view.fitted


class TestPan:
    @pytest.mark.parametrize("button", [LEFT, MIDDLE])
    def test_dragging_takes_the_picture_along(self, canvas, button):
        canvas.zoom_in()
        pixel = canvas.pixel_at(QPointF(200, 160))
        drag(canvas, QPoint(200, 160), QPoint(240, 120), button)
        assert canvas.pixel_at(QPointF(240, 120)) == pixel

    def test_a_click_moves_nothing(self, canvas):
        drag(canvas, QPoint(200, 160), QPoint(202, 161))
        assert canvas.view.fitted

    def test_arrows_move_the_view(self, canvas):
        canvas.zoom_in()
        x, y = canvas.pixel_at(QPointF(200, 160))
        QTest.keyClick(canvas, KEY.Key_Right)
        QTest.keyClick(canvas, KEY.Key_Down)
        moved = canvas.pixel_at(QPointF(200, 160))
        assert moved[0] - x == pytest.approx(64 / 5, abs=1)
        assert moved[1] - y == pytest.approx(64 / 5, abs=1)

    def test_space_held_pans_even_while_picking(self, canvas):
        canvas.start_picking()
        QTest.keyPress(canvas, KEY.Key_Space)
        assert canvas.cursor().shape() == Qt.CursorShape.OpenHandCursor
        drag(canvas, QPoint(200, 160), QPoint(260, 160))
        QTest.keyRelease(canvas, KEY.Key_Space)
        assert canvas.picking
        assert not canvas.view.fitted


class TestHover:
    def test_the_pixel_under_the_cursor(self, canvas, qtbot):
        told = []
        canvas.hovered.connect(told.append)
        QTest.mouseMove(canvas, QPoint(4 * 31 + 1, 4 * 20 + 3))
        QTest.mouseMove(canvas, QPoint(1, 3))
        assert told[-2:] == [(31, 20), (0, 0)]
        assert canvas.hover_position == (0, 0)

    def test_a_new_picture_under_a_still_cursor_is_told(self, canvas):
        QTest.mouseMove(canvas, QPoint(200, 160))
        told = []
        canvas.hovered.connect(told.append)
        canvas.set_picture(picture(200, 160))
        assert told[-1] == (100, 80)
        assert canvas.hover_position == (100, 80)

    def test_leaving_tells_none(self, canvas, qtbot):
        QTest.mouseMove(canvas, QPoint(200, 160))
        with qtbot.waitSignal(canvas.hovered) as leaving:
            QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
        assert leaving.args == [None]

    def test_beside_the_picture_is_none(self, canvas):
        canvas.resize(600, 320)
        assert canvas.pixel_at(QPointF(99, 160)) is None
        assert canvas.pixel_at(QPointF(100, 160)) == (0, 40)
        assert canvas.pixel_at(QPointF(500, 160)) is None

    @pytest.mark.parametrize("scale", [1.0, 1.25, 1.7, 2.0, 7.3, 23.0])
    def test_it_is_the_pixel_that_is_painted_there(self, canvas, scale):
        frame = canvas.frame_of(canvas)
        canvas.view.set_scale(frame, scale, QPointF(133.5, 71.5))
        shown = seen(canvas)
        total = 0
        for x, y in np.random.default_rng(0).integers(20, 320, (500, 2)).tolist():
            pixel = canvas.pixel_at(QPointF(x, y))
            if pixel and shown[y, x, 2] == 200:  # else a grid line
                total += 1
                assert tuple(shown[y, x, :2]) == pixel
        assert total > 20


class TestPicking:
    def test_the_next_click_picks_and_ends(self, canvas):
        told = []
        canvas.clicked.connect(lambda x, y: told.append((x, y)))
        QTest.mouseClick(canvas, LEFT, pos=QPoint(5, 5))
        canvas.start_picking()
        assert canvas.cursor().shape() == Qt.CursorShape.CrossCursor
        QTest.mouseClick(canvas, LEFT, pos=QPoint(4 * 12, 4 * 34))
        QTest.mouseClick(canvas, LEFT, pos=QPoint(5, 5))
        assert told == [(12, 34)]
        assert not canvas.picking
        assert canvas.cursor().shape() == Qt.CursorShape.ArrowCursor

    def test_escape_ends_it(self, canvas, qtbot):
        canvas.start_picking()
        with qtbot.waitSignal(canvas.picking_changed) as change:
            QTest.keyClick(canvas, KEY.Key_Escape)
        assert change.args == [False]
        assert not canvas.picking

    def test_a_click_beside_the_picture_picks_nothing(self, canvas):
        canvas.resize(600, 320)
        canvas.start_picking()
        QTest.mouseClick(canvas, LEFT, pos=QPoint(5, 5))
        assert canvas.picking


class TestWords:
    def test_the_empty_canvas_says_what_to_do(self, canvas):
        canvas.set_message("No picture", "Open one")
        with_picture = canvas.accessibleDescription()
        canvas.set_picture(None)
        assert "Open one" in canvas.accessibleDescription()
        assert "100 x 80" in with_picture
        shown = seen(canvas)
        middle = shown[120:200, 100:300]
        assert (middle != shown[0, 0]).any()
        assert (shown[40:120] == shown[0, 0]).all()

    def test_caption_and_banner(self, canvas):
        plain = seen(canvas)
        canvas.set_caption("Original")
        captioned = seen(canvas)
        assert canvas.accessibleName() == "Original"
        changed = np.argwhere((captioned != plain).any(axis=2))
        assert changed[:, 0].max() < 40
        assert changed[:, 1].max() < 120
        canvas.set_banner("Step 3 failed: a very long sentence " * 9)
        assert canvas.toolTip().startswith("Step 3 failed")
        banner = (seen(canvas) != captioned).any(axis=2)
        assert banner[2, 10:390].all()
        assert not banner[80:].any()
        canvas.set_banner("")
        assert np.array_equal(seen(canvas), captioned)


def test_drops_are_left_to_the_window(canvas):
    assert not canvas.acceptDrops()


def test_right_click_asks_for_a_menu(canvas, qtbot):
    with qtbot.waitSignal(canvas.customContextMenuRequested):
        QApplication.sendEvent(
            canvas,
            QContextMenuEvent(
                QContextMenuEvent.Reason.Mouse, QPoint(20, 20), canvas.mapToGlobal(QPoint(20, 20))
            ),
        )
