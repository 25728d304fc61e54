"""How often the network lane is asked about moving pictures."""

from typing import NamedTuple

MOST = 25
"""Answers a second; more are not seen and take the picture lane's time."""
CROWDED = 0.6
"""The part of the time at work from which the picture lane counts as wanting all of it."""
KEPT = 0.8
"""The part of its own rate that such a lane keeps: more than is promised, 0.7, since a short look
sees the rate some percent too low, and the lane's pictures differ from second to second."""
LIVE, LIVE_KEPT = 24, 0.72
"""So many answers a second are given as long as the lane keeps this part: what moves is to be
followed, and some are missed while the lane is looked at."""
LONGEST = 0.4
"""The longest rest, in seconds."""
SHORTEST = 0.004
"""The shortest, beside such a lane."""
SETTLING = 0.02
"""Seconds until the lane has its own rate."""
LOOK, PICTURES = (0.1, 0.25), 20
"""The fewest and the most seconds for which that is looked at, and the pictures that do. What the
window does ten times a second, such as a histogram, should fall into each look alike."""
LOOKED = 0.08
"""The part of the time that goes by with looks: a lane's rate changes within a second."""
_LOST, _TRUST = 0.4, 3
"""A guess at the part of its time that the lane loses while the network answers, and the number of
times that it must be seen to count as much: one look may be off by a third."""
_NEW = 0.08
"""The weight of what was seen last, once enough was seen."""
_SLACK = 0.1
"""Seconds that a rest may last longer than told; after that, nothing was asked meanwhile."""


class _Span(NamedTuple):
    """Seconds, pictures that the window showed in them, and seconds that the answers took."""

    seconds: float = 0.0
    pictures: float = 0.0
    answering: float = 0.0


class Pace:
    """Lets the network rest, so long that the picture lane keeps most of its own rate.

    That rate is what the lane reaches while the network rests for a while, now and then: in the
    short rests between two answers it is still slowed by what was shown, and by caches that have
    other contents. What is missing from it is what the answers cost.

    Attributes
    ----------
    crowded : bool
        Whether the picture lane wanted all the time that there was.
    looks : bool
        Whether its own rate is to be looked at after the present rest.
    """

    def __init__(self) -> None:
        self.crowded = False
        self.looks = False
        self._due = self._begun = 0.0
        self._worked = (0.0, 0.0)
        self._mark = (0.0, 0.0)
        self._alone, self._look = 0.0, LOOK[0]
        self._span = _Span()
        self._lost, self._seen = _LOST, _TRUST

    def begin(self, now: float, pictures: float) -> None:
        """Note that the network begins to work.

        Parameters
        ----------
        now : float
            The time.
        pictures : float
            How many pictures the window has shown so far.
        """
        if self.looks:
            self._end_look(now, pictures)
        self._begun = now

    def look(self, now: float, pictures: float) -> float:
        """Return the seconds to wait while the lane's own rate is looked at."""
        self._mark, self._due = (now, pictures), max(self._due, now + self._look)
        return self._due - now

    def rest(self, now: float, worked: float, pictures: float) -> float:
        """Return the seconds to wait before the next answer.

        Parameters
        ----------
        now : float
            The time.
        worked : float
            Seconds for which the picture lane has worked so far.
        pictures : float
            How many pictures the window has shown so far.
        """
        (then, before), self._mark = self._mark, (now, pictures)
        (since, worked_then), self._worked = self._worked, (now, worked)
        self.crowded = worked - worked_then > CROWDED * (now - since)
        if not self.crowded:
            self._due = max(self._due + 1 / MOST, now)
            return self._due - now
        if self._begun - then < LONGEST + _SLACK:
            seconds, shown, answering = self._span
            self._span = _Span(
                seconds + now - then, shown + pictures - before, answering + now - self._begun
            )
        return self._crowded_rest(now)

    def _crowded_rest(self, now: float) -> float:
        """Return the seconds to wait beside a lane that wants all the time."""
        cost = max(self._lost, 0.0) * (now - self._begun)
        live = cost * LIVE < 1 - LIVE_KEPT
        apart = min(cost / (1 - KEPT), 1 / LIVE) if live else cost / (1 - KEPT)
        wanted = self._due + max(apart, 1 / MOST)
        self._due = min(max(wanted, now + SHORTEST), now + LONGEST)
        self.looks = not self._alone or self._span.seconds > (SETTLING + self._look) / LOOKED
        return SETTLING if self.looks else self._due - now

    def _end_look(self, now: float, pictures: float) -> None:
        """Note the lane's own rate, and what it lost since the look before."""
        (then, before), self._mark = self._mark, (now, pictures)
        if now < self._due + _SLACK and pictures > before:
            seen = (pictures - before) / (now - then)
            if self._alone and self._span.answering:
                self._learn((self._alone + seen) / 2)
            self._alone, self._look = seen, min(max(PICTURES / seen, LOOK[0]), LOOK[1])
        self.looks, self._span = False, _Span()

    def _learn(self, alone: float) -> None:
        """Take what was lost in the present span for what will be, the more the less is known."""
        lost = (self._span.seconds - self._span.pictures / alone) / self._span.answering
        self._seen += 1
        self._lost += (lost - self._lost) * max(1 / self._seen, _NEW)
