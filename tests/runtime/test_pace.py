"""How often moving pictures are asked about."""

import pytest

from visionlab.runtime.pace import KEPT, LIVE_KEPT, LONGEST, MOST, SETTLING, SHORTEST, Pace


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
    """A picture lane that never rests, and a network beside it; time is counted, not waited for.

    Parameters
    ----------
    alone, beside : float
        Its pictures a second while the network rests and works.
    took : float
        Seconds of an answer.
    lasting : float
        Seconds after it in which the lane is still as slow.
    """

    def __init__(self, alone, beside, took, lasting=0.0):
        self.alone, self.beside, self.took, self.lasting = alone, beside, took, lasting
        self.now = self.pictures = 100.0
        self.pace = Pace()

    def answer(self):
        """Let the network answer once, and rest; return the rest."""
        self.pace.begin(self.now, self.pictures)
        self.now += self.took
        self.pictures += self.beside * self.took
        rest = self.pace.rest(self.now, 0.95 * self.now, self.pictures)
        self.now += rest
        slow = min(self.lasting, rest)
        self.pictures += self.beside * slow + self.alone * (rest - slow)
        if self.pace.looks:
            look = self.pace.look(self.now, self.pictures)
            self.now += look
            self.pictures += self.alone * look
        return rest

    def during(self, seconds):
        """Return answers a second and the part of its own rate that the lane keeps."""
        now, pictures, answers = self.now, self.pictures, 0
        while self.now < now + seconds:
            self.answer()
            answers += 1
        took = self.now - now
        return answers / took, (self.pictures - pictures) / took / self.alone

    def settled(self):
        """Return the same, once it goes on as it will."""
        self.during(80)
        return self.during(60)


@pytest.mark.parametrize("lasting", [0, 0.01])
@pytest.mark.parametrize(("beside", "took"), [(100, 0.03), (200, 0.03), (150, 0.09), (0, 0.05)])
def test_a_lane_that_is_slowed_keeps_its_part(beside, took, lasting):
    lane = Lane(400, beside, took, lasting)
    rate, kept = lane.settled()
    assert lane.pace.crowded
    assert KEPT - 0.02 < kept < KEPT + 0.04  # the looks are rests besides
    assert rate < MOST


def test_a_lane_that_is_hardly_slowed_leaves_nearly_the_full_rate():
    rate, kept = Lane(400, 350, 0.02).settled()
    assert rate == pytest.approx(MOST, rel=0.1)
    assert rate > 20
    assert kept > KEPT


def test_what_moves_is_followed_as_long_as_the_lane_keeps_what_is_promised():
    rate, kept = Lane(400, 230, 0.025).settled()  # 10.6 ms an answer
    assert 21 < rate < 24
    assert LIVE_KEPT < kept < KEPT
    rate, kept = Lane(400, 160, 0.025).settled()  # 15 ms
    assert rate < 14
    assert kept > KEPT - 0.02


def test_rests_are_neither_endless_nor_none():
    slow = Lane(400, 0, 0.9)
    slow.settled()
    assert max(slow.answer() for _ in range(20)) == pytest.approx(LONGEST)
    long = Lane(400, 390, 0.3)
    long.settled()
    rests = {round(long.answer(), 6) for _ in range(20)}
    assert rests == {SHORTEST, SETTLING}


def test_another_machine_or_network_is_known_within_seconds():
    lane = Lane(400, 300, 0.03)
    lane.settled()
    lane.beside = 40
    lane.during(40)
    assert lane.during(30)[1] > KEPT - 0.02
    lane.alone = 200
    lane.during(50)
    assert lane.during(30)[1] > KEPT - 0.02


def test_time_in_which_nothing_was_asked_does_not_count():
    lane = Lane(400, 100, 0.03)
    expected = lane.settled()
    for _ in range(30):
        lane.during(0.7)
        lane.now += 3
        lane.pictures += 3 * lane.alone
    assert lane.during(60) == pytest.approx(expected, rel=0.05)


def test_where_the_lane_has_little_to_do_the_full_rate_is_back():
    lane = Lane(400, 100, 0.03)
    lane.settled()
    lane.pace.begin(lane.now, lane.pictures)
    lane.now += 0.03
    worked = 0.95 * lane.now - 1.0
    rest = lane.pace.rest(lane.now, worked, lane.pictures)
    assert not lane.pace.crowded
    assert rest <= 1 / MOST
