"""The composition root: puts the layers together into the running program."""

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, sleep

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QEventLoop,
    QIODevice,
    QObject,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtWidgets import QApplication

from visionlab import __version__, system
from visionlab.core import recipe
from visionlab.core.errors import VisionLabError
from visionlab.core.files import write_atomically
from visionlab.core.pipeline import Pipeline, Step
from visionlab.operations import catalogue
from visionlab.runtime.autosave import Autosave
from visionlab.runtime.interrupts import Interrupts
from visionlab.runtime.logs import start_logging
from visionlab.runtime.session import Session
from visionlab.runtime.settings import Settings, load_settings
from visionlab.ui import theme
from visionlab.ui.main_window import DEFAULT, MINIMUM, MainWindow
from visionlab.ui.plot_panel import preload

DEFAULT_SOURCE = "sample:coffee"
LARGEST = QSize(7680, 4320)
PRELOAD_MS = 1500
"""How long after the start what may be wanted later is loaded in the background."""

KEEP_MS = 4000
"""How long after the start all that it loads is there, what is loaded in the background too."""

SCREENSHOT_SECONDS = 20.0
"""How long a screenshot waits for its picture."""

SETTLE_SECONDS = 0.4
"""How long it then waits for the panels that are updated less often."""


class Faults(QObject):
    """Lets the window know of faults of the program, in whatever thread they happen.

    Signals
    -------
    happened
        A traceback was written to the log file.
    """

    happened = Signal()

    def tell(self) -> None:
        """Call from any thread."""
        self.happened.emit()


def default_pipeline() -> Pipeline:
    """Return the steps of the first start: grey, blur, Canny."""
    ops = catalogue()
    return Pipeline(tuple(Step.of(ops[op]) for op in ("convert_colour", "gaussian_blur", "canny")))


def run(
    specs: Sequence[str], recipe_path: Path | None, size: tuple[int, int] | None, scheme: str | None
) -> int:
    """Open the window; return when it is closed.

    Raises
    ------
    VisionLabError
        There is no display, the recipe is faulty, or the size is out of range.
    """
    _need_display()
    application, window = open_window(specs, recipe_path, size, scheme)
    # What is loaded stays to the end. Looking through it for garbage holds the window up for 40 ms,
    # and for longer once PyTorch is there.
    QTimer.singleShot(KEEP_MS, gc.freeze)
    window.session.network.loadingChanged.connect(gc.freeze)
    code = application.exec()
    window.hide()  # still open where a signal ended the program
    window.recipes.saver.finish()
    window.session.close()
    # A source that blocks in a driver must not keep the process from ending.
    sys.stdout.flush()
    os._exit(code)


def open_window(
    specs: Sequence[str], recipe_path: Path | None, size: tuple[int, int] | None, scheme: str | None
) -> tuple[QApplication, MainWindow]:
    """Show the window with the source and the steps asked for, the last ones, or the default."""
    pipeline = recipe.load(recipe_path, catalogue()) if recipe_path else None
    window_size = _checked(size)
    faults = Faults()
    start_logging(faults.tell)
    application = _application()
    settings = load_settings()
    settings.scheme = scheme or settings.scheme
    theme.set_scheme(settings.scheme)
    session = Session(catalogue())
    window = MainWindow(session, settings)
    faults.happened.connect(window.say_fault, Qt.ConnectionType.QueuedConnection)
    autosave = Autosave(session)
    application.aboutToQuit.connect(autosave.finish)
    interrupts = Interrupts(application)
    interrupts.asked.connect(autosave.keep)
    interrupts.asked.connect(application.exit)
    if size:
        window.resize(window_size)
    window.show()
    saved = True
    if autosave.found and not specs and pipeline is None:
        pipeline, source = autosave.found
        specs = [source] if source else []
        recipe_path = autosave.path
        saved = recipe_path is None and pipeline == default_pipeline()
        # Said when the picture is there: until then it would be hidden by "Opening".
        session.sourceChanged.connect(window.say_restored, Qt.ConnectionType.SingleShotConnection)
    pipeline = default_pipeline() if pipeline is None else pipeline
    window.start(specs or [DEFAULT_SOURCE], pipeline, recipe=recipe_path, saved=saved)
    QTimer.singleShot(PRELOAD_MS, preload)
    return application, window


def screenshot(
    path: Path,
    specs: Sequence[str],
    recipe_path: Path | None,
    size: tuple[int, int] | None,
    scheme: str | None,
) -> int:
    """Draw the window off screen, save it as a picture and print a short report.

    Raises
    ------
    VisionLabError
        The source, the recipe or the size is faulty, or the picture cannot be written.
    """
    _check_output(path)
    window_size = _checked(size)
    pipeline = recipe.load(recipe_path, catalogue()) if recipe_path else default_pipeline()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    start_logging()
    application = _application()
    theme.set_scheme(scheme or "light")
    session = Session(catalogue())
    window = MainWindow(session, Settings(scheme=scheme or "light"))
    window.resize(window_size)
    window.show()
    failures: list[str] = []
    session.sourceFailed.connect(failures.append)
    window.sources.refused.connect(failures.append)
    try:
        window.start(specs or [DEFAULT_SOURCE], pipeline)
        _wait_until_painted(application, window, failures)
        _save(window, path)
        _report(window, path)
    finally:
        session.close()
        window.deleteLater()
        application.processEvents()
    return 0


def _application() -> QApplication:
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("visionlab")
    application.setApplicationDisplayName("VisionLab")
    application.setApplicationVersion(__version__)
    application.setWindowIcon(theme.app_icon())
    return application


def _need_display() -> None:
    """Refuse what makes Qt end the process."""
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0]
    if platform in ("", "xcb", "wayland") and not system.display():
        raise VisionLabError(
            "There is no display to open a window on; "
            "`visionlab --screenshot OUT.png` draws it without one."
        )


def _checked(size: tuple[int, int] | None) -> QSize:
    width, height = size or DEFAULT.toTuple()
    for side, low, high in zip((width, height), MINIMUM.toTuple(), LARGEST.toTuple(), strict=True):
        if not low <= side <= high:
            raise VisionLabError(
                f"A window has {MINIMUM.width()}x{MINIMUM.height()} to "
                f"{LARGEST.width()}x{LARGEST.height()} pixels; {width}x{height} was asked for."
            )
    return QSize(width, height)


def _check_output(path: Path) -> None:
    """Refuse before the work what could not be saved after it."""
    if path.suffix.lower() != ".png":
        raise VisionLabError(f'A screenshot\'s name must end in .png; this one is "{path}".')
    if not path.parent.is_dir():
        raise VisionLabError(f'There is no folder "{path.parent}"; make it or choose another.')
    if path.is_dir():
        raise VisionLabError(f'"{path}" is a folder; give the screenshot another name.')


def _wait_until_painted(
    application: QApplication, window: MainWindow, failures: Sequence[str]
) -> None:
    """Run the event loop until the result is painted and the panels are filled."""
    painted: list[object] = []
    window.pictures.painted.connect(painted.append)
    end = perf_counter() + SCREENSHOT_SECONDS
    settled = 0.0
    while perf_counter() < end:
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        if failures:
            raise VisionLabError(failures[0])
        if not painted:
            sleep(0.002)
        elif not settled:
            settled = perf_counter() + SETTLE_SECONDS
        elif perf_counter() > settled and _settled(window):
            return
    raise VisionLabError(f"no picture came within {SCREENSHOT_SECONDS:g} seconds.")


def _settled(window: MainWindow) -> bool:
    return (window.session.moving or window.session.idle()) and window.docks.form.ready()


def _save(window: MainWindow, path: Path) -> None:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    window.grab().save(buffer, "PNG")
    try:
        write_atomically(path, bytes(data.data()))
    except OSError as error:
        raise VisionLabError(f'"{path}" cannot be written: {error.strerror}.') from None


def _report(window: MainWindow, path: Path) -> None:
    shown = window.session.last
    assert shown is not None
    run, (height, width) = shown.run, shown.run.frame.image.shape[:2]
    print(f"Window drawn without a display: {path}")
    print(f"Source: {run.frame.name}, {width} x {height} pixels")
    for number, stage in enumerate(run.stages, 1):
        title = catalogue()[stage.step.op].title
        state = stage.error.message if stage.error else f"{stage.ms:.1f} ms"
        print(f"Step {number}: {title}: {state if stage.step.enabled else 'off'}")
    for reading in shown.readings:
        value = f"{reading.value:g}" if isinstance(reading.value, float) else reading.value
        print(f"{reading.name}: {value} {reading.unit}".rstrip())
