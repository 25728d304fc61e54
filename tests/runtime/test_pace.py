"""How often moving pictures are asked about."""

import pytest

from visionlab.runtime.pace import LONGEST, MOST, MOST_CROWDED, SHARE, Pace


def test_the_time_between_two_answers_is_filled_up():
    pace = Pace()
    assert pace.rest(5.0, 0.1, 0.0) == 0
    assert pace.rest(5.015, 0.11, 0.001) == pytest.approx(1 / MOST - 0.015)
    assert pace.rest(5.3, 0.3, 0.002) == 0  # a slow network never waits
    assert pace.rest(5.31, 0.31, 0.003) == pytest.approx(1 / MOST - 0.01)
    assert not pace.crowded


def test_a_late_answer_makes_the_next_no_later():
    pace = Pace()
    pace.rest(10.0, 0.0, 0.0)
    assert pace.rest(10.02, 0.0, 0.0) == pytest.approx(0.02)
    assert pace.rest(10.07, 0.0, 0.0) == pytest.approx(0.01)  # it slept longer than it was told


def test_beside_a_lane_that_never_rests_it_takes_a_part_of_a_core():
    pace = Pace()
    pace.rest(10.0, 3.0, 4.0)
    assert pace.rest(10.03, 3.02, 4.025) == pytest.approx(1 / MOST_CROWDED - 0.03)
    assert pace.crowded
    due = 10.0 + 1 / MOST_CROWDED
    assert pace.rest(due + 0.11, 3.12, 4.14) == pytest.approx(0.1 / SHARE - 0.11)
    due += 0.1 / SHARE
    assert pace.rest(due + 0.2, 4.12, 4.39) == pytest.approx(LONGEST - 0.2)
    due += LONGEST
    assert pace.rest(due + 0.01, 4.13, 4.4) == pytest.approx(1 / MOST - 0.01)
    assert not pace.crowded  # the lane had little to do
