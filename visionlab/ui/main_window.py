"""The main window: the picture in the middle, panels in docks around it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMainWindow

from visionlab.core.pipeline import Pipeline
from visionlab.runtime.session import Session
from visionlab.runtime.settings import Settings, pack_bytes, save_settings, unpack_bytes
from visionlab.ui import theme
from visionlab.ui.actions import Actions
from visionlab.ui.dialogs import KeysDialog, Messages, PaletteDialog
from visionlab.ui.docks import Docks
from visionlab.ui.hand_bindings import HandBindings
from visionlab.ui.heat_bindings import HeatBindings
from visionlab.ui.network_bindings import NetworkBindings
from visionlab.ui.pad_bindings import PadBindings
from visionlab.ui.picture_bindings import COMPARE_MODES, PictureBindings
from visionlab.ui.recipe_controller import RecipeController
from visionlab.ui.source_bindings import SourceBindings
from visionlab.ui.source_controller import SourceController
from visionlab.ui.step_bindings import StepBindings
from visionlab.ui.truth_bindings import TruthBindings

MINIMUM = QSize(1024, 680)
DEFAULT = QSize(1440, 900)
RECENT_WIDTH = 400
"""Pixels for the name of a recent source in the menu: long ones lose their middle."""


class MainWindow(QMainWindow):
    """Makes the panels and the bindings that wire them to the session."""

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__()
        self.session = session
        self.settings = settings
        self.setMinimumSize(MINIMUM)
        self.resize(DEFAULT)
        self.setAcceptDrops(True)
        self.docks = Docks(self, session.editor.catalogue)
        self.commands = Actions(self)
        self.sources = SourceController(self, session, settings)
        self.recipes = RecipeController(self, session)
        self.steps = StepBindings(self, session, self.docks, self.commands)
        self.pictures = PictureBindings(
            self, session, self.docks, self.commands, self.recipes, self.sources
        )
        self.feeds = SourceBindings(self, session, self.docks, self.commands, self.sources)
        self.pad = PadBindings(self, session, self.docks, self.commands, self.sources)
        self.networks = NetworkBindings(self, session, self.docks, self.commands, settings)
        self.heats = HeatBindings(
            self, session, self.docks, self.commands, self.recipes, self.sources
        )
        self.heats.wanted.connect(self.networks.want_heat)
        self.hand = HandBindings(self, session, self.docks, self.commands, self.heats)
        self.truths = TruthBindings(self, session, self.docks, self.commands, self.heats)
        self._messages = Messages(self)
        self._close_asked = False
        self._connect()
        self._restore()
        self.commands.refresh_icons()
        self._update_title()

    def start(
        self,
        specs: Sequence[str],
        pipeline: Pipeline,
        *,
        recipe: Path | None = None,
        saved: bool = True,
    ) -> None:
        """Show the steps, of a recipe file if they are kept in one, and open the source."""
        self.recipes.begin(pipeline, recipe, saved=saved)
        self.sources.open_all(specs)

    @Slot()
    def say_restored(self) -> None:
        """Say that steps and source are those of a session that did not end properly."""
        self.docks.status.show_message(self.tr("Restored the steps of the last session"))

    @Slot()
    def say_fault(self) -> None:
        """Say that the program has a fault."""
        self.docks.status.show_error(
            self.tr("A fault of the program was written to the log file; see Help, Show Log File.")
        )

    def _connect(self) -> None:
        status, commands, recipes = self.docks.status, self.commands, self.recipes
        for refusal in (self.sources.refused, recipes.refused, self.session.sourceFailed):
            refusal.connect(status.show_error)
        recipes.begun.connect(status.show_begun)
        recipes.done.connect(status.show_message)
        self.networks.refused.connect(status.show_error)
        self.networks.done.connect(status.show_message)
        self.networks.openRequested.connect(self.sources.open)
        recipes.saver.saved.connect(self._close_if_asked)
        recipes.saver.failed.connect(self._stay_open)
        recipes.nameChanged.connect(self._update_title)
        self.session.editor.pipelineChanged.connect(self._update_title)
        self.session.sourceChanged.connect(self._update_title)
        self.sources.recipeOpened.connect(recipes.open)
        commands["new_recipe"].triggered.connect(recipes.new)
        commands["open_recipe"].triggered.connect(recipes.choose_and_open)
        commands["save_recipe"].triggered.connect(recipes.save)
        commands["save_recipe_as"].triggered.connect(recipes.save_as)
        commands["quit"].triggered.connect(self.close)
        commands["full_screen"].toggled.connect(self._set_full_screen)
        commands["reset_layout"].triggered.connect(self.docks.reset)
        commands["palette"].triggered.connect(self._show_palette)
        commands["keys"].triggered.connect(self._show_keys)
        commands["about"].triggered.connect(self._messages.about)
        commands["log"].triggered.connect(self._messages.log)
        for name in ("scheme_system", "scheme_light", "scheme_dark"):
            commands[name].triggered.connect(self._choose_scheme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_desktop)
        self._recent_menu = commands.menus["Source"].addMenu(self.tr("Recent"))
        self._recent = [self._recent_action(number) for number in range(1, 10)]
        self.session.sourceChanged.connect(self._fill_recent)
        self._fill_recent()
        self._panels_menu = commands.menus["View"].addMenu(self.tr("Panels"))
        self.docks.add_to_menu(self._panels_menu)

    # Title, scheme, full screen

    @Slot()
    def _update_title(self) -> None:
        source, path = self.session.source, self.recipes.path
        parts = [path.name if path else "", source.title if source else "", "VisionLab"]
        mark = "*" if self.session.editor.modified else ""
        self.setWindowTitle(mark + " – ".join(part for part in parts if part))

    @Slot()
    def _choose_scheme(self) -> None:
        self.settings.scheme = self.sender().objectName().removeprefix("scheme_")
        theme.set_scheme(self.settings.scheme)
        self.commands.refresh_icons()

    @Slot()
    def _follow_desktop(self) -> None:
        theme.apply()
        self.commands.refresh_icons()

    @Slot(bool)
    def _set_full_screen(self, on: bool) -> None:
        full = Qt.WindowState.WindowFullScreen
        state = self.windowState()  # maximised stays maximised
        self.setWindowState(state | full if on else state & ~full)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Stop the work by Esc, or leave the full screen, or go back to the picture."""
        escape = event.key() == Qt.Key.Key_Escape
        if escape and self.commands["stop_work"].isEnabled():
            self.session.stop_work()
        elif escape and self.isFullScreen():
            self.commands["full_screen"].setChecked(False)
        elif escape:
            self.docks.compare.result.setFocus()
        else:
            super().keyPressEvent(event)

    # Help

    @Slot()
    def _show_palette(self) -> None:
        dialog = PaletteDialog(self, self.commands.all())
        if dialog.exec() and dialog.chosen:
            dialog.chosen.trigger()
        dialog.deleteLater()

    @Slot()
    def _show_keys(self) -> None:
        dialog = KeysDialog(self, self.commands.all())
        dialog.exec()
        dialog.deleteLater()

    # Recent sources: Ctrl+1 to Ctrl+9

    def _recent_action(self, number: int) -> QAction:
        action = QAction(self)
        action.setShortcut(f"Ctrl+{number}")
        action.triggered.connect(self._open_recent)
        self.addAction(action)
        self._recent_menu.addAction(action)
        return action

    @Slot()
    def _fill_recent(self) -> None:
        for number, action in enumerate(self._recent):
            known = number < len(self.settings.recent)
            action.setVisible(known)
            if known:
                text = self.fontMetrics().elidedText(
                    self.settings.recent[number], Qt.TextElideMode.ElideMiddle, RECENT_WIDTH
                )
                action.setText(text.replace("&", "&&"))
        self._recent_menu.setEnabled(bool(self.settings.recent))

    @Slot()
    def _open_recent(self) -> None:
        number = self._recent.index(self.sender())  # type: ignore[arg-type]
        if number < len(self.settings.recent):
            self.sources.open(self.settings.recent[number])

    # Drops, and what is remembered

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take pictures, files and addresses."""
        if self.sources.can_open(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        data = event.mimeData()
        if self.networks.open_mime(data) or self.sources.open_mime(
            data, self.tr("Dropped picture")
        ):
            event.acceptProposedAction()

    def _restore(self) -> None:
        settings, commands = self.settings, self.commands
        if geometry := unpack_bytes(settings.geometry):
            self.restoreGeometry(geometry)
        docks = unpack_bytes(settings.docks)
        self._height_shared = bool(docks) and self.restoreState(docks)
        commands["full_screen"].setChecked(self.isFullScreen())
        mode = next((n for n, m in COMPARE_MODES.items() if m == settings.compare_mode), "")
        commands[mode or "side_by_side"].trigger()
        commands["linked"].setChecked(settings.linked)
        self.docks.compare.set_linked(settings.linked)
        commands["overlays"].setChecked(True)
        commands[f"scheme_{settings.scheme}"].setChecked(True)

    def showEvent(self, event: QShowEvent) -> None:
        """Share out the height, which is known only now, where a person has not done so."""
        super().showEvent(event)
        if not self._height_shared:
            self._height_shared = True
            self.docks.share_height()

    def _remember(self) -> None:
        self.settings.geometry = pack_bytes(bytes(self.saveGeometry().data()))
        self.settings.docks = pack_bytes(bytes(self.saveState().data()))
        self.settings.compare_mode = self.docks.compare.mode
        self.settings.linked = self.commands["linked"].isChecked()
        save_settings(self.settings)

    @Slot()
    def _close_if_asked(self) -> None:
        """Close as soon as all pictures are written, where that was asked for meanwhile."""
        if self._close_asked and not self.recipes.saver.busy:
            self.close()

    @Slot()
    def _stay_open(self) -> None:
        """Let the person read that a picture was not saved, and save it elsewhere."""
        self._close_asked = False

    def closeEvent(self, event: QCloseEvent) -> None:
        """Wait for what is being saved, ask about unsaved steps, ask the threads to end."""
        self._close_asked = self.recipes.saver.busy
        if self._close_asked or not self.recipes.may_discard():
            event.ignore()
            return
        self._remember()
        self.session.request_close()
        event.accept()
