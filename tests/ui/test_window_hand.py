"""A patch in a person's hand, in the whole window: real model, real picture, real mouse."""

from time import sleep

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from visionlab.core.image import Frame, as_image
from visionlab.core.source import Source
from visionlab.runtime.covering import Cover
from visionlab.ui.qimages import to_array

SECONDS_60 = 60_000  # for the first import of PyTorch on a busy machine
LEFT = Qt.MouseButton.LeftButton
CUP, TABLE = (300, 130), (150, 350)  # on the sample "coffee", 600 x 400


class Hand:
    """What a person does with the patch, and sees of it."""

    def __init__(self, lab, qtbot):
        self.lab, self.qtbot = lab, qtbot
        self.panel, self.bindings = lab.docks.heat, lab.window.hand
        self.page, self.network = self.bindings.page, lab.session.network
        self.original, self.result = lab.docks.compare.original, lab.docks.compare.result

    def switch(self, on=True):
        self.lab.window.commands["explain"].setChecked(on)

    def turn_to(self, page):
        tabs = self.panel._tabs
        for index in range(tabs.count()):
            tabs.setCurrentIndex(index)
            if self.panel.page() is page:
                return
        raise AssertionError("there is no such page")

    def begin(self, source="sample:coffee"):
        """Open a picture, switch on and open the page; wait for the first answer with a patch."""
        self.lab.open(source)
        self.switch()
        self.turn_to(self.page)
        self.until(lambda: self.last is not None and self.last.cover is not None)

    def until(self, condition):
        self.qtbot.waitUntil(condition, timeout=SECONDS_60)

    def settle(self):
        """Wait until what is laid now is answered and shown."""
        self.until(
            lambda: (
                self.network.idle()
                and self.last is not None
                and self.last.cover == self.cover
                and not self.bindings._slow.isActive()
            )
        )

    @property
    def cover(self):
        return self.network.options.cover

    @property
    def study(self):
        return self.bindings.study

    @property
    def last(self):
        return self.network.last

    @property
    def probability(self):
        """Of the class in question."""
        return float(self.last.prediction.probabilities[self.study.target.index])

    def at(self, place, canvas=None):
        """Return where a place of the picture is seen on a canvas."""
        canvas, pane = canvas or self.original, self.bindings._canvas
        spot = canvas.view.place(canvas.frame_of(pane)).to_widget(*place)
        return QPoint(round(spot.x()), round(spot.y()))

    def press(self, place, canvas=None):
        self.qtbot.mousePress(canvas or self.original, LEFT, pos=self.at(place, canvas))

    def drag_to(self, *places, canvas=None):
        for place in places:
            self.qtbot.mouseMove(canvas or self.original, self.at(place, canvas))
            self.settle()

    def release(self, place, canvas=None):
        self.qtbot.mouseRelease(canvas or self.original, LEFT, pos=self.at(place, canvas))

    def key(self, *arguments):
        self.qtbot.keyClick(self.original, *arguments)

    def wheel(self, notches, modifiers):
        at = QPointF(self.original.rect().center())
        turn = QPoint(0, 120 * notches)
        event = QWheelEvent(
            at, self.original.mapToGlobal(at), QPoint(), turn, Qt.MouseButton.NoButton, modifiers,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.original, event)

    def layers(self, name):
        return [canvas.layer(name) for canvas in (self.original, self.result)]

    def nothing_is_left(self):
        return (
            self.cover is None
            and self.layers("patch") == [None, None]
            and self.layers("hand") == [None, None]
        )


@pytest.fixture
def hand(lab, qtbot):
    yield Hand(lab, qtbot)
    lab.window.commands["explain"].setChecked(False)
    lab.session.network.want(False)  # a running camera would keep it busy
    qtbot.waitUntil(lab.session.network.idle, timeout=SECONDS_60)


def near(found, wanted, within=2):
    """Whether a patch's centre is at a place, but for the pixels of the screen."""
    centre = found.x + found.side / 2, found.y + found.side / 2
    return all(abs(a - b) <= within for a, b in zip(centre, wanted, strict=True))


def test_a_patch_on_the_cup_costs_the_espresso_its_probability(hand, lab):
    before = None
    hand.begin()
    assert hand.cover == Cover(250, 150, 100)  # in the middle, a quarter of the shorter side
    whole = hand.last.whole
    assert hand.study.labels[hand.study.target.index] == "espresso"
    hand.page.set_side(160)
    hand.press(TABLE)
    hand.settle()
    assert near(hand.cover, TABLE)
    on_table = hand.probability
    way = [(x, y) for y in (90, 130, 170) for x in (220, 300, 380)]
    hand.drag_to(*way, CUP)
    on_cup = hand.probability
    hand.release(CUP)
    before = float(whole.probabilities[hand.study.target.index])
    assert on_cup < on_table - 0.05
    assert on_cup < before - 0.05
    # The running plot has seen it all, the uncovered answer is what the network says alone.
    trace = [values[0] for _, values in hand.page.plot.trace]
    assert min(trace) <= on_cup
    assert max(trace) >= on_table
    assert "espresso" in hand.page.answer.text()
    # The person's map lights the cup, not the table.
    found = hand.study.map
    assert hand.page.share.text().startswith(f"You have covered {100 * found.share:.0f} %")
    left, _, width, _ = found.box
    columns = found.size[1]
    cup = found.values[int(CUP[1] / 400 * columns), int((CUP[0] - left) / width * columns)]
    table = found.values[int(TABLE[1] / 400 * columns), int((TABLE[0] - left) / width * columns)]
    assert cup > table
    assert cup > 0
    assert hand.result.layer("hand") is not None
    assert hand.original.layer("hand") is None
    # Everything is undone.
    hand.switch(False)
    assert hand.nothing_is_left()
    assert hand.study is None
    hand.until(hand.network.idle)


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


def test_the_computed_map_is_that_of_the_uncovered_picture_and_is_compared(hand, lab):
    lab.open("sample:coffee")
    hand.panel.method.setCurrentIndex(hand.panel.method.index_of("occlusion"))
    hand.switch()
    heats = lab.window.heats
    hand.until(lambda: heats.predicted is not None and heats.predicted.heats[0].heatmap is not None
               and heats.predicted.heats[0].heatmap.exact)  # fmt: skip
    computed = heats.predicted.heats[0].heatmap
    hand.turn_to(hand.page)
    hand.until(lambda: hand.last.cover is not None)
    hand.press(CUP)
    hand.drag_to(*[(x, y) for y in (60, 160, 260) for x in (160, 240, 320, 400)])
    hand.release((400, 260))
    hand.settle()
    assert heats.predicted.heats[0].heatmap is computed  # nothing was computed anew
    text = hand.page.comparison.text()
    related = hand.study.map.agreement(computed)
    assert f"rank correlation {related:.2f}" in text
    assert related > 0.3
    assert text.endswith(".")


def test_an_occlusion_asked_for_under_the_patch_comes_from_the_whole_picture(hand):
    hand.begin()
    hand.press(CUP)
    hand.settle()
    hand.panel.method.setCurrentIndex(hand.panel.method.index_of("occlusion"))
    heats = hand.lab.window.heats
    hand.until(
        lambda: (
            heats.predicted is not None
            and heats.predicted.heats[0].method.id == "occlusion"
            and heats.predicted.heats[0].heatmap is not None
            and heats.predicted.heats[0].heatmap.exact
        )
    )
    assert heats.predicted.cover is not None
    assert heats.predicted.heats[0].prediction is hand.last.whole


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


def test_another_source_leaves_nothing_behind(hand, lab):
    hand.begin()
    hand.press(CUP)
    hand.release(CUP)
    hand.settle()
    lab.open("sample:chelsea")
    assert hand.nothing_is_left()
    hand.until(lambda: hand.study is not None)
    assert hand.study.map.positions == 0
    hand.press((200, 150))
    hand.release((200, 150))
    hand.settle()
    assert hand.study.map.picture == (451, 300)
    assert hand.study.map.positions == 1
    lab.do("close_source")
    assert hand.nothing_is_left()
    assert hand.page.hint.text() == "Open a picture first."


def test_the_patch_follows_what_is_classified_and_goes_with_its_size(hand, lab):
    hand.begin()
    of = lab.docks.network.of
    of.setCurrentIndex(of.index_of("result"))
    assert hand.nothing_is_left()
    hand.until(lambda: hand.study is not None)
    hand.qtbot.mouseClick(hand.result, LEFT, pos=hand.at(CUP, hand.result))
    assert near(hand.cover, CUP)
    assert hand.layers("patch")[0] is None
    assert hand.result.layer("patch") is not None
    hand.settle()
    lab.editor.add("invert")  # another picture of the same size: the patch stays, the map is new
    first = hand.study
    lab.docks.docks["heat"].raise_()
    hand.until(lambda: hand.cover is not None and hand.study not in (None, first))
    assert near(hand.cover, CUP)
    hand.settle()


class Turned(Source):
    """A camera that a person turns on its side."""

    title, kind, count, fps = "Turned", "live", 0, 30.0
    shape = (90, 160, 3)

    def read(self):
        sleep(1 / self.fps)
        return Frame(as_image(np.full(self.shape, 90, np.uint8)), name=self.title)

    def seek(self, index):
        pass


def test_a_picture_of_another_size_takes_the_patch_away(hand, lab):
    camera = Turned()
    lab.session.open("Turned", lambda: camera)
    hand.until(lambda: lab.session.last is not None)
    hand.switch()
    hand.turn_to(hand.page)
    hand.until(lambda: hand.study is not None and hand.study.map.positions > 0)
    assert hand.cover == Cover(69, 34, 22)  # a quarter of 90, in the middle
    camera.shape = (160, 90, 3)
    lab.until(hand.nothing_is_left)
    hand.until(lambda: hand.study is not None and hand.study.map.picture == (90, 160))
    assert hand.study.map.positions == 0
    assert hand.cover is None


def test_another_model_leaves_nothing_behind(hand, lab):
    hand.begin()
    hand.press(CUP)
    hand.release(CUP)
    hand.settle()
    model = lab.docks.network.model
    model.setCurrentIndex(model.index_of("digits"))
    assert hand.nothing_is_left()
    hand.until(lambda: hand.study is not None)
    assert hand.last.prediction.model_id == "digits"
    assert hand.study.map.positions == 0


def test_another_class_begins_another_map(hand):
    hand.begin()
    hand.press(CUP)
    hand.release(CUP)
    hand.settle()
    first = hand.study
    second = first.classes[1]
    hand.panel.choose_class(second)
    hand.until(lambda: hand.study is not first)
    hand.settle()
    assert hand.study.target.index == second
    assert hand.cover is not None
    assert hand.study.labels[second] in hand.page.meaning.text()


def test_start_anew_and_the_reference(hand):
    hand.begin()
    hand.press(CUP)
    hand.drag_to((320, 140), (340, 150))
    hand.release((340, 150))
    hand.settle()
    assert hand.study.map.positions >= 3
    hand.page.anew.click()
    assert hand.study.map.positions == 0
    assert hand.page.share.text() == ""
    assert hand.layers("hand") == [None, None]
    hand.page.reference.click()
    assert hand.study.reference is hand.last.whole
    assert "in the reference" in hand.page.answer.text()
    hand.page.reference.click()
    assert hand.study.reference is None


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


def test_a_moving_picture_is_answered_with_and_without_the_patch(hand, lab):
    hand.panel.method.setCurrentIndex(hand.panel.method.index_of("occlusion"))
    hand.begin("camera:test")
    answers = []
    hand.network.predicted.connect(answers.append)
    hand.until(lambda: sum(one.cover is not None for one in answers) > 5)
    assert all(one.whole is not None for one in answers if one.cover is not None)
    assert not any(one.heats for one in answers if one.cover is not None)
    assert hand.study.map.positions > 3
    # A map of one frame is not compared with what many frames have shown.
    hand.key(Qt.Key.Key_Escape)
    hand.until(lambda: bool(answers[-1].heats))
    hand.until(lambda: not hand.bindings._slow.isActive())
    assert "Freeze the picture" in hand.page.comparison.text()
    lab.do("freeze")
    hand.settle()
