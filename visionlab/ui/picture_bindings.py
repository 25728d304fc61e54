"""Shows what the session shows: pictures at full rate, all else at most ten times a second."""

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from visionlab.core.result import Table
from visionlab.runtime.session import Session
from visionlab.runtime.shown import Shown, ShownPicture
from visionlab.ui.actions import Actions
from visionlab.ui.canvas import Canvas
from visionlab.ui.compare import Mode
from visionlab.ui.docks import Docks
from visionlab.ui.picture_menu import VIEW, PictureMenu
from visionlab.ui.recipe_controller import RecipeController
from visionlab.ui.seldom import Seldom
from visionlab.ui.source_controller import SourceController
from visionlab.ui.turns import Turns

COMPARE_MODES: dict[str, Mode] = {
    "side_by_side": "side by side",
    "original_only": "original only",
    "result_only": "result only",
    "wipe": "wipe",
}


class PictureBindings(QObject):
    """Everything that is seen of a run.

    Signals
    -------
    painted(Shown)
        A run's result is on the screen.
    """

    painted = Signal(object)

    def __init__(
        self, window: QWidget, session: Session, docks: Docks, actions: Actions,
        recipes: RecipeController, sources: SourceController,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._session = session
        self._docks = docks
        self._actions = actions
        self._recipes = recipes
        self._sources = sources
        self._overlays_on = True
        self._due: Shown | None = None
        self._unpainted: Shown | None = None
        self._serial = 0
        self._last_index = -1
        self._dropped = 0
        self._paint_times: deque[float] = deque(maxlen=120)
        self._menu = PictureMenu(actions, window)
        self._slow = Seldom(self, self._update_slowly)
        self._turns = Turns(self)
        self._connect()

    def _connect(self) -> None:
        docks, session, actions = self._docks, self._session, self._actions
        session.shown.connect(self._on_shown)
        session.released.connect(self._on_released)
        session.sourceChanged.connect(self._on_source)
        compare = docks.compare
        compare.original.set_message(
            self.tr("No picture"), self.tr("Drop one anywhere, or open one with Ctrl+O.")
        )
        compare.result.set_message(self.tr("No result"), self.tr("It appears here."))
        for canvas in (compare.original, compare.result):
            canvas.hovered.connect(self._on_hover)
            self._menu.attach(canvas)
        self._menu.valueWanted.connect(self._recipes.copy_text)
        compare.result.painted.connect(self._on_painted)
        docks.table.rowSelected.connect(compare.result.highlight)
        docks.table.exportRequested.connect(self._save_table)
        docks.views.saveRequested.connect(self._save_view)
        docks.views.openRequested.connect(self._open_view)
        docks.views.copyRequested.connect(self._recipes.copy)
        docks.steps.viewRequested.connect(self._show_step)
        session.editor.selectionChanged.connect(self._follow_selection)
        session.editor.pipelineChanged.connect(self._follow_selection)
        docks.openChanged.connect(self._update_wanted)
        for name in COMPARE_MODES:
            actions[name].triggered.connect(self._choose_mode)
        actions["fit"].triggered.connect(compare.fit)
        actions["one_to_one"].triggered.connect(compare.one_to_one)
        actions["zoom_in"].triggered.connect(compare.zoom_in)
        actions["zoom_out"].triggered.connect(compare.zoom_out)
        actions["linked"].toggled.connect(compare.set_linked)
        actions["overlays"].toggled.connect(self._show_overlays)
        actions["show_selected"].toggled.connect(self._follow_selection)
        actions["copy_view"].triggered.connect(self._copy_view)
        actions["save_result"].triggered.connect(self._save_result)
        actions["save_table"].triggered.connect(docks.table.export_current)
        self._offer(None)

    # Pictures

    @Slot(object)
    def _on_shown(self, shown: Shown) -> None:
        self._serial += 1
        self._unpainted = shown
        compare = self._docks.compare
        _show(compare.original, shown.original)
        _show(compare.result, shown.result, self._serial)
        compare.result.set_overlays(shown.overlays if self._overlays_on else ())
        compare.result.set_banner(self._banner(shown))
        compare.result.paint_now()  # and with it the original
        self._session.work.copies = (compare.original.copy, compare.result.copy)
        self._docks.steps.set_run(shown.run)
        self._due = shown
        self._slow.ask()

    @Slot()
    def _on_released(self) -> None:
        """Let go of pixels for which the memory is needed; the next result brings others."""
        last = self._session.last
        self._due = last if self._due else None
        self._unpainted = last if self._unpainted else None
        self._docks.compare.result.reduce()
        self._actions["save_result"].setEnabled(False)

    def _banner(self, shown: Shown) -> str:
        for number, stage in enumerate(shown.run.stages, 1):
            if stage.error:
                return self.tr("Step {0} failed: {1}").format(number, stage.error.message)
        return shown.run.frame.note

    @Slot(int)
    def _on_painted(self, serial: int) -> None:
        shown = self._unpainted
        if shown is None or serial != self._serial:
            return
        self._unpainted = None
        self._paint_times.append(perf_counter())
        feed, index = self._session.feed, shown.run.frame.index
        if feed and self._session.moving and index > self._last_index >= 0:
            self._dropped += max(0, index - max(self._last_index + 1, feed.jumped_to))
        self._last_index = index
        self.painted.emit(shown)

    @property
    def dropped(self) -> int:
        """Frames of this source that were never painted."""
        return self._dropped

    def fps(self) -> float:
        """Frames painted a second, over the last second."""
        now = perf_counter()
        return float(sum(1 for t in self._paint_times if now - t < 1.0))

    @Slot()
    def _on_source(self) -> None:
        self._last_index, self._dropped = -1, 0
        self._paint_times.clear()
        if self._session.source is None:
            self._clear()

    def _clear(self) -> None:
        """Show that there is no picture."""
        docks, compare = self._docks, self._docks.compare
        self._due = self._unpainted = None
        self._turns.begin(())
        for canvas in (compare.original, compare.result):
            canvas.set_picture(None)
            canvas.set_overlays(())
            canvas.set_banner("")
        docks.steps.set_run(None)
        docks.readings.set_readings(())
        docks.table.set_tables(())
        docks.plot.set_plots(())
        docks.views.set_views(())
        docks.histogram.set_histogram(None)
        self._offer(None)
        docks.status.set_picture(None)
        docks.status.set_position(None, None)
        docks.status.set_rate(None, None)

    # Everything else

    def _update_slowly(self) -> None:
        shown, self._due = self._due, None
        if shown is None:
            return
        self._offer(shown)
        self._turns.begin(self._pieces(shown))

    def _pieces(self, shown: Shown) -> Iterator[Callable[[], None]]:
        """Yield what is to be brought up to date, each a few milliseconds of work."""
        docks, wanted = self._docks, self._session.wanted
        yield partial(self._update_numbers, shown)
        if shown.tables or docks.table.table() is not None:
            yield partial(docks.table.set_tables, shown.tables)
        if wanted.plots:
            yield partial(docks.plot.set_plots, shown.plots)
        if wanted.views:
            yield partial(docks.views.set_views, shown.views)
        if shown.histogram is not None:
            yield partial(docks.histogram.set_histogram, shown.histogram)

    def _offer(self, shown: Shown | None) -> None:
        """Let those commands be chosen that have something to work on."""
        for name in ("save_result", "copy_view", *VIEW):
            self._actions[name].setEnabled(shown is not None)
        if shown and shown.result.released:
            self._actions["save_result"].setEnabled(False)
        self._actions["save_table"].setEnabled(shown is not None and bool(shown.tables))

    def _update_numbers(self, shown: Shown) -> None:
        docks, result, run = self._docks, shown.result, shown.run
        docks.readings.set_readings(shown.readings)
        docks.colour_bar.set_display(result.display if result.values.ndim == 2 else None)
        status = docks.status
        status.set_picture(result.values)
        status.set_work(len([s for s in run.stages if s.result is not None]), run.ms)
        moving = self._session.moving
        status.set_rate(self.fps() if moving else None, self._dropped if moving else None)

    @Slot(object)
    def _on_hover(self, at: tuple[int, int] | None) -> None:
        canvas = self.sender()
        values = canvas.values if isinstance(canvas, Canvas) else None
        if at is None or values is None:
            self._docks.status.set_position(None, None)
        else:
            self._docks.status.set_position(at, values[at[1], at[0]])

    @Slot()
    def _update_wanted(self) -> None:
        docks = self._docks
        self._session.want(
            histogram=docks.is_open("histogram"),
            plots=docks.is_open("plot"),
            views=docks.is_open("views"),
        )

    # Commands

    @Slot()
    def _choose_mode(self) -> None:
        self._docks.compare.set_mode(COMPARE_MODES[self.sender().objectName()])

    @Slot()
    def _follow_selection(self) -> None:
        on = self._actions["show_selected"].isChecked()
        selected = self._session.editor.selected
        self._session.want(step=selected if on and selected >= 0 else None)

    @Slot(int)
    def _show_step(self, index: int) -> None:
        self._session.editor.select(index)
        self._actions["show_selected"].setChecked(True)

    @Slot(bool)
    def _show_overlays(self, on: bool) -> None:
        self._overlays_on = on
        if self._session.last:
            self._docks.compare.result.set_overlays(self._session.last.overlays if on else ())

    @Slot()
    def _copy_view(self) -> None:
        """Copy the named view where that has the keyboard, else what the window shows."""
        views, focus = self._docks.views, QApplication.focusWidget()
        if focus is not None and views.isAncestorOf(focus):
            views.copy()
        else:
            self._recipes.copy(self._docks.compare.view_image())

    @Slot()
    def _save_result(self) -> None:
        shown = self._session.last
        if shown:
            self._recipes.save_picture(shown.result.values, shown.result.display, "result")

    @Slot(object)
    def _save_table(self, table: Table) -> None:
        self._recipes.save_table(table)

    @Slot(object)
    def _save_view(self, view: ShownPicture) -> None:
        self._recipes.save_picture(view.values, view.display, view.name.lower().replace(" ", "_"))

    @Slot(object)
    def _open_view(self, view: ShownPicture) -> None:
        self._sources.open_array(view.values, view.display, view.name)


def _show(canvas: Canvas, picture: ShownPicture, serial: int | None = None) -> None:
    canvas.set_picture(
        picture.shown, picture.values, alpha=picture.alpha, copies=picture.copies, serial=serial
    )
