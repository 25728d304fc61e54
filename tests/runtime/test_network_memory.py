"""How often moving pictures are asked about."""

from types import SimpleNamespace

import pytest

from visionlab.runtime.network_memory import LONGEST, MOST, REST, Memory, pause


def answered(memory, at, seconds):
    memory.last = SimpleNamespace(prediction=SimpleNamespace(seconds=seconds))
    memory.at = at


def test_the_time_between_two_answers_is_filled_up():
    memory = Memory()
    assert pause(memory, 5.0, 0.0, False) == 0  # nothing was answered yet
    answered(memory, 5.0, 0.015)
    assert pause(memory, 5.004, 0.0, False) == pytest.approx(1 / MOST - 0.015 - 0.004)
    assert pause(memory, 5.5, 0.0, True) == 0
    answered(memory, 6.0, 0.3)
    assert pause(memory, 6.0, 0.0, False) == 0  # a slow network never waits


def test_beside_a_lane_that_never_rests_it_rests_longer_than_it_worked():
    memory = Memory(beside=(9.0, 4.0))
    answered(memory, 10.0, 0.02)
    assert pause(memory, 10.04, 5.03, True) == pytest.approx(REST * 0.06)
    answered(memory, 10.2, 0.02)  # since 10.04, the lane worked for half of the time
    assert pause(memory, 10.24, 5.13, True) == 0
    answered(memory, 12.0, 1.5)
    assert pause(memory, 13.0, 7.8, True) == LONGEST
    answered(memory, 14.0, 0.02)  # an answer alone
    assert pause(memory, 14.0, 8.8, False) == pytest.approx(1 / MOST - 0.02)
