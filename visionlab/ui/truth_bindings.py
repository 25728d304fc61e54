"""Wires the page "Is It True?" to the network lane."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from visionlab.runtime.explaining import Explained
from visionlab.runtime.session import Session
from visionlab.runtime.truth import Check, Truth
from visionlab.ui.actions import Actions
from visionlab.ui.docks import Docks
from visionlab.ui.heat_bindings import HeatBindings
from visionlab.ui.truth_page import TruthPage


class TruthBindings(QObject):
    """Everything about the check of the map that is shown.

    Attributes
    ----------
    page : TruthPage
    truth : Truth or None
        What is known of the map that was checked last.
    """

    _told = Signal(object)

    def __init__(
        self, parent: QWidget, session: Session, docks: Docks, actions: Actions, heats: HeatBindings
    ) -> None:
        super().__init__(parent)
        self._session, self._heats = session, heats
        self._panel = docks.heat
        self._on = actions["explain"]
        self.page = TruthPage()
        self.truth: Truth | None = None
        self._check: Check | None = None
        self._panel.add_page(self.tr("Is It True?"), self.page)
        self.page.checkRequested.connect(self._begin)
        self.page.stopRequested.connect(self._stop)
        self._told.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._clock = QTimer(self)
        self._clock.setInterval(250)
        self._clock.timeout.connect(self._look)
        self._on.toggled.connect(self._look)
        self._panel.pageChanged.connect(self._look)
        self._panel.changed.connect(self._look)
        session.playbackChanged.connect(self._look)
        session.sourceChanged.connect(self._look)
        session.network.predicted.connect(self._follow)

    @property
    def checking(self) -> bool:
        """Whether a check runs."""
        return self._check is not None

    @property
    def _shown(self) -> Explained | None:
        """The map that is shown."""
        predicted = self._heats.predicted
        return predicted.heats[0] if predicted else None

    @Slot()
    def _begin(self) -> None:
        shown = self._shown
        if shown is None or self._reason():
            return
        self.truth, self._check = Truth(shown), Check(shown, self._told.emit)
        self.page.clear()
        self._session.network.check(self._check)
        self._look()

    @Slot()
    def _stop(self) -> None:
        if self._check is not None:
            self._check.stop()
            self._look()

    @Slot(object)
    def _show(self, truth: Truth) -> None:
        if self.truth is None or truth.explained is not self.truth.explained:
            return  # another one was begun meanwhile
        former, self.truth = self.truth, truth
        if truth.ended:
            self._check = None
        if replace(truth, progress=former.progress) != former:
            self.page.show_truth(truth)
        self._look()

    @Slot()
    def _follow(self) -> None:
        """Follow the answers while a check runs or somebody looks."""
        if self._check is not None or self._panel.page() is self.page:
            self._look()

    @Slot()
    def _look(self) -> None:
        """Follow what is shown; the check of a map that is shown no longer ends."""
        old = self.truth is not None and not self._is_shown(self.truth.explained)
        if old and self.truth is not None and self._check is not None:
            self._check.stop()  # whether it will tell so is open: its work may be dropped
            self._check, self.truth = None, replace(self.truth, ended=True, stopped=True)
        reason, page = self._reason(), self.page
        page.set_ready(reason, self.checking)
        page.set_old(old)
        page.set_progress(self.truth.progress if self.truth and self.checking else None)
        page.set_note(self._note(reason))
        page.about.setVisible(self.truth is None and not reason)
        if self._on.isChecked() and self._panel.page() is page:
            self._clock.start()
        else:
            self._clock.stop()

    def _note(self, reason: str) -> str:
        if self._check is not None:
            return self.tr("Stopping…") if self._check.stopping else self.tr("Checking…")
        stopped = self.truth is not None and self.truth.stopped
        return reason or (self.tr("Stopped.") if stopped else "")

    def _reason(self) -> str:
        """Return why the map that is shown cannot be checked, or ''."""
        shown = self._shown
        if self._session.moving:
            return self.tr("Freeze the picture first.")
        if shown is None or shown.heatmap is None:
            return self.tr("There is no map to check.")
        if shown.heatmap.progress < 1 or self._heats.behind or not self._is_shown(shown):
            return self.tr("The map is not finished yet.")
        return ""

    def _is_shown(self, checked: Explained) -> bool:
        """Whether the map is asked for and shown, of the same input of the same network."""
        shown, asked = self._shown, self._session.network.options.explain
        if shown is None or asked.methods[:1] != (checked.method,):
            return False
        ours, theirs = checked.prediction, shown.prediction
        return (
            shown.method == checked.method
            and checked.target == shown.target == asked.target(theirs)
            and ours.model_id == theirs.model_id
            and (ours is theirs or np.array_equal(ours.values, theirs.values))
        )
