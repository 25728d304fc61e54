"""The network panel, given answers."""

import numpy as np
import pytest

from visionlab.core.image import as_image
from visionlab.deep.prediction import Prediction
from visionlab.runtime.answers import Predicted
from visionlab.runtime.shown import ShownPicture
from visionlab.ui.network_panel import NetworkPanel

LABELS = tuple(f"kind {n}" for n in range(30))
GREY = as_image(np.zeros((2, 2), np.uint8))


def answer(best, labels=LABELS):
    """An answer in which `best` is the most probable, and then the highest numbers."""
    parts = np.arange(1, len(labels) + 1, dtype=np.float32)
    parts[best] = 100
    parts /= parts.sum()
    found = Prediction(
        "m", labels, np.log(parts), parts, GREY, np.zeros((1, 2, 2), np.float32), (0, 0, 2, 2),
        False, 0.01,
    )  # fmt: skip
    return Predicted(found, parts, ShownPicture.of("p", GREY, None), "cpu")


@pytest.fixture
def panel(qtbot):
    panel = NetworkPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 200)
    panel.show()
    return panel


def test_a_held_answer_is_compared_with_that_of_the_next_picture(panel):
    held = answer(0)
    panel.set_predicted(held)
    panel.hold.click()
    panel.set_predicted(None)  # another source
    panel.set_predicted(answer(1))
    assert panel.hold.isChecked()
    bars = panel.bars.bars()
    rows = panel.bars.rows()
    assert [bar.index for bar in bars] == [1, *range(29, 31 - rows, -1), 0]  # what it was, last
    assert [bar.held for bar in bars] == [float(held.smoothed[bar.index]) for bar in bars]
    panel.set_predicted(answer(1, LABELS[:20]))  # other classes: nothing to compare
    assert not panel.hold.isChecked()
    assert all(bar.held is None for bar in panel.bars.bars())


def test_classes_that_are_searched_for_take_no_room_of_others(panel):
    panel.set_predicted(answer(7))
    panel.search.setText("kind 7")
    bars = panel.bars.bars()
    assert len(bars) == panel.bars.rows()
    assert [bar.index for bar in bars if bar.pinned] == [7]


def test_names_are_shown_before_bars_where_it_is_narrow(panel):
    panel.set_predicted(answer(0, ("golden retriever", *LABELS)))
    panel.hold.click()
    panel.resize(500, 200)
    bars = panel.bars
    name, track, _ = bars._columns(bars._rect(0))
    assert name.width() >= bars.fontMetrics().horizontalAdvance("golden retriever")
    assert track.width() >= 64  # still to be seen
    panel.set_predicted(answer(0, tuple("0123456789")))
    name, longer, _ = bars._columns(bars._rect(0))
    assert name.width() < 20
    assert longer.width() > track.width()
