"""What the step cards show."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QPushButton,
    QToolButton,
)
from step_cards import (
    CATALOGUE,
    FRAME,
    THREE,
    card_list,
    cards,
    names,
    needs_grey,
    nothing,
    texts,
    time_label,
    timed,
    total,
)

from visionlab.core.pipeline import Pipeline, Run, Runner, Stage, StageError, Step
from visionlab.runtime.progress import Working
from visionlab.ui import theme
from visionlab.ui.step_card import StepCard, milliseconds

LEFT = Qt.MouseButton.LeftButton


def test_cards_show_the_steps_in_order(steps_panel):
    assert [names(card)[0] for card in cards(steps_panel)] == [
        "1  Nothing",
        "2  To grey",
        "3  Needs grey",
    ]
    assert names(cards(steps_panel)[1])[1] == "cv2.cvtColor"
    assert total(steps_panel) == "3 steps"


def test_times_and_total(steps_panel):
    steps_panel.set_run(timed(THREE, 0.236, 2.04, 123.4))
    assert [texts(card)[-1] for card in cards(steps_panel)] == ["0.24 ms", "2.0 ms", "123 ms"]
    assert total(steps_panel) == "3 steps, 126 ms"
    steps_panel.set_pipeline(Pipeline(THREE.steps[:1]))
    assert total(steps_panel).startswith("1 step,")


def test_the_step_at_work_shows_its_seconds_in_place_of_its_time(steps_panel):
    steps_panel.set_run(timed(THREE, 1, 2, 3))
    steps_panel.set_working(Working(1, THREE.steps[1], 1.2))
    card = cards(steps_panel)[1]
    time = time_label(card)
    assert [time_label(c).text() for c in cards(steps_panel)] == ["1.0 ms", "1.2 s …", "3.0 ms"]
    assert time.palette().color(time.foregroundRole()) == theme.colour("accent")
    assert time.sizeHint().width() <= time.width()
    assert "1.2 s" in card.summary()
    steps_panel.set_working(Working(1, THREE.steps[0], 1.3))  # of steps that are not shown any more
    assert time.text() == "2.0 ms"
    steps_panel.set_working(Working(1, THREE.steps[1], 1234.5))
    assert time.sizeHint().width() <= time.width()
    steps_panel.set_working(None)
    assert time.text() == "2.0 ms"
    assert time.palette().color(time.foregroundRole()) == theme.colour("text")


@pytest.mark.parametrize(
    ("ms", "text"),
    [(0.0, "0.00"), (0.999, "1.00"), (9.94, "9.9"), (99.94, "99.9"), (1234.4, "1234")],
)
def test_times_have_the_digits_that_matter(ms, text):
    assert milliseconds(ms) == text


def test_off_and_not_run_have_a_dash(steps_panel):
    off = THREE.replace(0, replace(THREE.steps[0], enabled=False))
    steps_panel.set_pipeline(off)
    steps_panel.set_run(Runner(CATALOGUE).run(FRAME, off))
    assert texts(cards(steps_panel)[0]) == ["\N{EN DASH}"]
    assert not cards(steps_panel)[0].findChild(QCheckBox).isChecked()
    assert texts(cards(steps_panel)[1])[0].endswith(" ms")


def test_frequent_runs_are_written_at_most_five_times_a_second(steps_panel, qtbot):
    time = time_label(cards(steps_panel)[0])
    steps_panel.set_run(timed(THREE, 1, 1, 1))
    for ms in range(2, 40):
        steps_panel.set_run(timed(THREE, ms, 1, 1))
        assert time.text() == "1.0 ms"
    qtbot.waitUntil(lambda: time.text() == "39.0 ms", timeout=1000)


def test_an_error_is_told_and_can_be_mended(steps_panel, wishes, qtbot):
    broken = Pipeline((Step.of(nothing), Step.of(needs_grey), Step.of(nothing)))
    steps_panel.set_pipeline(broken)
    before = card_list(steps_panel).visualItemRect(card_list(steps_panel).item(1)).height()
    steps_panel.set_run(Runner(CATALOGUE).run(FRAME, broken))
    QApplication.processEvents()
    card = cards(steps_panel)[1]
    assert texts(card)[1] == "Needs grey needs one channel; this picture has three."
    error = card.findChildren(QLabel)[1]
    assert error.palette().color(error.foregroundRole()) == theme.colour("error")
    assert error.height() >= error.heightForWidth(error.width())
    assert card_list(steps_panel).visualItemRect(card_list(steps_panel).item(1)).height() > before
    button = card.findChild(QPushButton)
    assert "To grey" in button.text()
    qtbot.mouseClick(button, LEFT)
    assert wishes == [("mendRequested", 1)]
    steps_panel.set_pipeline(THREE)
    assert not button.isVisible()


def test_a_long_error_wraps_in_a_narrow_panel(steps_panel):
    message = "Something that takes a whole sentence to explain was expected here. " * 3
    error = StageError(message.strip())
    steps_panel.set_run(Run(FRAME, THREE, (Stage(THREE.steps[0], error=error),)))
    for width in (240, 320):
        steps_panel.resize(width, 400)
        QApplication.processEvents()
        card = cards(steps_panel)[0]
        assert card.width() <= card_list(steps_panel).viewport().width()
        label = card.findChildren(QLabel)[1]
        assert label.text() == error.message
        assert label.height() >= label.heightForWidth(label.width())


def test_the_cards_become_narrower_with_the_panel(steps_panel):
    for width in (320, 240, 200):
        steps_panel.resize(width, 400)
        QApplication.processEvents()
        room = card_list(steps_panel).viewport().width()
        assert [card.width() for card in cards(steps_panel)] == [room] * 3


def test_a_run_of_other_steps_is_not_mistaken_for_these(steps_panel):
    steps_panel.set_run(timed(THREE.move(0, 2), 1, 2, 3))
    assert [texts(card)[-1] for card in cards(steps_panel)] == ["\N{EN DASH}"] * 3


def test_changed_values_keep_the_cards(steps_panel, qtbot):
    first = cards(steps_panel)
    steps_panel.set_pipeline(THREE.replace(0, Step.of(nothing)))
    steps_panel.set_pipeline(THREE.move(0, 2))
    assert cards(steps_panel) == first
    steps_panel.set_pipeline(Pipeline())
    steps_panel.set_pipeline(THREE)
    qtbot.waitUntil(lambda: len(steps_panel.findChildren(StepCard)) == 3)


def test_empty_panel_says_what_to_do_and_takes_drops(steps_panel, wishes, qtbot):
    steps_panel.set_pipeline(Pipeline())
    hint = "No steps yet. Double-click an operation to add it."
    assert card_list(steps_panel).accessibleDescription() == hint
    picture = card_list(steps_panel).grab().toImage()
    ground = theme.colour("base").rgb()
    assert any(
        picture.pixel(x, y) != ground for x in range(picture.width()) for y in range(150, 250)
    )
    assert card_list(steps_panel).drop_row(QPoint(10, 100)) == 0
    qtbot.mouseClick(steps_panel.findChild(QToolButton), LEFT)
    assert wishes == [("addRequested",)]


def test_cards_are_told_in_words(steps_panel):
    steps_panel.set_run(timed(THREE, 1.25, 2, 3))
    item = card_list(steps_panel).item(0)
    assert item.data(Qt.ItemDataRole.AccessibleTextRole) == "1  Nothing, on, 1.2 ms"
