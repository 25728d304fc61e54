"""The controls of a lower and an upper number, and of a colour range: three such pairs."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from visionlab.core.params import ColourRangeKind, IntervalKind, Param, Range
from visionlab.ui import theme
from visionlab.ui.controls.base import Control
from visionlab.ui.controls.field import Field
from visionlab.ui.controls.limits import Limits
from visionlab.ui.controls.scale import Scale
from visionlab.ui.controls.slider import RangeSlider
from visionlab.ui.parts import IconButton


class PairRow(QWidget):
    """Low number, slider with two handles, high number. One number pushes the other, unless
    `set_wrap` lets low exceed high, which means the values outside.
    """

    changed = Signal()
    pressed = Signal()
    released = Signal()
    committed = Signal()

    def __init__(self, scale: Scale) -> None:
        super().__init__()
        self._scale = self._whole = scale
        self._pair = (scale.low, scale.high)
        self.low, self.high = Field(scale), Field(scale)
        self.slider = RangeSlider(scale.positions)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GRID // 2)
        row.addWidget(self.low)
        row.addWidget(self.slider, 1)
        row.addWidget(self.high)
        self.slider.pressed.connect(self.pressed)
        self.slider.moved.connect(self._slide)
        self.slider.released.connect(self.released)
        self.slider.stepped.connect(self._step)
        self.low.valueChanged.connect(self._type_low)
        self.high.valueChanged.connect(self._type_high)
        self.low.editingFinished.connect(self.committed)
        self.high.editingFinished.connect(self.committed)

    def set_wrap(self, wrap: bool) -> None:
        """Say whether low may exceed high."""
        self.slider.wrap = wrap
        self.slider.update()

    def pair(self) -> tuple[float, float]:
        """Return the low and the high number."""
        return self._pair

    def set_pair(self, low: float, high: float) -> None:
        """Show two numbers, without a signal."""
        self._pair = (low, high)
        with QSignalBlocker(self.low), QSignalBlocker(self.high):
            self.low.setValue(low)
            self.high.setValue(high)
        self.slider.set_places(*(self._scale.position(self._scale.snap(v)) for v in self._pair))

    def set_limits(self, low: float, high: float) -> None:
        """Let the slider lead from `low` to `high`; any number may still be typed."""
        self._scale = self._whole.between(low, high)
        self.slider.set_positions(self._scale.positions)
        self.set_pair(*self._pair)

    @Slot(int, int)
    def _slide(self, handle: int, position: int) -> None:
        value = self._scale.value(position)
        low, high = self._pair
        if not self.slider.wrap:
            value = min(value, high) if handle == 0 else max(value, low)
        self.set_pair(*((value, high) if handle == 0 else (low, value)))
        self.changed.emit()

    @Slot(int, int)
    def _step(self, handle: int, steps: int) -> None:
        (self.low, self.high)[handle].stepBy(steps)

    @Slot(float)
    def _type_low(self, low: float) -> None:
        high = self._pair[1]
        self.set_pair(low, high if self.slider.wrap else max(low, high))
        self.changed.emit()

    @Slot(float)
    def _type_high(self, high: float) -> None:
        low = self._pair[0]
        self.set_pair(low if self.slider.wrap else min(low, high), high)
        self.changed.emit()


class IntervalControl(Control):
    """A pair of numbers, the lower first."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        assert isinstance(param.kind, IntervalKind)
        self._limits = Limits(param.kind.range, whole=False)
        self._row = PairRow(self._limits.scale)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._row)
        self._name(self._row.low, self.tr("low"))
        self._name(self._row.slider)
        self._name(self._row.high, self.tr("high"))
        self.setFocusProxy(self._row.slider)
        self._show(param.default)
        self._limits.changed.connect(self._row.set_limits)
        self._row.pressed.connect(self._press)
        self._row.changed.connect(self._take)
        self._row.released.connect(self._release)
        self._row.committed.connect(self.finish)

    def limits(self) -> Limits:
        """Return the ends of the slider."""
        return self._limits

    def _show(self, value: Any) -> None:
        self._row.set_pair(*value)

    @Slot()
    def _take(self) -> None:
        self._edit(self._row.pair())


class ColourRangeControl(Control):
    """Three pairs of numbers, one for each channel, and a picker.

    Signals
    -------
    pickRequested(str, str)
        The person wants to take the range from the picture: parameter, named view.
    """

    pickRequested = Signal(str, str)

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        assert isinstance(param.kind, ColourRangeKind)
        self._channels = param.kind.channels
        self._names: tuple[str, ...] = ()
        scale = Scale.of(Range(0, self._channels.max))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.GRID // 2)
        grid.setVerticalSpacing(theme.GRID // 2)
        grid.setColumnStretch(1, 1)
        self._rows = tuple(PairRow(scale) for _ in range(3))
        self._labels = tuple(QLabel() for _ in range(3))
        for number, (label, row) in enumerate(zip(self._labels, self._rows, strict=True)):
            label.setProperty("role", "muted")
            grid.addWidget(label, number, 0)
            grid.addWidget(row, number, 1)
            row.pressed.connect(self._press)
            row.changed.connect(self._take)
            row.released.connect(self._release)
            row.committed.connect(self.finish)
        pick = IconButton(
            "eyedropper",
            self.tr("Click on the picture to take its colour"),
            text=self.tr("Pick from picture"),
        )
        pick.setAutoRaise(False)
        grid.addWidget(pick, 3, 0, 1, 2)
        pick.clicked.connect(self._ask)
        self.setFocusProxy(self._rows[0].slider)
        self._call_channels(("1", "2", "3"), wrap="123")
        self._show(param.default)

    def set_context(self, values: Mapping[str, Any]) -> None:
        """Call the channels by the names of the chosen colour space; hue is a circle."""
        names = self._channels.names.get(values.get(self._channels.by, ""))
        if names and names != self._names:
            self._call_channels(names, wrap="H")

    def _call_channels(self, names: tuple[str, str, str], wrap: str) -> None:
        self._names = names
        for label, row, name in zip(self._labels, self._rows, names, strict=True):
            label.setText(name)
            row.set_wrap(name in wrap)
            self._name(row.low, self.tr("{0} low").format(name))
            self._name(row.slider, name)
            self._name(row.high, self.tr("{0} high").format(name))

    def _show(self, value: Any) -> None:
        for row, low, high in zip(self._rows, *value, strict=True):
            row.set_pair(low, high)

    @Slot()
    def _take(self) -> None:
        lows, highs = zip(*(row.pair() for row in self._rows), strict=True)
        self._edit((lows, highs))

    @Slot()
    def _ask(self) -> None:
        self.pickRequested.emit(self.param.name, self._channels.view)
