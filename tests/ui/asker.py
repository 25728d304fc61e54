"""A person who asks the network why, with hands for the heatmap's panel and for the patch."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

LEFT = Qt.MouseButton.LeftButton
CUP, TABLE = (300, 130), (150, 350)  # on the sample "coffee", 600 x 400


class Asker:
    """What a person does with the heatmap's panel."""

    patience = 60_000  # ms, for the first import of PyTorch on a busy machine

    def __init__(self, lab, qtbot):
        self.lab, self.qtbot = lab, qtbot
        self.panel = lab.docks.heat

    def switch(self, on=True):
        self.lab.window.commands["explain"].setChecked(on)

    def choose(self, method):
        self.panel.method.setCurrentIndex(self.panel.method.index_of(method))

    def turn_to(self, page):
        tabs = self.panel._tabs
        for index in range(tabs.count()):
            tabs.setCurrentIndex(index)
            if self.panel.page() is page:
                return
        raise AssertionError("there is no such page")

    def until(self, condition):
        self.qtbot.waitUntil(condition, timeout=self.patience)

    def end(self):
        self.switch(False)
        self.lab.session.network.want(False)  # a running camera would keep it busy
        self.until(self.lab.session.network.idle)


class Hand(Asker):
    """What a person does with the patch, and sees of it."""

    def __init__(self, lab, qtbot):
        super().__init__(lab, qtbot)
        self.bindings = lab.window.hand
        self.page, self.network = self.bindings.page, lab.session.network
        self.original, self.result = lab.docks.compare.original, lab.docks.compare.result

    def begin(self, source="sample:coffee"):
        """Open a picture, switch on and open the page; wait for the first answer with a patch."""
        self.lab.open(source)
        self.switch()
        self.turn_to(self.page)
        self.until(lambda: self.last is not None and self.last.cover is not None)

    def settle(self):
        """Wait until what is laid now is answered and shown."""
        self.until(
            lambda: (
                self.network.idle()
                and self.last is not None
                and self.last.cover == self.cover
                and not self.bindings._slow.isActive()
            )
        )

    @property
    def cover(self):
        return self.network.options.cover

    @property
    def study(self):
        return self.bindings.study

    @property
    def last(self):
        return self.network.last

    @property
    def probability(self):
        """Of the class in question."""
        return float(self.last.prediction.probabilities[self.study.target.index])

    def at(self, place, canvas=None):
        """Return where a place of the picture is seen on a canvas."""
        canvas, pane = canvas or self.original, self.bindings._canvas
        spot = canvas.view.place(canvas.frame_of(pane)).to_widget(*place)
        return QPoint(round(spot.x()), round(spot.y()))

    def press(self, place, canvas=None):
        self.qtbot.mousePress(canvas or self.original, LEFT, pos=self.at(place, canvas))

    def drag_to(self, *places, canvas=None):
        for place in places:
            self.qtbot.mouseMove(canvas or self.original, self.at(place, canvas))
            self.settle()

    def release(self, place, canvas=None):
        self.qtbot.mouseRelease(canvas or self.original, LEFT, pos=self.at(place, canvas))

    def key(self, *arguments):
        self.qtbot.keyClick(self.original, *arguments)

    def wheel(self, notches, modifiers):
        at = QPointF(self.original.rect().center())
        turn = QPoint(0, 120 * notches)
        event = QWheelEvent(
            at, self.original.mapToGlobal(at), QPoint(), turn, Qt.MouseButton.NoButton, modifiers,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.original, event)

    def layers(self, name):
        return [canvas.layer(name) for canvas in (self.original, self.result)]

    def nothing_is_left(self):
        return (
            self.cover is None
            and self.layers("patch") == [None, None]
            and self.layers("hand") == [None, None]
        )


def near(found, wanted, within=2):
    """Whether a patch's centre is at a place, but for the pixels of the screen."""
    centre = found.x + found.side / 2, found.y + found.side / 2
    return all(abs(a - b) <= within for a, b in zip(centre, wanted, strict=True))
