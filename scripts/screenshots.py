"""Draw the pictures of README and docs with the program itself."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, sleep

from PySide6.QtWidgets import QApplication, QWidget

DOCS = Path(__file__).resolve().parents[1] / "docs"
GREY = {"op": "convert_colour", "params": {"source": "RGB", "target": "grey"}}
SHOTS = {
    "window-light": ("light", "sample:coffee", None),
    "window-dark": ("dark", "sample:astronaut", [GREY, {"op": "sobel", "params": {"output": "x"}}]),
    "shapes": (
        "light",
        "sample:shapes",
        [
            GREY,
            {"op": "threshold", "params": {"level": 225, "mode": "binary inverted"}},
            {"op": "find_contours"},
        ],
    ),
    "test-camera": (
        "dark",
        "camera:test",
        [GREY, {"op": "median_blur"}, {"op": "hough_circles", "params": {"radius": [30, 120]}}],
    ),
}


def draw_network(out: Path, source: str, scheme: str, method: str = "") -> QWidget:
    """Draw the window with its network panel, once there is an answer, and a finished heatmap.

    Returns
    -------
    QWidget
        The window, to be kept until the program ends: Python may otherwise destroy it in whichever
        thread it collects garbage, and widgets belong to the main thread.
    """
    from visionlab.app import default_pipeline
    from visionlab.operations import catalogue
    from visionlab.runtime.session import Session
    from visionlab.runtime.settings import Settings
    from visionlab.ui import theme
    from visionlab.ui.main_window import MainWindow

    theme.set_scheme(scheme)
    session = Session(catalogue())
    window = MainWindow(session, Settings(scheme=scheme))
    window.show()
    window.start([source], default_pipeline())
    window.commands["show_network"].trigger()
    if method:
        chooser = window.docks.heat.method
        chooser.setCurrentIndex(chooser.index_of(method))
        window.commands["explain"].setChecked(True)

    def finished() -> bool:
        last = session.network.last
        if last is None or not method:
            return last is not None
        return any(heat.heatmap and heat.heatmap.progress == 1 for heat in last.heats)

    _wait(finished, 60)
    _wait(lambda: False, 0.5)
    window.grab().save(str(out))
    session.close()
    return window


def _wait(condition: Callable[[], bool], seconds: float) -> None:
    end = perf_counter() + seconds
    while not condition() and perf_counter() < end:
        QApplication.processEvents()
        sleep(0.005)  # a loop that spins would slow what it waits for


def main() -> None:
    """Draw all of them."""
    with tempfile.TemporaryDirectory() as folder:
        for name, (scheme, source, steps) in SHOTS.items():
            command = [sys.executable, "-m", "visionlab", "--scheme", scheme]
            if steps:
                recipe = Path(folder) / f"{name}.json"
                recipe.write_text(json.dumps({"visionlab": 1, "steps": steps}), encoding="utf-8")
                command += ["--recipe", str(recipe)]
            out = DOCS / f"{name}.png"
            subprocess.run([*command, "--screenshot", str(out), source], check=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QApplication([])
    windows = [
        draw_network(DOCS / "network.png", "sample:coffee", "light"),
        draw_network(DOCS / "heatmap.png", "sample:coffee", "dark", "occlusion"),
        draw_network(DOCS / "live.png", "camera:test", "light", "grad_cam"),
    ]
    application.quit()
    windows.clear()


if __name__ == "__main__":
    main()
