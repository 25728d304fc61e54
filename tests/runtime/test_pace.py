"""How often moving pictures are asked about."""

import pytest

from visionlab.runtime.pace import KEPT, LONGEST, MOST, MOST_CROWDED, SHORTEST, Pace


def test_the_time_between_two_answers_is_filled_up():
    pace = Pace()
    assert pace.rest(5.0, 0.0, 0) == 0
    assert pace.rest(5.015, 0.001, 1) == pytest.approx(1 / MOST - 0.015)
    assert pace.rest(5.3, 0.002, 2) == 0  # a slow network never waits
    assert pace.rest(5.31, 0.003, 3) == pytest.approx(1 / MOST - 0.01)
    assert not pace.crowded


def test_a_late_answer_makes_the_next_no_later():
    pace = Pace()
    pace.rest(10.0, 0.0, 0)
    assert pace.rest(10.02, 0.0, 0) == pytest.approx(0.02)
    assert pace.rest(10.07, 0.0, 0) == pytest.approx(0.01)  # it slept longer than it was told


class Lane:
    """A picture lane that never rests, and a network beside it; time is counted, not waited for."""

    def __init__(self, alone, beside, took):
        self.alone, self.beside, self.took = alone, beside, took
        self.now = self.pictures = 100.0
        self.pace = Pace()

    def answer(self):
        """Let the network answer once, and rest; return the rest."""
        self.pace.begin(self.now, self.pictures)
        self.now += self.took
        self.pictures += self.beside * self.took
        rest = self.pace.rest(self.now, 0.95 * self.now, self.pictures)
        self.now += rest
        self.pictures += self.alone * rest
        return rest

    def settled(self):
        """Return answers a second and the part of its own rate that the lane keeps."""
        for _ in range(40):
            self.answer()
        now, pictures = self.now, self.pictures
        for _ in range(40):
            self.answer()
        took = self.now - now
        return 40 / took, (self.pictures - pictures) / took / self.alone


@pytest.mark.parametrize(("beside", "took"), [(100, 0.03), (200, 0.03), (150, 0.11), (0, 0.05)])
def test_a_lane_that_is_slowed_keeps_its_part(beside, took):
    lane = Lane(400, beside, took)
    rate, kept = lane.settled()
    assert lane.pace.crowded
    assert kept == pytest.approx(KEPT, abs=0.01)
    assert rate < MOST_CROWDED


def test_a_lane_that_is_hardly_slowed_leaves_the_full_rate():
    rate, kept = Lane(400, 350, 0.02).settled()
    assert rate == pytest.approx(MOST_CROWDED)
    assert kept > KEPT


def test_rests_are_neither_endless_nor_none():
    assert Lane(400, 0, 2.0).settled()[0] == pytest.approx(1 / (2.0 + LONGEST))
    assert Lane(400, 390, 0.3).settled()[0] == pytest.approx(1 / (0.3 + SHORTEST))


def test_where_the_lane_has_little_to_do_the_full_rate_is_back():
    lane = Lane(400, 100, 0.03)
    lane.settled()
    lane.pace.begin(lane.now, lane.pictures)
    lane.now += 0.03
    worked = 0.95 * lane.now - 1.0
    rest = lane.pace.rest(lane.now, worked, lane.pictures)
    assert not lane.pace.crowded
    assert rest <= 1 / MOST
