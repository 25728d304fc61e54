"""A patch in a person's hand, in the whole window: real model, real picture, real mouse."""

import pytest
from asker import CUP, LEFT, TABLE, near
from PySide6.QtCore import QPoint, Qt

from visionlab.ui.qimages import to_array


def test_the_bars_fall_and_the_picture_shows_the_patch(hand, lab):
    lab.do("show_network")
    lab.open("sample:coffee")
    clear = to_array(hand.original.view_image())
    hand.switch()
    hand.turn_to(hand.page)
    hand.until(lambda: hand.last is not None and hand.last.cover is not None)
    hand.settle()
    seen = to_array(hand.original.view_image())
    middle = hand.at((300, 200))
    wanted = lab.shown.original.values.reshape(-1, 3).mean(axis=0)
    assert abs(seen[middle.y(), middle.x(), :3] - wanted).max() <= 1
    bar = lab.docks.network.bars.bars()[0]
    assert bar.probability == pytest.approx(float(hand.last.prediction.probabilities.max()))
    hand.key(Qt.Key.Key_Escape)
    hand.settle()
    assert hand.cover is None
    assert hand.last.cover is None
    assert (hand.layers("patch")) == [None, None]
    # The picture without the patch wears the computed map again.
    assert hand.original.layer("heat") is not None
    hand.switch(False)
    lab.until(lambda: (to_array(hand.original.view_image()) == clear).all())


def test_keys_wheel_and_space(hand, qtbot):
    hand.begin()
    shift, none = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
    start = hand.cover
    hand.key(Qt.Key.Key_Right)
    assert (hand.cover.x, hand.cover.y) == (start.x + 12, start.y)  # an eighth of 100, even
    hand.key(Qt.Key.Key_Up, shift)
    assert (hand.cover.x, hand.cover.y) == (start.x + 12, start.y - 1)
    hand.wheel(1, Qt.KeyboardModifier.ControlModifier)
    assert hand.cover.side == 115
    assert hand.page.side == 115
    for _ in range(60):
        hand.wheel(1, Qt.KeyboardModifier.ControlModifier)
    assert hand.cover.side == 600  # all of the picture, wherever it lies
    for _ in range(60):
        hand.wheel(-1, Qt.KeyboardModifier.ControlModifier)
    assert hand.cover.side == 1
    hand.settle()
    scale = hand.original.scale
    hand.wheel(1, none)
    assert hand.original.scale > scale  # the wheel alone still zooms
    # With Space held the picture is dragged, not the patch.
    former, place = hand.cover, hand.original.view.place(hand.original.frame_of(hand.original))
    hand.original.set_panning(True)
    qtbot.mousePress(hand.original, LEFT, pos=QPoint(200, 200))
    qtbot.mouseMove(hand.original, QPoint(240, 230))
    qtbot.mouseRelease(hand.original, LEFT, pos=QPoint(240, 230))
    hand.original.set_panning(False)
    assert hand.cover == former
    assert hand.original.view.place(hand.original.frame_of(hand.original)) != place


def test_without_the_patch_keys_and_mouse_mean_the_canvas_again(hand, qtbot):
    hand.begin()
    hand.key(Qt.Key.Key_Escape)
    hand.wheel(2, Qt.KeyboardModifier.NoModifier)
    place = hand.original.view.place(hand.original.frame_of(hand.original))
    hand.key(Qt.Key.Key_Left)
    assert hand.original.view.place(hand.original.frame_of(hand.original)) != place
    assert hand.cover is None
    hand.press(CUP)  # a click lays it again
    assert near(hand.cover, CUP)
    hand.release(CUP)
    hand.turn_to(hand.panel.form)
    assert hand.nothing_is_left()
    hand.press(TABLE)
    hand.release(TABLE)
    assert hand.cover is None


def test_a_patch_taken_in_hand_does_not_jump_and_stays_on_the_picture(hand):
    hand.begin()
    start = hand.cover
    hand.press((260, 160))  # near its corner
    assert near(hand.cover, (300, 200))
    hand.qtbot.mouseMove(hand.original, hand.at((230, 160)))
    assert near(hand.cover, (270, 200))
    assert hand.cover.side == start.side
    hand.qtbot.mouseMove(hand.original, QPoint(-500, -500))
    assert (hand.cover.x, hand.cover.y) == (-50, -50)  # its centre on the corner
    hand.release((0, 0))
    hand.settle()


def test_in_a_wipe_the_patch_is_dragged_on_the_half_that_shows_its_picture(hand, lab):
    hand.begin()
    lab.do("wipe")
    hand.press((150, 200), hand.result)
    assert near(hand.cover, (150, 200), 3)
    hand.release((150, 200), hand.result)
    former = hand.cover
    hand.press((500, 200), hand.result)  # the other half
    hand.release((500, 200), hand.result)
    assert hand.cover == former
    lab.do("result_only")
    assert "hidden" in hand.page.hint.text()
    lab.do("side_by_side")
