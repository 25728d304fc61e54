"""Original and result together: what is seen where, and what moves with what."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from visionlab.core.image import as_image
from visionlab.ui.compare import HOLD_KEY, Compare
from visionlab.ui.divider import Divider
from visionlab.ui.qimages import to_array

RED, BLUE = (220, 10, 10), (10, 10, 220)
LEFT = Qt.MouseButton.LeftButton


def flat(rgb, width=100, height=80):
    return as_image(np.full((height, width, 3), rgb, np.uint8))


@pytest.fixture
def compare(qtbot):
    compare = Compare()
    qtbot.addWidget(compare)
    compare.resize(804, 320)
    compare.show()
    qtbot.waitExposed(compare)
    compare.original.set_picture(flat(RED))
    compare.result.set_picture(flat(BLUE), as_image(np.full((80, 100), -1.5, np.float32)))
    return compare


def show(compare, mode):
    compare.set_mode(mode)
    QApplication.processEvents()  # the splitter arranges itself in the event loop


def colours_along(compare, y=250):
    """Return the part of a row that is red, and that is blue, as (first, last) or None."""
    row = to_array(compare.view_image())[y].astype(int)

    def span(rgb):
        where = np.flatnonzero((np.abs(row - rgb) < 5).all(axis=1))
        return (int(where[0]), int(where[-1])) if len(where) else None

    return span(RED), span(BLUE)


class TestModes:
    def test_side_by_side(self, compare):
        assert compare.mode == "side by side"
        red, blue = colours_along(compare)
        assert red == (0, 399)
        assert blue == (404, 803)

    def test_one_alone(self, compare):
        show(compare, "original only")
        assert colours_along(compare)[1] is None
        show(compare, "result only")
        assert colours_along(compare)[0] is None
        show(compare, "side by side")
        assert None not in colours_along(compare)

    def test_wipe_shows_both_in_the_same_place(self, compare):
        show(compare, "wipe")
        red, blue = colours_along(compare)
        assert red[0] == 202  # (804 - 400) / 2
        assert red[1] == pytest.approx(402, abs=4)
        assert blue[0] == pytest.approx(402, abs=4)
        assert blue[1] == 601

    def test_an_unknown_mode_is_refused(self, compare):
        with pytest.raises(ValueError, match="side by side"):
            compare.set_mode("upside down")

    @pytest.mark.parametrize("mode", ["side by side", "original only", "result only", "wipe"])
    def test_every_frame_of_the_result_counts_as_painted(self, compare, qtbot, mode):
        show(compare, mode)
        told = []
        compare.result.painted.connect(told.append)
        for serial in range(3):
            with qtbot.waitSignal(compare.result.painted):
                compare.original.set_picture(flat(RED))
                compare.result.set_picture(flat(BLUE), serial=serial)
        assert told == [0, 1, 2]

    def test_a_new_original_is_seen_where_the_result_canvas_shows_it(self, compare):
        show(compare, "original only")
        compare.original.set_picture(flat(BLUE))
        assert colours_along(compare) == (None, (202, 601))

    def test_a_narrow_window_still_shows_both(self, compare):
        compare.resize(220, 320)
        assert compare.width() == 220
        assert None not in colours_along(compare, y=160)


class TestWipe:
    def test_the_line_is_dragged(self, compare):
        show(compare, "wipe")
        divider = compare.findChild(Divider)
        start = divider.rect().center()
        QTest.mousePress(divider, LEFT, pos=start)
        QTest.mouseMove(divider, start + QPoint(100, 0))
        QTest.mouseRelease(divider, LEFT)
        red, blue = colours_along(compare)
        assert red[1] == pytest.approx(500, abs=4)  # the line itself is 4 wide
        assert blue[1] == 601

    def test_the_line_is_moved_by_keys(self, compare):
        show(compare, "wipe")
        divider = compare.findChild(Divider)
        QTest.keyClick(divider, Qt.Key.Key_Right)
        assert divider.share == pytest.approx(0.52)
        QTest.keyClick(divider, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
        assert divider.share == pytest.approx(0.52 - 1 / 804)
        QTest.keyClick(divider, Qt.Key.Key_Home)
        assert colours_along(compare)[0] is None
        QTest.keyClick(divider, Qt.Key.Key_End)
        assert colours_along(compare)[1] is None
        QTest.keyClick(divider, Qt.Key.Key_Right)
        assert divider.share == 1
        QTest.mouseDClick(divider, LEFT)
        assert divider.share == 0.5

    def test_the_line_stays_in_place_when_the_window_grows(self, compare):
        show(compare, "wipe")
        compare.resize(1004, 320)
        divider = compare.findChild(Divider)
        assert divider.geometry().center().x() == pytest.approx(502, abs=1)
        assert divider.height() == compare.result.height()

    def test_the_values_are_those_of_the_side_under_the_cursor(self, compare):
        show(compare, "wipe")
        QTest.mouseMove(compare.result, QPoint(300, 160))
        assert compare.result.hover_position == (24, 40)  # (300 - 202) / 4
        assert tuple(compare.result.values[40, 24]) == RED
        QTest.mouseMove(compare.result, QPoint(500, 160))
        assert compare.result.values[40, 24] == -1.5

    def test_pictures_of_other_size_lie_on_each_other(self, compare):
        compare.original.set_picture(flat(RED, 50, 40))
        show(compare, "wipe")
        compare.zoom_in()
        left, right = QPointF(350, 160), QPointF(450, 160)
        x_left = compare.result.pixel_at(left)[0] * 2
        x_right = compare.result.pixel_at(right)[0]
        assert x_right - x_left == pytest.approx(100 / 5, abs=2)


class TestLink:
    def test_linked_canvases_move_together(self, compare):
        assert compare.linked
        compare.original.zoom_in()
        assert compare.result.scale == compare.original.scale == 5
        compare.fit()
        assert compare.result.scale == 4

    def test_unlinked_ones_do_not_and_start_from_where_they_are(self, compare):
        compare.one_to_one()
        compare.set_linked(False)
        assert compare.result.scale == 1
        compare.original.zoom_in()
        assert compare.result.scale == 1
        compare.result.setFocus()
        compare.zoom_in()  # of two, the one with the keyboard is meant
        assert (compare.original.scale, compare.result.scale) == (1.25, 1.25)
        compare.result.clearFocus()
        compare.zoom_in()
        assert (compare.original.scale, compare.result.scale) == (1.25**2, 1.25**2)
        compare.set_linked(True)
        assert compare.result.scale == compare.original.scale
        compare.set_linked(True)
        compare.zoom_out()
        assert compare.result.scale == compare.original.scale == 1.25


class TestHold:
    @pytest.mark.parametrize("mode", ["side by side", "result only"])
    def test_the_original_is_seen_in_place_while_the_key_is_held(self, compare, mode):
        show(compare, mode)
        before = colours_along(compare)
        QTest.keyPress(compare.result, HOLD_KEY)
        assert colours_along(compare)[1] is None
        QTest.keyRelease(compare.result, HOLD_KEY)
        assert colours_along(compare) == before

    def test_losing_the_keyboard_lets_go(self, compare):
        QTest.keyPress(compare.result, HOLD_KEY)
        QApplication.sendEvent(compare.result, QFocusEvent(QEvent.Type.FocusOut))
        assert colours_along(compare)[1] is not None


class TestPicking:
    @pytest.mark.parametrize("which", ["original", "result"])
    def test_either_canvas_picks_and_both_end(self, compare, which):
        told = []
        compare.clicked.connect(lambda x, y: told.append((x, y)))
        compare.start_picking()
        QTest.mouseClick(getattr(compare, which), LEFT, pos=QPoint(4 * 12, 4 * 34))
        assert told == [(12, 34)]
        assert not compare.original.picking
        assert not compare.result.picking

    def test_escape_ends_both(self, compare):
        compare.start_picking()
        QTest.keyClick(compare.result, Qt.Key.Key_Escape)
        assert not compare.original.picking
        assert not compare.result.picking
