import subprocess
import sys

import numpy as np

from visionlab.core.result import Curve, Plot
from visionlab.ui.plot_panel import PlotPanel

X = np.arange(5.0)


def plot(y, x=117.0, name="Grey values"):
    return Plot(name, "Grey value", "Pixels", (Curve("a", X, y), Curve("b", X, -y)), (("Otsu", x),))


def shown(qtbot, *plots):
    panel = PlotPanel()
    qtbot.addWidget(panel)
    panel.resize(500, 240)
    panel.show()
    panel.set_plots(plots)
    return panel


def test_curves_labels_and_markers(qtbot):
    panel = shown(qtbot, plot(X**2))
    item = panel._chart._item
    xs, ys = panel._chart._curves[0].getData()
    np.testing.assert_array_equal(xs, X)
    np.testing.assert_array_equal(ys, X**2)
    assert item.getAxis("bottom").labelText == "Grey value"
    assert item.getAxis("left").labelText == "Pixels"
    (marker,) = panel._chart._markers
    assert marker.value() == 117
    assert marker.label.toPlainText() == "Otsu 117"
    assert "a" in panel._legend.text()


def test_update_keeps_items(qtbot):
    panel = shown(qtbot, plot(X))
    items = list(panel._chart._curves) + list(panel._chart._markers)
    panel.set_plots((plot(X * 3, x=9.5),))
    assert list(panel._chart._curves) + list(panel._chart._markers) == items
    np.testing.assert_array_equal(items[0].getData()[1], X * 3)
    assert items[2].label.toPlainText() == "Otsu 9.5"


def test_another_shape_rebuilds(qtbot):
    panel = shown(qtbot, plot(X))
    panel.set_plots((Plot("p", "x", "y", (Curve("only", X, X),)),))
    assert len(panel._chart._curves) == 1
    assert panel._chart._markers == []
    assert panel._legend.text() == ""


def test_tabs_choose_a_plot(qtbot):
    panel = shown(qtbot, plot(X), plot(X * 2, name="Second"))
    panel.chooser.setCurrentIndex(1)
    np.testing.assert_array_equal(panel._chart._curves[0].getData()[1], X * 2)


def test_empty_state(qtbot):
    panel = shown(qtbot, plot(X))
    panel.set_plots(())
    assert not panel._chart.widget.isVisible()


def test_pyqtgraph_waits_for_the_first_plot():
    code = "import sys, visionlab.ui.plot_panel; sys.exit('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
