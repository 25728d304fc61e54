"""The running plot: what is remembered, for how long, and what is drawn of it."""

import pytest
import shiboken6

from visionlab.ui import theme
from visionlab.ui.running_plot import SECONDS, RunningPlot


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def plot(qtbot, clock):
    theme.set_scheme("light")
    plot = RunningPlot(clock)
    with qtbot.waitExposed(plot):
        plot.show()
    yield plot
    shiboken6.delete(plot)


def drawn(plot):
    """Return the curves as lists of (seconds, per cent)."""
    plot._draw()
    return [
        [(float(x), float(y)) for x, y in zip(*item.getData(), strict=True)]
        for item in plot._chart._curves
    ]


def test_each_number_holds_until_the_next_comes(plot, clock):
    plot.begin(["cat", "dog"])
    plot.add([0.5, 0.25])
    clock.now += 2
    plot.add([0.125, 0.75])
    clock.now += 1
    cat, dog = drawn(plot)
    # Two numbers, the newer one a second old; "left" holds each to the next place.
    assert cat[0] == (-3, 50)
    assert cat[-1] == (0, 12.5)
    assert (-1, 12.5) in cat
    assert dog[-1] == (0, 75)
    assert plot.legend.text().count("75.0") == 1
    assert "cat" in plot.legend.text()


def test_what_is_older_than_the_plot_is_forgotten(plot, clock):
    plot.begin(["cat"])
    for number in range(100):
        plot.add([number / 100])
        clock.now += 1
    times = [at for at, _ in plot.trace]
    assert len(times) == SECONDS + 2  # one reaches beyond the left edge
    assert times[1] >= clock.now - 1 - SECONDS


def test_other_curves_begin_without_a_past(plot):
    plot.begin(["cat", "dog", "cup"])
    plot.add([0.1, 0.2, 0.3])
    plot.set_reference(0.4)
    plot.begin(["cup"])
    assert plot.trace == ()
    assert not plot._chart._level.isVisible()
    plot.add([0.5])
    assert len(drawn(plot)) == 1


def test_a_label_is_taken_as_text(plot):
    plot.begin(["<b>cat & dog</b>"])
    plot.add([1.0])
    plot._draw()
    assert "&lt;b&gt;cat &amp; dog&lt;/b&gt;" in plot.legend.text()


def test_it_rests_when_nothing_moves_or_nobody_looks(plot, clock):
    plot.begin(["cat"])
    plot.add([0.5])
    assert plot._timer.isActive()
    plot.hide()
    assert not plot._timer.isActive()
    plot.show()
    assert plot._timer.isActive()
    clock.now += SECONDS + 1
    plot._draw()  # one level line is all that is left
    assert not plot._timer.isActive()
    plot.add([0.25])
    assert plot._timer.isActive()
