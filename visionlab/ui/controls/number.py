"""The control of a whole or real number: a slider and a typed value."""

from typing import Any

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from visionlab.core.params import FloatKind, IntKind, Param
from visionlab.ui import theme
from visionlab.ui.controls.base import Control
from visionlab.ui.controls.field import Field
from visionlab.ui.controls.limits import Limits
from visionlab.ui.controls.slider import Slider


class NumberControl(Control):
    """A slider and the number beside it."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        kind = param.kind
        assert isinstance(kind, IntKind | FloatKind)
        self._limits = Limits(kind.range, whole=isinstance(kind, IntKind))
        self._scale = self._limits.scale
        self._slider = Slider(self._scale.positions, self._scale.origin)
        self._field = Field(self._scale, kind.range.unit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GRID)
        row.addWidget(self._slider, 1)
        row.addWidget(self._field)
        self._name(self._slider)
        self._name(self._field)
        self.setFocusProxy(self._slider)
        self._show(param.default)
        self._limits.changed.connect(self._set_limits)
        self._slider.sliderPressed.connect(self._press)
        self._slider.valueChanged.connect(self._slide)
        self._slider.sliderReleased.connect(self._release)
        self._slider.stepped.connect(self._field.stepBy)
        self._field.valueChanged.connect(self._type)
        self._field.editingFinished.connect(self.finish)

    def _show(self, value: Any) -> None:
        with QSignalBlocker(self._slider), QSignalBlocker(self._field):
            self._slider.setValue(self._scale.position(self._scale.snap(value)))
            self._field.setValue(value)

    def limits(self) -> Limits:
        """Return the ends of the slider."""
        return self._limits

    @Slot(float, float)
    def _set_limits(self, low: float, high: float) -> None:
        """Let the slider lead from `low` to `high`; any value may still be typed."""
        self._scale = self._limits.scale.between(low, high)
        with QSignalBlocker(self._slider):
            self._slider.set_positions(self._scale.positions, self._scale.origin)
        self._show(self._value)

    @Slot(int)
    def _slide(self, position: int) -> None:
        value = self._scale.value(position)
        with QSignalBlocker(self._field):
            self._field.setValue(value)
        self._edit(value)

    @Slot(float)
    def _type(self, number: float) -> None:
        value = self._limits.scale.snap(number)
        self._show(value)
        self._edit(value)
