"""The control of a choice: joined buttons for a few short words, a list for more."""

from typing import Any

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Slot
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from visionlab.core.params import ChoiceKind, Param
from visionlab.ui.controls.base import Control

_MOST_SEGMENTS = 3
_MOST_LETTERS = 24


def shown(word: str) -> str:
    """Return a choice as it is shown: capitalised, but a single letter (x, y) as it is."""
    words = word.replace("_", " ")
    return words if len(words) == 1 else words[:1].upper() + words[1:]


def choice_control(param: Param, parent: QWidget | None = None) -> Control:
    """Return joined buttons where they fit, or else a list."""
    assert isinstance(param.kind, ChoiceKind)
    choices = param.kind.choices
    few = len(choices) <= _MOST_SEGMENTS and sum(map(len, choices)) <= _MOST_LETTERS
    return SegmentControl(param, parent) if few else ListControl(param, parent)


class Segment(QToolButton):
    """One of the joined buttons."""


class SegmentControl(Control):
    """Two or three joined buttons, one of them down."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        assert isinstance(param.kind, ChoiceKind)
        self._choices = param.kind.choices
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 0, 0, 0)
        row.setSpacing(0)
        for index, word in enumerate(self._choices):
            button = Segment()
            button.setText(shown(word))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._name(button, shown(word))
            self._group.addButton(button, index)
            row.addWidget(button)
        self._show(param.default)
        self._group.idToggled.connect(self._toggle)

    def _show(self, value: Any) -> None:
        button = self._group.button(self._choices.index(value))
        with QSignalBlocker(self._group):
            button.setChecked(True)
        self.setFocusProxy(button)

    @Slot(int, bool)
    def _toggle(self, index: int, on: bool) -> None:
        if on:
            self.setFocusProxy(self._group.button(index))
            self._edit_once(self._choices[index])


class _Combo(QComboBox):
    def event(self, event: QEvent) -> bool:
        """Keep letters from the window's commands: they choose an entry."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier,
            )  # fmt: skip
            if plain and event.text().isalnum():
                event.accept()
                return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ListControl(Control):
    """A drop-down list."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        assert isinstance(param.kind, ChoiceKind)
        self._choices = param.kind.choices
        self._combo = _Combo()
        self._combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._combo.setMinimumContentsLength(8)
        self._combo.addItems([shown(word) for word in self._choices])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._combo)
        self._name(self._combo)
        self.setFocusProxy(self._combo)
        self._show(param.default)
        self._combo.currentIndexChanged.connect(self._choose)

    def _show(self, value: Any) -> None:
        with QSignalBlocker(self._combo):
            self._combo.setCurrentIndex(self._choices.index(value))

    @Slot(int)
    def _choose(self, index: int) -> None:
        self._edit(self._choices[index])
