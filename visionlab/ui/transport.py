"""The bar that plays videos, steps through pages and steers live sources."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QToolButton,
    QWidget,
)

from visionlab.core.source import SourceKind
from visionlab.sources import RATES, SIZES
from visionlab.ui import theme
from visionlab.ui.numbers import clock
from visionlab.ui.parts import ElidedLabel, IconButton, MenuButton, asks_page, fixed_digits

SPEEDS = (0.25, 0.5, 1.0, 1.5, 2.0, 4.0)
SEEK_MS = 40
"""While the slider is dragged, at most one seek in this many milliseconds."""
_TIME_FROM = 560
"""Width from which the time stands beside the frame number."""


class TransportBar(QWidget):
    """Buttons, a slider and numbers; each kind of source sees only what it can use.

    The bar shows what it is told and asks for the rest: a click on play emits `playToggled`, and
    `set_playing` changes the button.

    Signals
    -------
    playToggled(bool), loopToggled(bool), mirrorToggled(bool), freezeToggled(bool)
        The state that the person wants.
    seekRequested(int)
        Frame or page, from 0.
    stepRequested(int)
        1 or -1.
    speedChanged(float)
        1 is normal speed.
    sizeRequested((width, height))
        A size for the live picture.
    rateRequested(float)
        Frames a second of the test camera; 0 is as many as can be.
    """

    playToggled = Signal(bool)
    seekRequested = Signal(int)
    stepRequested = Signal(int)
    loopToggled = Signal(bool)
    speedChanged = Signal(float)
    mirrorToggled = Signal(bool)
    freezeToggled = Signal(bool)
    sizeRequested = Signal(object)
    rateRequested = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind: SourceKind = "still"
        self._count = 1
        self._fps = 0.0
        self._index = 0
        self._playing = False
        self._wanted: int | None = None
        self._seek_pause = QTimer(self)
        self._seek_pause.setSingleShot(True)
        self._seek_pause.setInterval(SEEK_MS)
        self._seek_pause.timeout.connect(self._seek_to_wanted)
        self._make_playing_parts()
        self._make_live_parts()
        self._arrange()
        self.set_source("still", 1, 0.0, "", False)

    def _make_playing_parts(self) -> None:
        self.first = IconButton("skip-back", self.tr("First frame"))
        self.first.clicked.connect(self._go_first)
        self.previous = IconButton("caret-left", self.tr("Previous frame"))
        self.previous.setAutoRepeat(True)
        self.previous.clicked.connect(self._go_back)
        self.play = IconButton("play", self.tr("Play"))
        self.play.clicked.connect(self._toggle_play)
        self.next = IconButton("caret-right", self.tr("Next frame"))
        self.next.setAutoRepeat(True)
        self.next.clicked.connect(self._go_on)
        self.slider = _JumpSlider(Qt.Orientation.Horizontal)
        self.slider.setMinimumWidth(10 * theme.GRID)
        self.slider.setAccessibleName(self.tr("Position"))
        self.slider.valueChanged.connect(self._on_slider)
        self.slider.sliderReleased.connect(self._seek_to_wanted)
        self.position = ElidedLabel()
        self.time = ElidedLabel()
        for label in (self.position, self.time):
            label.setFont(fixed_digits(self.font()))
        self.loop = IconButton("repeat", self.tr("Start again at the end"))
        self.loop.setCheckable(True)
        self.loop.toggled.connect(self.loopToggled)
        self.speed = MenuButton("", self.tr("Speed"), _times(1.0))
        _fill(self.speed.items, [(_times(s), s) for s in SPEEDS])
        self.speed.items.triggered.connect(self._choose_speed)

    def _make_live_parts(self) -> None:
        self.freeze = IconButton(
            "snowflake", self.tr("Hold the present picture (F)"), text=self.tr("Freeze")
        )
        self.freeze.setCheckable(True)
        self.freeze.toggled.connect(self.freezeToggled)
        self.mirror = IconButton(
            "arrows-left-right", self.tr("Flip left and right, like a mirror (M)"),
            text=self.tr("Mirror"),
        )  # fmt: skip
        self.mirror.setCheckable(True)
        self.mirror.toggled.connect(self.mirrorToggled)
        self.size_menu = MenuButton("", self.tr("Size of the live picture"), self.tr("Size"))
        _fill(self.size_menu.items, [(f"{w} x {h}", (w, h)) for w, h in SIZES])
        self.size_menu.items.triggered.connect(self._choose_size)
        self.rate_menu = MenuButton("", self.tr("Frames a second"), self.tr("Rate"))
        _fill(self.rate_menu.items, [(self._rate_name(rate), rate) for rate in RATES])
        self.rate_menu.items.triggered.connect(self._choose_rate)

    def _arrange(self) -> None:
        self._playing_parts = (self.play, self.loop, self.speed)
        self._paging_parts = (self.first, self.previous, self.next, self.position)
        self._live_parts = (self.freeze, self.mirror, self.size_menu, self.rate_menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GRID, theme.GRID // 2, theme.GRID, theme.GRID // 2)
        row.setSpacing(theme.GRID // 2)
        for widget in (self.first, self.previous, self.play, self.next):
            row.addWidget(widget)
        row.addWidget(self.slider, 1)
        row.addSpacing(theme.GRID // 2)
        row.addWidget(self.position)
        row.addWidget(self.time)
        for widget in (self.loop, self.speed, *self._live_parts):
            row.addWidget(widget)
        row.addStretch()

    # What is shown

    def set_source(
        self, kind: SourceKind, count: int, fps: float, title: str, mirror: bool
    ) -> None:
        """Show what suits a source; see `visionlab.core.source.Source` for the values.

        A still of one page needs nothing: the bar hides itself. The speed is normal again.
        """
        self._kind, self._count, self._fps = kind, count, fps
        moving = kind == "video" or (kind == "still" and fps > 0 and count > 1)
        paging = moving or (kind == "still" and count > 1)
        for widgets, visible in (
            (self._playing_parts, moving),
            (self._paging_parts, paging),
            ((self.slider,), paging and count > 1),
            (self._live_parts, kind == "live"),
        ):
            for widget in widgets:
                widget.setVisible(visible)
        self.setVisible(paging or kind == "live")
        self.setAccessibleName(self.tr("Playing {0}").format(title))
        self._show_page_words(moving)
        self._seek_pause.stop()
        self._wanted = None
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(0, count - 1))
        self.slider.setPageStep(max(1, count // 20))
        self.slider.blockSignals(False)
        most = str(max(count, 999))
        self.position.reserve(f"{most} / {most}")
        whole = clock(count / fps) if fps > 0 else ""
        self.time.reserve(f"{whole} / {whole}" if whole else "")
        self.set_mirror(mirror)
        self.set_speed(1.0)
        self.set_position(0)

    def _show_page_words(self, moving: bool) -> None:
        if moving:
            tips = (self.tr("First frame"), self.tr("Previous frame"), self.tr("Next frame"))
        else:
            tips = (self.tr("First page"), self.tr("Previous page"), self.tr("Next page"))
        for button, tip in zip((self.first, self.previous, self.next), tips, strict=True):
            button.setToolTip(tip)
            button.setAccessibleName(tip)

    def set_position(self, index: int) -> None:
        """Show that frame or page `index`, from 0, is on the screen."""
        if self._count > 0:
            index = min(index, self._count - 1)
        self._index = index
        if not self.slider.isSliderDown() and self._wanted is None:
            self.slider.blockSignals(True)
            self.slider.setValue(index)
            self.slider.blockSignals(False)
            self._show_numbers(index)
        self.first.setEnabled(index > 0)
        self.previous.setEnabled(index > 0)
        self.next.setEnabled(self._count <= 0 or index < self._count - 1)

    def _show_numbers(self, index: int) -> None:
        self.position.setText(f"{index + 1} / {self._count}" if self._count > 0 else f"{index + 1}")
        if self._fps > 0:
            now = clock(index / self._fps)
            whole = clock(self._count / self._fps)
            self.time.setText(f"{now} / {whole}" if self._count > 0 else now)
        self._show_time()

    def _show_time(self) -> None:
        wanted = self._fps > 0 and self.play.isVisibleTo(self)
        self.time.setVisible(wanted and self.width() >= _TIME_FROM)

    def set_playing(self, playing: bool) -> None:
        """Show whether the source plays."""
        if playing != self._playing:
            self._playing = playing
            if playing:
                self.play.set_icon("pause", self.tr("Pause"))
            else:
                self.play.set_icon("play", self.tr("Play"))

    def set_mirror(self, on: bool) -> None:
        """Show whether the live picture is mirrored. Emits no signal."""
        _check_quietly(self.mirror, on)

    def set_frozen(self, on: bool) -> None:
        """Show whether the live picture is held. Emits no signal."""
        _check_quietly(self.freeze, on)

    def set_loop(self, on: bool) -> None:
        """Show whether the video starts again at its end. Emits no signal."""
        _check_quietly(self.loop, on)

    def set_speed(self, speed: float) -> None:
        """Show the speed. Emits no signal."""
        self.speed.set_text(_times(speed))
        for action in self.speed.items.actions():
            action.setChecked(action.data() == speed)

    def set_size(self, width: int, height: int) -> None:
        """Show the live picture's size. Emits no signal."""
        self.size_menu.set_text(f"{width} x {height}")
        for action in self.size_menu.items.actions():
            action.setChecked(tuple(action.data()) == (width, height))

    def set_rate(self, fps: float) -> None:
        """Show the test camera's frames a second. Emits no signal."""
        self.rate_menu.set_text(self._rate_name(fps))
        for action in self.rate_menu.items.actions():
            action.setChecked(action.data() == fps)

    def _rate_name(self, fps: float) -> str:
        return self.tr("{0} fps").format(f"{fps:g}") if fps else self.tr("Unlimited fps")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the time out where there is little room."""
        super().resizeEvent(event)
        self._show_time()

    # What is wanted

    @Slot()
    def _go_first(self) -> None:
        self.seekRequested.emit(0)

    @Slot()
    def _go_back(self) -> None:
        self.stepRequested.emit(-1)

    @Slot()
    def _go_on(self) -> None:
        self.stepRequested.emit(1)

    @Slot()
    def _toggle_play(self) -> None:
        self.playToggled.emit(not self._playing)

    @Slot(int)
    def _on_slider(self, value: int) -> None:
        self._show_numbers(value)
        self._wanted = value
        if not self._seek_pause.isActive():
            self._seek_to_wanted()

    @Slot()
    def _seek_to_wanted(self) -> None:
        if self._wanted is not None:
            self.seekRequested.emit(self._wanted)
            self._wanted = None
            self._seek_pause.start()

    @Slot(QAction)
    def _choose_speed(self, action: QAction) -> None:
        self.speed.set_text(_times(action.data()))
        self.speedChanged.emit(action.data())

    @Slot(QAction)
    def _choose_size(self, action: QAction) -> None:
        self.sizeRequested.emit(tuple(action.data()))

    @Slot(QAction)
    def _choose_rate(self, action: QAction) -> None:
        self.rateRequested.emit(action.data())


def _times(speed: float) -> str:
    return f"{speed:g}x"


def _fill(menu: QMenu, choices: Sequence[tuple[str, object]]) -> None:
    """Add alternatives, of which one is checked, to `menu`."""
    group = QActionGroup(menu)
    for text, value in choices:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setData(value)
        group.addAction(action)


def _check_quietly(button: QToolButton, on: bool) -> None:
    button.blockSignals(True)
    button.setChecked(on)
    button.blockSignals(False)
    button.update()


class _JumpSlider(QSlider):
    """A slider whose groove takes the handle to where it is pressed."""

    def event(self, event: QEvent) -> bool:
        """Keep the page keys from the window."""
        if asks_page(event):
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        style, control = self.style(), QStyle.ComplexControl.CC_Slider
        handle = style.subControlRect(control, option, QStyle.SubControl.SC_SliderHandle, self)
        if event.button() == Qt.MouseButton.LeftButton and not handle.contains(
            event.position().toPoint()
        ):
            half = handle.width() // 2
            span = self.width() - handle.width()
            self.setValue(
                QStyle.sliderValueFromPosition(
                    self.minimum(), self.maximum(), int(event.position().x()) - half, span
                )
            )
        super().mousePressEvent(event)
