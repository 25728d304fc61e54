"""Rules of the house that a list of forbidden modules cannot hold."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "visionlab"


def imported(path):
    """Return the full names of all that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", sorted((PACKAGE / "core").rglob("*.py")), ids=lambda p: p.stem)
def test_the_core_needs_numpy_and_the_standard_library_only(path):
    tops = {name.split(".")[0] for name in imported(path)}
    assert tops <= sys.stdlib_module_names | {"numpy", "visionlab"}


@pytest.mark.parametrize("path", sorted((PACKAGE / "runtime").rglob("*.py")), ids=lambda p: p.stem)
def test_the_runtime_knows_no_widgets(path):
    from_qt = [name for name in imported(path) if name.startswith("PySide6")]
    assert [name for name in from_qt if not name.startswith("PySide6.QtCore")] == []


@pytest.mark.parametrize("name", ["system.py", "__init__.py"])
def test_what_the_set_up_uses_needs_the_standard_library_only(name):
    tops = {name.split(".")[0] for name in imported(PACKAGE / name)}
    assert tops <= sys.stdlib_module_names


def loaded_by(statement):
    """Return the top-level modules that a fresh Python has loaded after `statement`."""
    code = f"{statement}\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in done.stdout.split()}


def test_sources_and_commands_load_neither_qt_nor_torch():
    statement = "import visionlab.sources, visionlab.batch, visionlab.listing, visionlab.cli"
    assert not loaded_by(statement) & {"PySide6", "pyqtgraph", "torch", "sklearn"}


WINDOW = """
import shiboken6
from visionlab.app import open_window
application, window = open_window(["sample:coffee"], None, None, None)
painted = []
window.pictures.painted.connect(painted.append)
while not (painted and window.session.idle() and window.commands["fit"].isEnabled()):
    application.processEvents()
assert window.isVisible() and painted[-1].result.values.any()
assert window.session.close()
shiboken6.delete(window)
"""


def test_the_open_window_has_loaded_neither_torch_nor_scikit():
    """A picture is painted, its steps are done and the panels are filled."""
    loaded = loaded_by(WINDOW)
    assert {"PySide6", "cv2", "visionlab"} <= loaded
    assert not loaded & {"torch", "torchvision", "sklearn", "skimage", "scipy", "onnxruntime"}
