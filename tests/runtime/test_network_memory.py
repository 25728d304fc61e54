"""How often moving pictures are asked about."""

from types import SimpleNamespace

import pytest

from visionlab.runtime.network_memory import MOST, Memory, pause


def test_the_time_between_two_answers_is_filled_up():
    memory = Memory()
    assert pause(memory, 5.0) == 0  # nothing was answered yet
    memory.last = SimpleNamespace(prediction=SimpleNamespace(seconds=0.015))
    memory.at = 5.0
    assert pause(memory, 5.004) == pytest.approx(1 / MOST - 0.015 - 0.004)
    assert pause(memory, 5.5) == 0
    memory.last = SimpleNamespace(prediction=SimpleNamespace(seconds=0.3))
    assert pause(memory, 5.0) == 0  # a slow network never waits
