"""Wires the patch in a person's hand to the network lane, its page and the canvases."""

from collections.abc import Callable
from weakref import ref

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from visionlab.core.image import Image, as_image
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.runtime.answers import Predicted
from visionlab.runtime.covering import Cover, filling
from visionlab.runtime.hand_study import HandStudy
from visionlab.runtime.session import Session
from visionlab.runtime.shown import ShownPicture
from visionlab.ui.actions import Actions
from visionlab.ui.canvas import Canvas
from visionlab.ui.docks import Docks
from visionlab.ui.hand_page import HandPage
from visionlab.ui.hand_words import answered, judged, visited
from visionlab.ui.heat_bindings import HeatBindings
from visionlab.ui.heat_layer import HeatLayer
from visionlab.ui.patch_layer import PatchLayer
from visionlab.ui.patch_tool import PatchTool
from visionlab.ui.picture_bindings import COMPARE_MODES

OPACITY = 0.75
"""Of the person's map."""
SLOW_MS = 150
"""Milliseconds between two updates of the map and the sentences."""


BLACK = as_image(np.zeros((1, 1, 3), np.uint8))


class HandBindings(QObject):
    """Everything that is found by covering the picture by hand.

    Attributes
    ----------
    study : HandStudy or None
        What has been found out.
    """

    def __init__(
        self, parent: QWidget, session: Session, docks: Docks, actions: Actions, heats: HeatBindings
    ) -> None:
        super().__init__(parent)
        self._session, self._docks, self._heats = session, docks, heats
        self._network = session.network
        self._explain = actions["explain"]
        self._active = False
        self._centre: tuple[float, float] | None = None
        self._known_size = (0, 0)
        self._filled: tuple[Callable[[], ShownPicture | None], str, Image] = _nothing, "", BLACK
        self._drawn: Heatmap | None = None
        self._looked_with = self._way()
        self.study: HandStudy | None = None
        self.page = HandPage()
        docks.heat.add_page(self.tr("By Hand"), self.page)
        self._tool = PatchTool((docks.compare.original, docks.compare.result), self)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW_MS)
        self._slow.timeout.connect(self._refresh)
        self._connect(actions)

    def _connect(self, actions: Actions) -> None:
        docks, session, page, tool = self._docks, self._session, self.page, self._tool
        self._explain.toggled.connect(self._look_around)
        docks.heat.pageChanged.connect(self._look_around)
        docks.openChanged.connect(self._look_around)
        docks.network.changed.connect(self._note_way)
        for name in COMPARE_MODES:
            actions[name].triggered.connect(self._refresh)
        session.sourceChanged.connect(self._forget)
        session.shown.connect(self._note_picture)
        session.network.predicted.connect(self._take)
        page.changed.connect(self._change)
        page.layRequested.connect(self._lay_or_take)
        page.anewRequested.connect(self._start_anew)
        page.referenceRequested.connect(self._hold_reference)
        tool.moved.connect(self._move)
        tool.resized.connect(self._resize)
        tool.removed.connect(self._take_away)

    # When the patch is in hand

    @Slot()
    def _look_around(self) -> None:
        """Begin when the page can be seen, leave off when it cannot."""
        docks = self._docks
        on = self._explain.isChecked()
        active = on and docks.is_open("heat") and docks.heat.page() is self.page
        if not on:
            self._forget()
        if active == self._active:
            return
        self._active = active
        if active:
            self._note_size()
            self._lay()
        else:
            self._lay_nowhere()
        self._refresh()

    @Slot()
    def _forget(self) -> None:
        """Let everything go: another source, network or size of the picture."""
        self._lay_nowhere()
        self._centre = None
        self._end_study()
        self._note_size()
        self._refresh()

    def _end_study(self) -> None:
        self.study = self._drawn = None
        self.page.reference.setChecked(False)
        self.page.plot.begin(())

    def _way(self) -> tuple[object, ...]:
        options = self._network.options
        return options.model, options.of, options.fit

    @Slot()
    def _note_way(self) -> None:
        """Let everything go where the network looks at something else, or in another way."""
        if self._way() != self._looked_with:
            self._looked_with = self._way()
            self._forget()

    # The patch

    @property
    def _cover(self) -> Cover | None:
        return self._network.options.cover

    @property
    def _picture(self) -> ShownPicture | None:
        """What the network looks at."""
        last = self._session.last
        of_original = self._network.options.of == "original"
        return None if last is None else last.original if of_original else last.result

    @property
    def _canvas(self) -> Canvas:
        compare = self._docks.compare
        return compare.original if self._network.options.of == "original" else compare.result

    def _size(self) -> tuple[int, int]:
        """Return width and height of the picture; (0, 0) where there is none."""
        picture = self._picture
        return (0, 0) if picture is None else picture.values.shape[1::-1]

    def _note_size(self) -> None:
        self._known_size = self._size()
        if all(self._known_size):
            self.page.set_picture_size(*self._known_size)

    @Slot(bool)
    def _lay_or_take(self, on: bool) -> None:
        self._lay() if on else self._take_away()

    def _lay(self) -> None:
        """Lay the patch where it was, or in the middle."""
        width, height = self._size()
        if width and height:
            self._move(*(self._centre or (width / 2, height / 2)))
        else:
            self.page.set_patch(False)

    @Slot()
    def _take_away(self) -> None:
        self._lay_nowhere()
        self._refresh()

    def _lay_nowhere(self) -> None:
        self._tool.let_go()
        self._cover_with(None)

    @Slot(float, float)
    def _move(self, x: float, y: float) -> None:
        """Bring the patch's centre as near to a position as the picture allows."""
        width, height = self._size()
        self._centre = min(max(x, 0.0), float(width)), min(max(y, 0.0), float(height))
        self._place()

    @Slot(int)
    def _resize(self, side: int) -> None:
        self.page.set_side(side)
        self._place()

    @Slot()
    def _change(self) -> None:
        if self._cover is not None:
            self._place()

    def _place(self) -> None:
        if not self._active or self._centre is None:
            return
        x, y = self._centre
        side = self.page.side
        self._cover_with(Cover(round(x - side / 2), round(y - side / 2), side, self.page.shows))

    def _cover_with(self, cover: Cover | None) -> None:
        laid = (cover is None) != (self._cover is None)
        self._network.choose(cover=cover)
        self._tool.cover = cover
        self._tool.pane = self._canvas if self._active else None
        self.page.set_patch(cover is not None)
        self._draw_patch()
        if laid:
            self._arrange()

    def _draw_patch(self) -> None:
        cover = self._cover
        layer = None if cover is None else PatchLayer(cover, self._fill, self._size())
        for canvas in self._canvases():
            canvas.set_layer("patch", layer if canvas is self._canvas else None)

    def _fill(self) -> Image:
        """Return what the patch shows now; the last that it showed, where pixels were let go."""
        picture, shows = self._picture, self.page.shows
        if picture is None or picture.released:
            return self._filled[2]
        of, how, found = self._filled
        if of() is not picture or how != shows:
            found = filling(picture.shown, shows)
            self._filled = ref(picture), shows, found
        return found

    @Slot()
    def _note_picture(self) -> None:
        """Let everything go where the picture has another size."""
        if self._size() != self._known_size:
            self._forget()

    # The answers

    @Slot(object)
    def _take(self, predicted: Predicted) -> None:
        """Add an answer to the study, or begin another one."""
        if not self._active or (predicted.cover is not None and self._cover is None):
            return  # it was asked for before the patch was taken away
        explain, moving = self._network.options.explain, self._session.moving
        study = self.study
        if study is not None and not study.same_place(predicted):
            self._forget()
            if predicted.cover is not None:
                return
        study = self.study
        if study is None or not study.same_question(predicted, explain, moving):
            study = self._begin(predicted)
        if study.take(predicted):
            probabilities = predicted.prediction.probabilities
            self.page.plot.add([float(probabilities[i]) for i in study.classes])
            self.page.plot.set_reference(float(study.whole.probabilities[study.target.index]))
        if not self._slow.isActive():
            self._slow.start()

    def _begin(self, predicted: Predicted) -> HandStudy:
        self._end_study()
        self.study = HandStudy(predicted, self._network.options.explain)
        self.page.plot.begin([self.study.labels[i] for i in self.study.classes])
        return self.study

    @Slot()
    def _start_anew(self) -> None:
        """Forget where the patch has been; a held reference stays."""
        if self.study is not None:
            reference = self.study.reference
            self._begin(self.study.last).reference = reference
            self.page.reference.setChecked(reference is not None)
            self._refresh()

    @Slot(bool)
    def _hold_reference(self, on: bool) -> None:
        """Hold the present answer as that of the uncovered picture; the map begins anew."""
        if self.study is None:
            self.page.reference.setChecked(False)
            return
        study = self._begin(self.study.last)
        study.reference = study.whole if on else None
        self.page.reference.setChecked(on)
        self._refresh()

    # What is seen

    def _canvases(self) -> tuple[Canvas, Canvas]:
        return self._docks.compare.original, self._docks.compare.result

    def _seen(self) -> tuple[Canvas, ...]:
        original, result = self._canvases()
        alone = {"original only": (original,), "result only": (result,)}
        return alone.get(self._docks.compare.mode, (original, result))

    def _map_canvas(self) -> Canvas | None:
        """Return where the person's map goes: beside the picture, or on it without the patch."""
        beside = next((c for c in self._seen() if c is not self._canvas), None)
        if beside is not None and not beside.picture_size.isEmpty():
            return beside
        return self._canvas if self._cover is None else None

    @Slot()
    def _refresh(self) -> None:
        """Show the newest map and sentences."""
        study = self.study if self._active else None
        self._drawn = None
        if study is not None and study.map.positions:
            phrase = study.target.phrase(study.labels)
            self._drawn = study.map.heatmap(
                self.tr("Your map. Orange: {0} fell while the patch lay there; blue: it rose.")
                .format(phrase)
            )  # fmt: skip
        drawn = self._drawn
        self.page.set_legend(drawn.display if drawn else None, drawn.meaning if drawn else "")
        self.page.reference.setEnabled(study is not None)
        self.page.set_texts(
            self._hint(), answered(study) if study else "",
            visited(study.map) if study and drawn else "", self._comparison(),
        )  # fmt: skip
        self._arrange()

    def _arrange(self) -> None:
        """Lay the person's map where there is room for it, and keep the computed one away."""
        target = self._map_canvas() if self._drawn and self._active else None
        for canvas in self._canvases():
            canvas.set_layer("hand", self._map_layer(canvas) if canvas is target else None)
        free = {self._canvas} if self._cover is not None else set()
        self._heats.keep_free(tuple(c for c in self._canvases() if c in free or c is target))

    def _map_layer(self, canvas: Canvas) -> HeatLayer:
        assert self.study is not None
        assert self._drawn is not None
        found, size = self.study.map, canvas.picture_size
        across, down = size.width() / found.picture[0], size.height() / found.picture[1]
        x, y, width, height = found.box
        box = (x * across, y * down, width * across, height * down)
        return HeatLayer(
            self._drawn, self._drawn.display, box, opacity=OPACITY, known=found.visited
        )

    # In words

    def _hint(self) -> str:
        if not all(self._size()):
            return self.tr("Open a picture first.")
        if self._canvas not in self._seen():
            return self.tr(
                "The picture that the network looks at is hidden: choose Original and Result (F2)."
            )
        if self._cover is None:
            return self.tr("Click on the picture to lay the patch there.")
        return self.tr(
            "Drag the patch over the picture. Ctrl and wheel: size; arrow keys: move; Esc: away."
        )

    def _comparison(self) -> str:
        """Say how far the person's map and the computed one agree."""
        study = self.study
        if self._drawn is None or study is None:
            return ""
        if self._session.moving:
            return self.tr(
                "Freeze the picture (F) to compare your map with the computed Occlusion."
            )
        computed = self._computed(study)
        if computed is None:
            return self.tr("Choose the method Occlusion to compare your map with the computed one.")
        related = study.map.agreement(computed)
        if related is None:
            return self.tr("Cover more of the picture to compare your map with the computed one.")
        return judged(related)

    def _computed(self, study: HandStudy) -> Heatmap | None:
        """Return the computed occlusion map of the same picture and class."""
        predicted = self._heats.predicted
        if predicted is None:
            return None
        for heat in predicted.heats:
            if heat.method.id == "occlusion" and study.is_of(predicted, heat.target):
                return heat.heatmap
        return None


def _nothing() -> None:
    return None
