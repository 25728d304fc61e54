"""Another picture, size or model under a patch in a person's hand, in the whole window."""

from time import sleep

import numpy as np
from asker import CUP, LEFT, near

from visionlab.core.image import Frame, as_image
from visionlab.core.source import Source
from visionlab.runtime.covering import Cover


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
