"""Work in pieces: one a turn, in order, the latest wish alone."""

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from visionlab.ui.turns import Turns


def test_the_loop_turns_between_two_pieces(qtbot):
    done = []
    clock = QTimer()
    clock.timeout.connect(partial(done.append, "turn"))
    clock.start(0)
    turns = Turns(clock)
    turns.begin([partial(done.append, piece) for piece in "abc"])
    assert done == []
    assert not turns.idle()
    qtbot.waitUntil(lambda: "c" in done)
    assert turns.idle()
    at = [done.index(piece) for piece in "abc"]
    assert at == sorted(at)
    assert all("turn" in done[a:b] for a, b in pairwise(at))


def test_later_work_takes_the_place_of_what_is_left(qtbot):
    owner, done = QObject(), []
    turns = Turns(owner)

    def change():
        turns.begin([partial(done.append, "new")])

    turns.begin([partial(done.append, "old"), change, partial(done.append, "never")])
    qtbot.waitUntil(lambda: "new" in done)
    turns.begin([partial(done.append, "never")])
    turns.begin([])
    assert turns.idle()
    for _ in range(3):
        QCoreApplication.processEvents()
    assert done == ["old", "new"]
