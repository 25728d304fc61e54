from itertools import pairwise
from time import perf_counter

from PySide6.QtCore import QObject

from visionlab.ui.seldom import SLOW_MS, Seldom


def test_it_is_done_soon_then_seldom_and_the_last_is_never_lost(qtbot):
    parent, done, asked = QObject(), [], [0]
    seldom = Seldom(parent, lambda: done.append((perf_counter(), asked[0])))
    seldom.ask()
    assert not done  # not in the turn of who asks
    qtbot.waitUntil(lambda: len(done) == 1, timeout=3000)
    until = perf_counter() + 0.45
    while perf_counter() < until:
        asked[0] += 1
        seldom.ask()
        qtbot.wait(5)
    qtbot.waitUntil(lambda: done[-1][1] == asked[0], timeout=3000)
    times = [at for at, _ in done]
    assert len(done) >= 3
    assert all(b - a >= SLOW_MS / 1000 - 0.01 for a, b in pairwise(times))
    qtbot.wait(3 * SLOW_MS)
    assert len(times) == len(done)  # nothing was asked for since
