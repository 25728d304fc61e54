"""Wires the heatmap's panel to the network lane, and the map to the picture."""

from collections.abc import Sequence
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from visionlab.core.display import to_rgb8
from visionlab.core.image import Display, Image, as_image
from visionlab.core.result import Reading
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.runtime.answers import Predicted
from visionlab.runtime.explaining import Explained, ExplainOptions, Method
from visionlab.runtime.heat_mask import heat_mask
from visionlab.runtime.session import Session
from visionlab.runtime.shown import Shown
from visionlab.ui.actions import Actions
from visionlab.ui.canvas import Canvas
from visionlab.ui.docks import Docks
from visionlab.ui.heat_layer import LEVELS, HeatLayer, display_of
from visionlab.ui.picture_bindings import COMPARE_MODES
from visionlab.ui.qimages import to_array
from visionlab.ui.recipe_controller import RecipeController
from visionlab.ui.seldom import READ_MS, Seldom
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
        self._words = Seldom(self, self._tell, READ_MS)
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
        for name in COMPARE_MODES:
            actions[name].triggered.connect(self._paint)
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
        if self._on.isChecked():
            self._tell_state()

    def _method(self) -> Method:
        panel = self._panel
        layer = panel.layer.currentData() if panel.explainer.takes_layer else ""
        return Method(panel.explainer.id, panel.params, layer or "")

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
        predicted, view = self.predicted, self._panel.view
        if predicted is None:
            return
        found = predicted.heats[0].heatmap
        layer = HeatLayer.of(found, predicted.prediction.box, view) if found else None
        at_once = not self._session.moving
        for canvas in self._canvases():
            there = canvas is self.canvas and canvas not in self._free
            canvas.set_layer("heat", layer if there else None, at_once)
        self._docks.maps.show_maps(predicted, view)
        if self._session.moving:
            self._words.ask()
        else:
            self._tell()

    def _tell(self) -> None:
        """Say what the map shows, or why there is none."""
        predicted, panel = self.predicted, self._panel
        if predicted is None:
            return
        heat = predicted.heats[0]
        if heat.heatmap is None:
            possible = predicted.possible
            lacks = possible is not None and heat.method.id in possible.reasons
            advice = self.tr(" Choose a method that is not grey.") if lacks else ""
            panel.set_legend(None, "", heat.error + advice)
        else:
            panel.set_legend(*self._legend(heat.heatmap))
        self._offer()
        self._tell_state()

    def _legend(self, found: Heatmap) -> tuple[Display | None, str]:
        """Return the colours that can be seen and what they mean, or what lines and light mean."""
        view = self._panel.view
        if view["show"] == "mask":
            text = self.tr("In full light: at least {0} % of the map's greatest strength.")
            return None, f"{text.format(round(100 * view['threshold']))}\n{found.meaning}"
        if view["show"] == "contours":
            text = self.tr("Lines: {0} % of the map's greatest strength.")
            heights = ", ".join(f"{100 * level:g}" for level in LEVELS)
            return None, f"{text.format(heights)}\n{found.meaning}"
        return display_of(found.display, view), found.meaning

    def _canvases(self) -> tuple[Canvas, Canvas]:
        return self._docks.compare.original, self._docks.compare.result

    @property
    def canvas(self) -> Canvas:
        """Where the map goes: on the picture that the network looks at, or beside it.

        Where one picture alone is seen, it goes there.
        """
        original, result = self._canvases()
        alone = {"original only": original, "result only": result}
        if seen := alone.get(self._docks.compare.mode):
            return seen
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
        predicted = self.predicted
        heat = predicted.heats[0] if predicted else None
        if predicted is None or heat is None or not self._is_asked(predicted):
            self._mark("")
            there = self._session.source is not None
            self._panel.set_state(self.tr("Working") if there else self.tr("No picture"), 0)
            return
        stale = ""
        if self.behind > STALE_S:
            stale = self.tr("Stale by {0} s").format(f"{self.behind:.1f}")
        self._mark(stale)
        found = heat.heatmap
        parts = (stale, self._stage(heat), _numbers(found.readings if found else ()))
        state = ", ".join(part for part in parts[:2] if part)
        self._panel.set_state(state, found.progress if found else 0, parts[2])

    def _mark(self, note: str) -> None:
        """Write on the map how old it is."""
        for canvas in self._canvases():
            layer = canvas.layer("heat")
            if isinstance(layer, HeatLayer) and layer.note != note:
                layer.note = note
                canvas.update()

    def _is_asked(self, predicted: Predicted) -> bool:
        """Whether this is the method, the class and the model that are asked for."""
        heat, asked = predicted.heats[0], self._session.network.options.explain
        return (
            not self._session.network.loading
            and asked.methods[:1] == (heat.method,)
            and asked.target(heat.prediction) == heat.target
        )

    def _stage(self, heat: Explained) -> str:
        found = heat.heatmap
        if found is None:
            return self.tr("No map")
        took = self.tr("{0} ms").format(round(1000 * heat.seconds))
        if found.progress < 1:
            return self.tr("{0} % done, {1}").format(round(100 * found.progress), took)
        return ", ".join((self.tr("Exact") if found.exact else self.tr("Done"), took))

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
        if last := self._session.network.last:
            self._panel.set_labels(last.prediction.labels)
        self._panel.choose_class(index)
        self._on.setChecked(True)

    @Slot()
    def _forget(self) -> None:
        self.predicted, self._behind_since = None, None
        for canvas in self._canvases():
            canvas.set_layer("heat", None)
        self._docks.maps.forget()
        self._panel.set_legend(None, "")
        self._panel.set_state("", 0)
        self._offer()


def _numbers(readings: Sequence[Reading]) -> str:
    """Return what was found on the way, such as 'Positions 225, Completeness error 0.7 %'."""
    texts = []
    for one in readings:
        value = f"{one.value:.3g}" if isinstance(one.value, float) else one.value
        texts.append(f"{one.name} {value}" + (f"\N{NO-BREAK SPACE}{one.unit}" if one.unit else ""))
    return ", ".join(texts)
