"""Wires the heatmap's panel to the network lane, and the map to the picture."""

from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from visionlab.core.display import to_rgb8
from visionlab.core.image import Image, as_image
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.runtime.classifying import Predicted
from visionlab.runtime.explaining import Explained, ExplainOptions, Method
from visionlab.runtime.heat_mask import heat_mask
from visionlab.runtime.session import Session
from visionlab.runtime.shown import Shown
from visionlab.ui.actions import Actions
from visionlab.ui.canvas import Canvas
from visionlab.ui.docks import Docks
from visionlab.ui.heat_layer import HeatLayer, display_of
from visionlab.ui.qimages import to_array
from visionlab.ui.recipe_controller import RecipeController
from visionlab.ui.source_controller import SourceController

STALE_S = 0.5
"""Behind the picture by more than this, a map is called stale."""


class HeatBindings(QObject):
    """Everything that the heatmap is asked and shows.

    Attributes
    ----------
    predicted : Predicted or None
        The newest answer with a map.

    Signals
    -------
    wanted(bool)
        Whether the network lane is needed for heatmaps.
    """

    wanted = Signal(bool)

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        docks: Docks,
        actions: Actions,
        recipes: RecipeController,
        sources: SourceController,
    ) -> None:
        super().__init__(parent)
        self._session, self._docks = session, docks
        self._recipes, self._sources = recipes, sources
        self._panel = docks.heat
        self._on = actions["explain"]
        self.predicted: Predicted | None = None
        self._free: tuple[Canvas, ...] = ()
        self._behind_since: float | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(250)
        self._clock.timeout.connect(self._tell_state)
        self._on.toggled.connect(self._switch)
        self._panel.changed.connect(self._choose)
        docks.network.bars.classChosen.connect(self._explain_class)
        self._fill_menu()
        self._panel.viewChanged.connect(self._paint)
        for canvas in self._canvases():
            canvas.hovered.connect(self._tell_here)
        docks.maps.addRequested.connect(self._put_beside)
        docks.maps.changed.connect(self._choose)
        docks.openChanged.connect(self._choose)
        session.shown.connect(self._note_picture)
        session.sourceChanged.connect(self._forget)
        session.network.predicted.connect(self._show)

    @Slot(bool)
    def _switch(self, on: bool) -> None:
        self._panel.set_on(on)
        if on:
            self._docks.raise_heat()
            self._clock.start()
        else:
            self._clock.stop()
            self._forget()
        self._choose()
        self.wanted.emit(on)

    @Slot()
    def _choose(self) -> None:
        """Ask for what the panel says."""
        panel = self._panel
        self._docks.network.bars.set_chosen(
            panel.target.currentData() if self._on.isChecked() else None
        )
        beside = self._docks.maps.methods if self._docks.is_open("maps") else ()
        methods = (self._method(), *(one for one in beside if one != self._method()))
        self._session.network.choose(
            explain=ExplainOptions(
                methods if self._on.isChecked() else (),
                panel.target.currentData(),
                panel.minus.currentData(),
                panel.view["budget"] / 1000,
            )
        )

    def _method(self) -> Method:
        panel = self._panel
        return Method(panel.explainer.id, panel.params, panel.layer.currentData() or "")

    @Slot()
    def _put_beside(self) -> None:
        """Show the method beside others."""
        self._docks.maps.put(self._method())
        self._on.setChecked(True)

    @Slot(object)
    def _show(self, predicted: Predicted) -> None:
        if not self._on.isChecked():
            return
        self._panel.set_labels(predicted.prediction.labels)
        if predicted.possible:
            self._panel.set_possible(predicted.possible)
        if predicted.heats:
            self.predicted = predicted
            self._behind_since = None
            if not self._is_of_present_picture(predicted):
                took = sum(heat.seconds for heat in predicted.heats) + predicted.prediction.seconds
                self._behind_since = perf_counter() - took
            self._paint()

    @Slot()
    def _paint(self) -> None:
        """Lay the map over the picture that it explains."""
        predicted, panel = self.predicted, self._panel
        heat = predicted.heats[0] if predicted else None
        if predicted is None or heat is None:
            return
        layer = None
        if heat.heatmap is None:
            panel.set_legend(None, heat.error)
        else:
            view = panel.view
            layer = HeatLayer.of(heat.heatmap, predicted.prediction.box, view)
            panel.set_legend(display_of(heat.heatmap.display, view), heat.heatmap.meaning)
        for canvas in self._canvases():
            there = canvas is self.canvas and canvas not in self._free
            canvas.set_layer("heat", layer if there else None)
        self._docks.maps.show_maps(predicted, panel.view)
        self._offer()
        self._tell_state()

    def _canvases(self) -> tuple[Canvas, Canvas]:
        return self._docks.compare.original, self._docks.compare.result

    @property
    def canvas(self) -> Canvas:
        """Where the map goes: on the picture that the network looks at, or beside it."""
        original, result = self._canvases()
        of_original = self._session.network.options.of == "original"
        beside = self._panel.view["show"] == "beside"
        return original if of_original != beside else result

    def keep_free(self, canvases: tuple[Canvas, ...]) -> None:
        """Lay no map on these, for the time being."""
        if canvases != self._free:
            self._free = canvases
            self._paint()

    @Slot(object)
    def _tell_here(self, at: tuple[int, int] | None) -> None:
        """Show the map's value under the cursor, in whichever canvas that is."""
        layer = next((c.layer("heat") for c in self._canvases() if c.layer("heat")), None)
        if at is None or not isinstance(layer, HeatLayer):
            self._panel.set_here(None)
        else:
            self._panel.set_here(layer.value_at(at[0] + 0.5, at[1] + 0.5))

    # How old it is

    def _is_of_present_picture(self, predicted: Predicted) -> bool:
        last, of = self._session.last, self._session.network.options.of
        present = getattr(last, of) if last else None
        return predicted.picture is present

    @Slot(object)
    def _note_picture(self, shown: Shown) -> None:  # noqa: ARG002
        predicted = self.predicted
        if predicted and self._behind_since is None and not self._is_of_present_picture(predicted):
            self._behind_since = perf_counter()

    @property
    def behind(self) -> float:
        """Seconds since the picture changed that the map explains; 0 while it is the present."""
        return perf_counter() - self._behind_since if self._behind_since is not None else 0.0

    @Slot()
    def _tell_state(self) -> None:
        heat = self.predicted.heats[0] if self.predicted else None
        if heat is None:
            self._panel.set_state(self.tr("Working"), 0)
            return
        parts = [self._stage(heat)]
        if self.behind > STALE_S:
            parts.insert(0, self.tr("Stale by {0} s").format(f"{self.behind:.1f}"))
        parts += self._numbers(heat)
        self._panel.set_state(", ".join(parts), heat.heatmap.progress if heat.heatmap else 0)

    def _stage(self, heat: Explained) -> str:
        if heat.heatmap is None:
            return self.tr("No map")
        if heat.heatmap.progress < 1:
            return self.tr("{0} % done").format(round(100 * heat.heatmap.progress))
        return self.tr("Exact") if heat.heatmap.exact else self.tr("Done")

    def _numbers(self, heat: Explained) -> list[str]:
        readings = heat.heatmap.readings if heat.heatmap else ()
        texts = [f"{r.name} {r.value:.3g}" if isinstance(r.value, float) else f"{r.name} {r.value}"
                 for r in readings]  # fmt: skip
        return [self.tr("{0} ms").format(round(1000 * heat.seconds)), *texts]

    # The map as a file, or as a picture to go on with

    def _fill_menu(self) -> None:
        menu = self._panel.export.items
        for text, slot in (
            (self.tr("Picture with the Map…"), self._save_view),
            (self.tr("Map as a Picture…"), self._save_map),
            (self.tr("Values for NumPy…"), self._save_numpy),
            (self.tr("Values as CSV…"), self._save_csv),
        ):
            menu.addAction(text, slot)
        menu.addSeparator()
        menu.addAction(self.tr("Save Mask…"), self._save_mask)
        menu.addAction(self.tr("Open Mask as Picture"), self._open_mask)

    def _offer(self) -> None:
        self._panel.export.setEnabled(self._heatmap is not None)

    @property
    def _heatmap(self) -> Heatmap | None:
        return self.predicted.heats[0].heatmap if self.predicted else None

    @Slot()
    def _save_view(self) -> None:
        image = self.canvas.view_image().convertToFormat(QImage.Format.Format_RGB888)
        self._recipes.save_picture(as_image(to_array(image)), None, "explained")

    @Slot()
    def _save_map(self) -> None:
        if found := self._heatmap:
            shown = to_rgb8(found.values, display_of(found.display, self._panel.view))
            self._recipes.save_picture(shown, None, "heatmap")

    @Slot()
    def _save_numpy(self) -> None:
        if found := self._heatmap:
            self._recipes.save_array(found.values, "heatmap", ".npy")

    @Slot()
    def _save_csv(self) -> None:
        if found := self._heatmap:
            self._recipes.save_array(found.values, "heatmap", ".csv")

    def _mask(self) -> Image | None:
        predicted, found, view = self.predicted, self._heatmap, self._panel.view
        if predicted is None or found is None:
            return None
        size = predicted.picture.values.shape[:2]
        box = predicted.prediction.box
        return heat_mask(found, box, (size[0], size[1]), view["threshold"], view["largest"])

    @Slot()
    def _save_mask(self) -> None:
        mask = self._mask()
        if mask is not None:
            self._recipes.save_picture(mask, None, "mask")

    @Slot()
    def _open_mask(self) -> None:
        mask = self._mask()
        if mask is not None:
            self._sources.open_array(mask, None, self.tr("Mask"))

    @Slot(int)
    def _explain_class(self, index: int) -> None:
        """Explain the class whose bar was clicked."""
        if self._on.isChecked():
            self._panel.choose_class(index)

    @Slot()
    def _forget(self) -> None:
        self.predicted, self._behind_since = None, None
        for canvas in self._canvases():
            canvas.set_layer("heat", None)
        self._panel.set_legend(None, "")
        self._panel.set_state("", 0)
