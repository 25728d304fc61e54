"""Draw the pictures of README and docs with the program itself."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

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


if __name__ == "__main__":
    main()
