"""The step cards, driven by mouse and keys."""

from dataclasses import replace

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QDrag, QDropEvent, QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QPushButton,
    QToolButton,
)

from visionlab.core.image import Frame, Grey8, Image, Need
from visionlab.core.operation import Catalogue, operation
from visionlab.core.pipeline import Pipeline, Run, Runner, Stage, StageError, Step
from visionlab.core.result import Result
from visionlab.runtime.progress import Working
from visionlab.ui import theme
from visionlab.ui.card_list import OPERATION_MIME, STEP_MIME, CardList
from visionlab.ui.parts import ElidedLabel
from visionlab.ui.step_card import StepCard, milliseconds
from visionlab.ui.steps_panel import StepsPanel

LEFT = Qt.MouseButton.LeftButton
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@operation("To grey", group="Test", opencv="cv2.cvtColor", mends={Need.GREY: {}})
def to_grey(image: Image) -> Result:
    """Take the first channel."""
    return Result(np.ascontiguousarray(image[..., 0]))


@operation("Needs grey", group="Test")
def needs_grey(image: Grey8) -> Result:
    """Do nothing."""
    return Result(image)


@operation("Nothing", group="Test")
def nothing(image: Image) -> Result:
    """Do nothing."""
    return Result(image)


CATALOGUE = Catalogue({op.id: op for op in (to_grey, needs_grey, nothing)})
FRAME = Frame(np.zeros((4, 4, 3), np.uint8))
THREE = Pipeline((Step.of(nothing), Step.of(to_grey), Step.of(needs_grey)))


@pytest.fixture
def panel(qtbot):
    theme.apply()
    panel = StepsPanel(CATALOGUE)
    panel.resize(280, 400)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    panel.set_pipeline(THREE)
    panel.set_selected(1)
    QApplication.processEvents()
    yield panel
    shiboken6.delete(panel)


@pytest.fixture
def wishes(panel):
    """What the panel asks for: (signal, *arguments)."""
    told = []
    for name in ("selected", "toggled", "moved", "duplicated", "removed", "mendRequested"):
        getattr(panel, name).connect(lambda *a, name=name: told.append((name, *a)))
    for name in ("addRequested", "operationDropped", "viewRequested"):
        getattr(panel, name).connect(lambda *a, name=name: told.append((name, *a)))
    return told


def card_list(panel):
    return panel.findChild(CardList)


def cards(panel):
    steps = card_list(panel)
    return [steps.itemWidget(steps.item(i)) for i in range(steps.count())]


def texts(card):
    return [label.text() for label in card.findChildren(QLabel) if label.isVisible()]


def names(card):
    """Return title and OpenCV name."""
    return [label.text() for label in card.findChildren(ElidedLabel)]


def time_label(card):
    return card.findChildren(QLabel)[0]


def total(panel):
    (label,) = [label for label in panel.findChildren(QLabel) if label.parent() is panel]
    return label.text()


def timed(pipeline, *times):
    stages = [
        Stage(s, Result(FRAME.image), ms) for s, ms in zip(pipeline.steps, times, strict=True)
    ]
    return Run(FRAME, pipeline, tuple(stages))


def test_cards_show_the_steps_in_order(panel):
    assert [names(card)[0] for card in cards(panel)] == [
        "1  Nothing",
        "2  To grey",
        "3  Needs grey",
    ]
    assert names(cards(panel)[1])[1] == "cv2.cvtColor"
    assert total(panel) == "3 steps"


def test_times_and_total(panel):
    panel.set_run(timed(THREE, 0.236, 2.04, 123.4))
    assert [texts(card)[-1] for card in cards(panel)] == ["0.24 ms", "2.0 ms", "123 ms"]
    assert total(panel) == "3 steps, 126 ms"
    panel.set_pipeline(Pipeline(THREE.steps[:1]))
    assert total(panel).startswith("1 step,")


def test_the_step_at_work_shows_its_seconds_in_place_of_its_time(panel):
    panel.set_run(timed(THREE, 1, 2, 3))
    panel.set_working(Working(1, THREE.steps[1], 1.2))
    card = cards(panel)[1]
    time = time_label(card)
    assert [time_label(c).text() for c in cards(panel)] == ["1.0 ms", "1.2 s …", "3.0 ms"]
    assert time.palette().color(time.foregroundRole()) == theme.colour("accent")
    assert time.sizeHint().width() <= time.width()
    assert "1.2 s" in card.summary()
    panel.set_working(Working(1, THREE.steps[0], 1.3))  # of steps that are not shown any more
    assert time.text() == "2.0 ms"
    panel.set_working(Working(1, THREE.steps[1], 1234.5))
    assert time.sizeHint().width() <= time.width()
    panel.set_working(None)
    assert time.text() == "2.0 ms"
    assert time.palette().color(time.foregroundRole()) == theme.colour("text")


@pytest.mark.parametrize(
    ("ms", "text"),
    [(0.0, "0.00"), (0.999, "1.00"), (9.94, "9.9"), (99.94, "99.9"), (1234.4, "1234")],
)
def test_times_have_the_digits_that_matter(ms, text):
    assert milliseconds(ms) == text


def test_off_and_not_run_have_a_dash(panel):
    off = THREE.replace(0, replace(THREE.steps[0], enabled=False))
    panel.set_pipeline(off)
    panel.set_run(Runner(CATALOGUE).run(FRAME, off))
    assert texts(cards(panel)[0]) == ["\N{EN DASH}"]
    assert not cards(panel)[0].findChild(QCheckBox).isChecked()
    assert texts(cards(panel)[1])[0].endswith(" ms")


def test_frequent_runs_are_written_at_most_five_times_a_second(panel, qtbot):
    time = time_label(cards(panel)[0])
    panel.set_run(timed(THREE, 1, 1, 1))
    for ms in range(2, 40):
        panel.set_run(timed(THREE, ms, 1, 1))
        assert time.text() == "1.0 ms"
    qtbot.waitUntil(lambda: time.text() == "39.0 ms", timeout=1000)


def test_an_error_is_told_and_can_be_mended(panel, wishes, qtbot):
    broken = Pipeline((Step.of(nothing), Step.of(needs_grey), Step.of(nothing)))
    panel.set_pipeline(broken)
    before = card_list(panel).visualItemRect(card_list(panel).item(1)).height()
    panel.set_run(Runner(CATALOGUE).run(FRAME, broken))
    QApplication.processEvents()
    card = cards(panel)[1]
    assert texts(card)[1] == "Needs grey needs one channel; this picture has three."
    error = card.findChildren(QLabel)[1]
    assert error.palette().color(error.foregroundRole()) == theme.colour("error")
    assert error.height() >= error.heightForWidth(error.width())
    assert card_list(panel).visualItemRect(card_list(panel).item(1)).height() > before
    button = card.findChild(QPushButton)
    assert "To grey" in button.text()
    qtbot.mouseClick(button, LEFT)
    assert wishes == [("mendRequested", 1)]
    panel.set_pipeline(THREE)
    assert not button.isVisible()


def test_a_long_error_wraps_in_a_narrow_panel(panel):
    message = "Something that takes a whole sentence to explain was expected here. " * 3
    error = StageError(message.strip())
    panel.set_run(Run(FRAME, THREE, (Stage(THREE.steps[0], error=error),)))
    for width in (240, 320):
        panel.resize(width, 400)
        QApplication.processEvents()
        card = cards(panel)[0]
        assert card.width() <= card_list(panel).viewport().width()
        label = card.findChildren(QLabel)[1]
        assert label.text() == error.message
        assert label.height() >= label.heightForWidth(label.width())


def test_the_cards_become_narrower_with_the_panel(panel):
    for width in (320, 240, 200):
        panel.resize(width, 400)
        QApplication.processEvents()
        room = card_list(panel).viewport().width()
        assert [card.width() for card in cards(panel)] == [room] * 3


def test_a_run_of_other_steps_is_not_mistaken_for_these(panel):
    panel.set_run(timed(THREE.move(0, 2), 1, 2, 3))
    assert [texts(card)[-1] for card in cards(panel)] == ["\N{EN DASH}"] * 3


def test_changed_values_keep_the_cards(panel, qtbot):
    first = cards(panel)
    panel.set_pipeline(THREE.replace(0, Step.of(nothing)))
    panel.set_pipeline(THREE.move(0, 2))
    assert cards(panel) == first
    panel.set_pipeline(Pipeline())
    panel.set_pipeline(THREE)
    qtbot.waitUntil(lambda: len(panel.findChildren(StepCard)) == 3)


# Keys


@pytest.mark.parametrize(
    ("key", "modifier", "wish"),
    [
        (Qt.Key.Key_Delete, None, ("removed", 1)),
        (Qt.Key.Key_Backspace, None, ("removed", 1)),
        (Qt.Key.Key_Space, None, ("toggled", 1, False)),
        (Qt.Key.Key_D, CTRL, ("duplicated", 1)),
        (Qt.Key.Key_Up, ALT, ("moved", 1, 0)),
        (Qt.Key.Key_Down, ALT, ("moved", 1, 2)),
        (Qt.Key.Key_Up, None, ("selected", 0)),
        (Qt.Key.Key_Down, None, ("selected", 2)),
    ],
)
def test_keys(panel, wishes, qtbot, key, modifier, wish):
    panel.setFocus()
    qtbot.keyClick(card_list(panel), key, modifier or Qt.KeyboardModifier.NoModifier)
    assert wishes == [wish]


def test_steps_do_not_move_past_the_ends(panel, wishes, qtbot):
    panel.set_selected(0)
    qtbot.keyClick(card_list(panel), Qt.Key.Key_Up, ALT)
    panel.set_selected(2)
    qtbot.keyClick(card_list(panel), Qt.Key.Key_Down, ALT)
    assert wishes == []


def test_tab_reaches_the_selected_cards_buttons(panel, wishes, qtbot):
    panel.setFocus()
    reached = []
    for _ in range(3):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.append(QApplication.focusWidget())
    card = cards(panel)[1]
    assert reached == [card.findChild(QCheckBox), *card.findChildren(QToolButton)]
    qtbot.keyClick(reached[1], Qt.Key.Key_Space)
    assert wishes == [("duplicated", 1)]


def test_focus_stays_in_the_list_when_its_card_goes(panel, qtbot):
    for count in (1, 0):
        panel.set_selected(count)
        cards(panel)[count].findChild(QToolButton).setFocus()
        panel.set_pipeline(Pipeline(THREE.steps[:count]))
        assert QApplication.focusWidget() is card_list(panel)


# Mouse


def test_clicks(panel, wishes, qtbot):
    card = cards(panel)[2]
    qtbot.mouseClick(card.findChild(QCheckBox), LEFT)
    assert wishes == [("toggled", 2, False)]
    rect = card_list(panel).visualItemRect(card_list(panel).item(0))
    qtbot.mouseClick(card_list(panel).viewport(), LEFT, pos=rect.center())
    assert wishes[1:] == [("selected", 0)]
    duplicate, remove = cards(panel)[0].findChildren(QToolButton)
    qtbot.mouseClick(duplicate, LEFT)
    qtbot.mouseClick(remove, LEFT)
    assert wishes[2:] == [("duplicated", 0), ("removed", 0)]


def test_buttons_appear_on_hover_and_selection(panel):
    def shown():
        return [card.findChild(QToolButton).isVisible() for card in cards(panel)]

    for card in cards(panel):
        QApplication.sendEvent(card, QEvent(QEvent.Type.Leave))
    assert shown() == [False, True, False]
    at = QPointF(5, 5)
    QApplication.sendEvent(cards(panel)[2], QEnterEvent(at, at, at))
    assert shown() == [False, True, True]


def test_selecting_from_outside_tells_nothing(panel, wishes):
    panel.set_selected(2)
    panel.set_selected(-1)
    panel.set_pipeline(Pipeline(THREE.steps[:1]))
    assert wishes == []


def test_menu_commands(panel, wishes):
    menu = card_list(panel).menu()
    names = [action.data() for action in menu.actions() if not action.isSeparator()]
    for name in names:
        card_list(panel).command.emit(name, 1)
    assert wishes == [
        ("viewRequested", 1),
        ("toggled", 1, False),
        ("moved", 1, 0),
        ("moved", 1, 2),
        ("duplicated", 1),
        ("removed", 1),
    ]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_right_click_opens_the_menu_for_the_step_under_the_mouse(panel, wishes, qtbot):
    def choose_view():
        menu = QApplication.activePopupWidget()
        menu.setActiveAction(menu.actions()[0])
        qtbot.keyClick(menu, Qt.Key.Key_Return)

    at = card_list(panel).visualItemRect(card_list(panel).item(2)).center()
    place = card_list(panel).viewport().mapToGlobal(at)
    QTimer.singleShot(0, choose_view)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, place)
    QApplication.sendEvent(card_list(panel).viewport(), event)
    assert wishes == [("selected", 2), ("viewRequested", 2)]


def dropped(panel, mime_type, content, y):
    mime = QMimeData()
    mime.setData(mime_type, content)
    copy = Qt.DropAction.CopyAction
    event = QDropEvent(QPointF(50, y), copy, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    card_list(panel).dropEvent(event)
    return event.isAccepted()


@pytest.mark.parametrize(
    ("row", "before", "wish"),
    [(0, 3, [("moved", 0, 2)]), (2, 0, [("moved", 2, 0)]), (0, 2, [("moved", 0, 1)]), (1, 2, [])],
)
def test_a_dropped_card_moves_its_step(panel, wishes, monkeypatch, row, before, wish):
    """The way of the mouse is the platform's; here is what the drop at its end means."""
    steps = card_list(panel)
    rects = [steps.visualItemRect(steps.item(i)) for i in range(3)]
    y = rects[before].top() + 2 if before < 3 else rects[2].bottom() - 2
    taken = []
    monkeypatch.setattr(QDrag, "exec", lambda *_: taken.append(dropped(panel, STEP_MIME, b"", y)))
    panel.set_selected(row)
    steps.startDrag(Qt.DropAction.MoveAction)
    assert taken == [True]
    assert wishes == wish


def test_a_card_of_another_window_is_refused(panel, wishes):
    assert not dropped(panel, STEP_MIME, b"", 10)
    assert wishes == []


@pytest.mark.parametrize(("y", "row"), [(2, 0), (60, 1), (390, 3)])
def test_a_dropped_operation_goes_where_it_is_dropped(panel, wishes, y, row):
    assert dropped(panel, OPERATION_MIME, b"nothing", y)
    assert wishes == [("operationDropped", "nothing", row)]


def test_foreign_drops_are_refused(panel, wishes):
    assert not dropped(panel, "text/plain", b"words", 20)
    assert wishes == []


def test_empty_panel_says_what_to_do_and_takes_drops(panel, wishes, qtbot):
    panel.set_pipeline(Pipeline())
    hint = "No steps yet. Double-click an operation to add it."
    assert card_list(panel).accessibleDescription() == hint
    picture = card_list(panel).grab().toImage()
    ground = theme.colour("base").rgb()
    assert any(
        picture.pixel(x, y) != ground for x in range(picture.width()) for y in range(150, 250)
    )
    assert card_list(panel).drop_row(QPoint(10, 100)) == 0
    qtbot.mouseClick(panel.findChild(QToolButton), LEFT)
    assert wishes == [("addRequested",)]


def test_cards_are_told_in_words(panel):
    panel.set_run(timed(THREE, 1.25, 2, 3))
    item = card_list(panel).item(0)
    assert item.data(Qt.ItemDataRole.AccessibleTextRole) == "1  Nothing, on, 1.2 ms"
