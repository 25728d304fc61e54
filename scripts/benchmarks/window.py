"""The real window, for benchmarks."""

import gc
from collections.abc import Callable
from time import perf_counter
from typing import NamedTuple

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from visionlab import environment  # noqa: F401  (prepares the libraries before they load)
from visionlab.core.pipeline import Pipeline
from visionlab.operations import catalogue
from visionlab.runtime.session import Session
from visionlab.runtime.settings import Settings
from visionlab.runtime.shown import Shown
from visionlab.ui import theme
from visionlab.ui.main_window import MainWindow


class Painted(NamedTuple):
    """What is kept of a painted frame; keeping its pictures would fill the memory."""

    at: float
    name: str
    number: int
    taken: float


CLOSED: list["Bench"] = []
"""Closed windows: garbage is collected in any thread, and widgets may only end in their own."""


class Bench:
    """A window off screen that records what it paints."""

    def __init__(self) -> None:
        self.application = QApplication.instance() or QApplication([])
        theme.set_scheme("light")
        self.session = Session(catalogue())
        self.window = MainWindow(self.session, Settings())
        self.window.show()
        self.painted: list[Painted] = []
        self.window.pictures.painted.connect(self._on_painted)

    def _on_painted(self, shown: Shown) -> None:
        frame = shown.run.frame
        self.painted.append(Painted(perf_counter(), frame.name, frame.index, frame.time))

    def start(self, spec: str, pipeline: Pipeline) -> None:
        """Open a source and wait for its first picture."""
        self.painted.clear()
        self.window.start([spec], pipeline)
        self.wait_for(lambda: bool(self.painted))
        gc.freeze()  # as the program does

    def run(self, seconds: float) -> None:
        """Run the event loop."""
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def rate(self, seconds: float) -> float:
        """Run the event loop; return frames painted a second."""
        self.painted.clear()
        begun = perf_counter()
        self.run(seconds)
        return len(self.painted) / (perf_counter() - begun)

    def wait_for(self, condition: Callable[[], bool], timeout: float = 60.0) -> None:
        """Run the event loop until `condition()` is true."""
        end = perf_counter() + timeout
        while not condition():
            if perf_counter() > end:
                raise TimeoutError("the window did not get there")
            self.run(0.005)

    def close(self) -> None:
        """End the threads."""
        self.session.close()
        self.window.hide()
        CLOSED.append(self)
