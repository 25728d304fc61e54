import numpy as np
import pytest
from PySide6.QtCore import Qt

from visionlab.core.display import to_rgb8
from visionlab.core.image import Display
from visionlab.runtime.shown import ShownPicture
from visionlab.ui.parts import ElidedLabel
from visionlab.ui.views_panel import ViewsPanel


def view(name, values, display=None):
    return ShownPicture(name, to_rgb8(values, display), values, display)


GRADIENT = view("Gradient", np.linspace(-2, 2, 12, dtype=np.float32).reshape(3, 4),
                Display(-2, 2, "diverging"))  # fmt: skip
MASK = view("Mask", np.full((6, 8), 255, np.uint8))
RGB = view("Blend", np.zeros((6, 8, 3), np.float32))


@pytest.fixture
def panel(qtbot):
    panel = ViewsPanel()
    qtbot.addWidget(panel)
    panel.resize(700, 220)
    panel.show()
    return panel


def test_one_view_needs_no_strip(panel):
    panel.set_views((MASK,))
    assert panel.view() is MASK
    assert panel.canvas.isVisible()
    assert not panel.strip.isVisible()


def test_several_views_and_the_chosen_one_stays(panel):
    panel.set_views((GRADIENT, MASK))
    assert panel.strip.isVisible()
    assert [panel.strip.item(i).text() for i in range(2)] == ["Gradient", "Mask"]
    panel.strip.setCurrentRow(1)
    assert panel.view() is MASK
    newer = view("Mask", np.zeros((6, 8), np.uint8))
    panel.set_views((GRADIENT, newer))
    assert panel.view() is newer
    panel.set_views((newer, GRADIENT, RGB))
    assert panel.view() is newer
    panel.set_views((GRADIENT, RGB))
    assert panel.view() is GRADIENT


def test_colour_bar_only_where_colours_stand_for_values(panel):
    panel.set_views((GRADIENT, MASK, RGB))
    assert panel.bar.display() == Display(-2, 2, "diverging")
    panel.strip.setCurrentRow(1)
    assert not panel.bar.isVisible()
    panel.strip.setCurrentRow(2)
    assert not panel.bar.isVisible()
    panel.set_views((view("Raw", np.array([[1.0, 3.0]], np.float32)),))
    assert panel.bar.display() == Display(1, 3)


def test_hover_reads_true_values(panel):
    def texts():
        return [label.text() for label in panel.findChildren(ElidedLabel)]

    panel.set_views((GRADIENT,))
    panel.canvas.hovered.emit((3, 2))
    assert "x 3, y 2: 2" in texts()
    panel.canvas.hovered.emit(None)
    assert not any(text.startswith("x ") for text in texts())


def test_save_and_open_ask_with_the_view(qtbot, panel):
    panel.set_views((GRADIENT, MASK))
    panel.strip.setCurrentRow(1)
    for button, signal in ((panel.save, panel.saveRequested), (panel.open, panel.openRequested)):
        with qtbot.waitSignal(signal) as caught:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert caught.args == [MASK]


def test_empty_state(panel):
    panel.set_views((MASK,))
    panel.set_views(())
    assert not panel.canvas.isVisible()
    assert panel.view() is None
