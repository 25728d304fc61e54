"""The page that asks whether a heatmap is true: verdict, curves, randomised weights, noise."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QWidget,
)

from visionlab.deep.explain import catalogue
from visionlab.runtime.truth import Truth
from visionlab.ui import theme
from visionlab.ui.parts import WrappedLabel
from visionlab.ui.truth_parts import CurvesPart, MapsPart, column_of, heading


class TruthPage(QScrollArea):
    """Starts the check of the map that is shown, and tells its findings.

    Signals
    -------
    checkRequested, stopRequested
    """

    checkRequested = Signal()
    stopRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.check = QPushButton(self.tr("Check This Map"))
        self.check.clicked.connect(self.checkRequested)
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.clicked.connect(self.stopRequested)
        self.note = WrappedLabel(role="muted")
        self.about = WrappedLabel(
            self.tr(
                "Measures on the network itself whether this map can be believed. It takes about "
                "twelve times as long as the map, and some seconds."
            ),
            role="muted",
        )
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(theme.GRID // 2)
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName(self.tr("Progress of the check"))
        self.verdict = WrappedLabel()
        bold = self.verdict.font()
        bold.setBold(True)
        self.verdict.setFont(bold)
        self.of = WrappedLabel(role="muted")
        self.old = WrappedLabel(
            self.tr("This check is of an earlier map; check again."), role="warning"
        )
        self.curves = CurvesPart()
        self.maps = MapsPart()
        self.steady = WrappedLabel()
        self.problems = WrappedLabel(role="error")
        self._lay_out()
        self.clear()

    def _lay_out(self) -> None:
        self._steadiness = QWidget()
        column = column_of(self._steadiness)
        column.addWidget(heading(self.tr("Is it steady?")))
        column.addWidget(self.steady)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.GRID)
        buttons.addWidget(self.check)
        buttons.addWidget(self.stop)
        buttons.addStretch()
        body = QWidget()
        column = column_of(body)
        column.setContentsMargins(2 * theme.GRID, theme.GRID, theme.GRID, theme.GRID)
        column.setSpacing(theme.GRID)
        column.addLayout(buttons)
        for part in (
            self.note, self.about, self.progress, self.old, self.verdict, self.of, self.problems,
            self.curves, self.maps, self._steadiness,
        ):  # fmt: skip
            column.addWidget(part)
        column.addStretch()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(body)

    def clear(self) -> None:
        """Show no findings."""
        for part in (
            self.old, self.verdict, self.of, self.problems, self.curves, self.maps,
            self._steadiness,
        ):  # fmt: skip
            part.hide()
        self.set_progress(None)
        self.set_note("")

    def set_ready(self, reason: str, running: bool) -> None:
        """Offer the check where none is running, or say why there can be none."""
        self.check.setEnabled(not reason and not running)
        self.check.setToolTip(
            reason or self.tr("Measure on the network itself whether this map can be believed")
        )

    def set_note(self, text: str) -> None:
        """Say what goes on, or why nothing can."""
        self.note.write(text)

    def set_progress(self, progress: float | None) -> None:
        """Show how far the check is; None where none runs."""
        for part in (self.stop, self.progress):
            part.setVisible(progress is not None)
        self.progress.setValue(round(1000 * (progress or 0)))

    def set_old(self, old: bool) -> None:
        """Say whether the findings are of another map than the one that is shown."""
        self.old.setVisible(old)

    def show_truth(self, truth: Truth) -> None:
        """Show what is known so far."""
        explained = truth.explained
        target = explained.target.phrase(explained.prediction.labels)
        title = catalogue()[explained.method.id].title
        self.of.write(self.tr("{0}, of {1}").format(title, target))
        self.verdict.write(truth.verdict)
        self.problems.write("\n".join(truth.problems))
        self.curves.setVisible(truth.comparison is not None)
        if truth.comparison is not None:
            self.curves.show_comparison(truth.comparison)
        self.maps.setVisible(bool(truth.randomised))
        self.maps.show_maps(truth.randomised)
        self._steadiness.setVisible(truth.sensitivity is not None)
        if truth.sensitivity is not None:
            self.steady.write(
                self.tr("Noise that nobody sees changes the map by up to {0} %.").format(
                    f"{100 * truth.sensitivity:.3g}"
                )
            )
