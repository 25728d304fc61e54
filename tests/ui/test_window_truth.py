"""The page "Is It True?" in the whole window, with the real model."""

import pytest
from asker import Asker
from PySide6.QtCore import Qt


class Doubter(Asker):
    """A person who asks whether the map is true."""

    patience = 120_000  # for many runs of a network on a busy machine

    def __init__(self, lab, qtbot):
        super().__init__(lab, qtbot)
        self.bindings = lab.window.truths
        self.page = self.bindings.page

    def turn_to_the_page(self):
        tabs = self.panel._tabs
        titles = [tabs.tabText(i) for i in range(tabs.count())]
        tabs.setCurrentIndex(titles.index("Is It True?"))
        assert self.panel.page() is self.page

    def explain(self, method="grad_cam"):
        self.choose(method)
        self.switch()

    def ready(self):
        self.until(self.page.check.isEnabled)

    def press(self, button):
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def begin(self):
        """Explain a picture by a method that takes long, and start the check of the map."""
        self.lab.open("sample:coffee")
        self.explain("occlusion")
        self.turn_to_the_page()
        self.ready()
        self.press(self.page.check)

    def ended(self):
        self.until(lambda: not self.bindings.checking and self.bindings.truth.ended)


@pytest.fixture
def doubter(lab, qtbot):
    doubter = Doubter(lab, qtbot)
    yield doubter
    doubter.end()


def test_the_map_of_the_coffee_is_checked_and_a_change_of_method_makes_the_check_old(doubter, lab):
    page, part = doubter.page, doubter.page.curves
    lab.open("sample:coffee")
    doubter.explain()
    doubter.turn_to_the_page()
    doubter.ready()
    assert page.about.isVisible()
    assert not page.verdict.isVisible()
    doubter.press(page.check)
    assert page.stop.isVisible()
    assert not page.check.isEnabled()
    doubter.until(lambda: 0 < page.progress.value() < 1000)
    doubter.ended()
    assert page.verdict.isVisible()
    assert page.verdict.text().endswith(".")
    assert "better than a random map" in page.verdict.text()
    assert '"espresso"' in page.of.text()
    ours, random = (float(part.cells[row, 3].text()) for row in (0, 1))
    assert ours > random
    assert [len(chart._plot.curves) for chart in part._charts] == [3, 3]
    assert len(page.maps.tiles) == 7
    assert "rank" in page.maps.tiles[-1].text.text()
    assert "%" in page.steady.text()
    assert not page.problems.isVisible()
    assert not page.old.isVisible()
    assert not page.stop.isVisible()

    doubter.explain("gradient")
    assert page.old.isVisible()
    doubter.ready()
    assert page.old.isVisible()
    assert page.verdict.isVisible()  # and stays to be read
    doubter.explain("grad_cam")
    doubter.ready()
    assert not page.old.isVisible()  # it is the map that was checked
    lab.open("sample:chelsea")
    assert page.old.isVisible()


def test_a_check_is_stopped_and_keeps_what_it_has(doubter):
    doubter.begin()
    doubter.until(lambda: doubter.bindings.truth.comparison is not None)
    doubter.press(doubter.page.stop)
    assert doubter.page.note.text() == "Stopping…"
    doubter.ended()
    assert doubter.page.note.text() == "Stopped."
    assert doubter.bindings.truth.sensitivity is None
    assert doubter.page.curves.isVisible()
    assert doubter.page.verdict.isVisible()
    doubter.ready()


def test_another_class_during_the_check_ends_it_and_is_explained(doubter, lab):
    doubter.begin()
    doubter.until(lambda: doubter.bindings.truth.comparison is not None)
    doubter.panel.choose_class(3)
    assert not doubter.bindings.checking
    assert doubter.page.old.isVisible()
    doubter.ready()
    assert lab.window.heats.predicted.heats[0].target.index == 3


def test_a_moving_picture_must_be_frozen_first(doubter, lab):
    lab.open("camera:test")
    doubter.explain()
    doubter.turn_to_the_page()
    doubter.until(lambda: lab.window.heats.predicted is not None)
    doubter.until(lambda: doubter.page.note.text() == "Freeze the picture first.")
    assert not doubter.page.check.isEnabled()
    assert doubter.page.check.toolTip() == "Freeze the picture first."
    lab.do("freeze")
    doubter.ready()
    assert not doubter.page.note.isVisible()
    doubter.press(doubter.page.check)
    doubter.until(lambda: doubter.bindings.truth.progress > 0)
    lab.do("freeze")
    doubter.until(lambda: not doubter.bindings.checking)
    doubter.until(lambda: doubter.page.old.isVisible())


def test_the_window_closes_during_a_check(doubter, lab):
    doubter.begin()
    doubter.until(lambda: doubter.bindings.truth.progress > 0)
    lab.session.request_close()
    doubter.until(lambda: not doubter.bindings.checking)
    assert doubter.bindings.truth.stopped
