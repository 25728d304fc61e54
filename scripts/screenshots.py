"""Draw the pictures of README and docs with the program itself."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

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


def draw_network(out: Path, source: str, scheme: str) -> None:
    """Draw the window with its network panel open, once there is an answer."""
    from PySide6.QtWidgets import QApplication

    from visionlab.app import default_pipeline
    from visionlab.operations import catalogue
    from visionlab.runtime.session import Session
    from visionlab.runtime.settings import Settings
    from visionlab.ui import theme
    from visionlab.ui.main_window import MainWindow

    application = QApplication([])
    theme.set_scheme(scheme)
    session = Session(catalogue())
    window = MainWindow(session, Settings(scheme=scheme))
    window.show()
    window.start([source], default_pipeline())
    window.commands["show_network"].trigger()
    end = perf_counter() + 30
    while session.network.last is None and perf_counter() < end:
        application.processEvents()
    settled = perf_counter() + 0.5
    while perf_counter() < settled:
        application.processEvents()
    window.grab().save(str(out))
    session.close()


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
    draw_network(DOCS / "network.png", "sample:coffee", "light")


if __name__ == "__main__":
    main()
