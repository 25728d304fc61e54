import subprocess
import sys

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import QLabel

from visionlab.core.result import Curve, Plot
from visionlab.ui.plot_panel import Chart, PlotPanel

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


def chart(panel):
    return panel.findChild(pg.PlotWidget)


def curves(panel):
    return chart(panel).getPlotItem().listDataItems()


def markers(panel):
    return [i for i in chart(panel).getPlotItem().items if isinstance(i, pg.InfiniteLine)]


def legend(panel):
    """Return the names of the curves as they are read above the plot."""
    texts = [t for t in (label.text() for label in panel.findChildren(QLabel)) if "━" in t]
    return QTextDocumentFragment.fromHtml("".join(texts)).toPlainText()


def test_curves_labels_and_markers(qtbot):
    panel = shown(qtbot, plot(X**2))
    item = chart(panel).getPlotItem()
    xs, ys = curves(panel)[0].getData()
    np.testing.assert_array_equal(xs, X)
    np.testing.assert_array_equal(ys, X**2)
    assert item.getAxis("bottom").labelText == "Grey value"
    assert item.getAxis("left").labelText == "Pixels"
    (marker,) = markers(panel)
    assert marker.value() == 117
    assert marker.label.toPlainText() == "Otsu 117"
    assert legend(panel).split() == ["━", "a", "━", "b"]


def test_update_keeps_items(qtbot):
    panel = shown(qtbot, plot(X))
    items = curves(panel) + markers(panel)
    panel.set_plots((plot(X * 3, x=9.5),))
    assert curves(panel) + markers(panel) == items
    np.testing.assert_array_equal(items[0].getData()[1], X * 3)
    assert items[2].label.toPlainText() == "Otsu 9.5"


def test_another_shape_rebuilds(qtbot):
    panel = shown(qtbot, plot(X))
    panel.set_plots((Plot("p", "x", "y", (Curve("only", X, X),)),))
    assert len(curves(panel)) == 1
    assert markers(panel) == []
    assert legend(panel) == ""


def test_tabs_choose_a_plot(qtbot):
    panel = shown(qtbot, plot(X), plot(X * 2, name="Second"))
    panel.chooser.setCurrentIndex(1)
    np.testing.assert_array_equal(curves(panel)[0].getData()[1], X * 2)


def test_empty_state(qtbot):
    panel = shown(qtbot, plot(X))
    panel.set_plots(())
    assert not chart(panel).isVisible()


def test_pyqtgraph_waits_for_the_first_plot():
    code = "import sys, visionlab.ui.plot_panel; sys.exit('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_small_values_stand_at_the_axis_as_they_are(qtbot):
    chart = Chart()
    qtbot.addWidget(chart.widget)
    x = np.linspace(0, 1, 5)
    chart.set_plot(Plot("Small", "Part", "Probability", (Curve("a", x, x / 500),)))
    chart.widget.resize(300, 120)
    chart.widget.grab()
    axis = chart.widget.getPlotItem().getAxis("left")
    assert "(x" not in axis.labelString()
