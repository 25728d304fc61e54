"""How often the network lane is asked about moving pictures."""

from typing import NamedTuple

MOST = 25
"""Answers a second; more are not seen and take the picture lane's time."""
CROWDED = 0.6
"""The part of the time at work from which the picture lane counts as wanting all of it."""
MOST_CROWDED = 23
"""Answers a second beside such a lane, less the looks at its own rate."""
KEPT = 0.75
"""The part of its own rate that such a lane keeps: a little more than is promised, 0.7."""
LONGEST = 0.4
"""The longest rest, in seconds."""
SHORTEST = 0.004
"""The shortest, beside such a lane."""
SETTLING, LOOK, EVERY = 0.02, 0.15, 2.0
"""Seconds until the lane has its own rate, for which that is looked at, and between two looks."""
_NEW = 0.3
"""The weight of what was seen last: from one second to the next a lane's rate changes anyhow."""
_SLACK = 0.1
"""Seconds that a rest may last longer than told; after that, nothing was asked meanwhile."""


class _Span(NamedTuple):
    """Seconds, pictures that the window showed in them, and answers."""

    seconds: float = 0.0
    pictures: float = 0.0
    answers: int = 0


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
        self._due = self._begun = 0.0
        self._worked = (0.0, 0.0)
        self._mark = (0.0, 0.0)
        self.looks = False
        self._alone = 0.0
        self._span = _Span()
        self._cost = 0.0

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
            then, before = self._mark
            if now - then < LOOK + _SLACK:
                seen = (pictures - before) / (now - then)
                self._alone += (seen - self._alone) * (_NEW if self._alone else 1)
            self.looks, self._mark = False, (now, pictures)
        self._begun = now

    def look(self, now: float, pictures: float) -> float:
        """Return the seconds to wait while the lane's own rate is looked at."""
        self._mark, self._due = (now, pictures), now + LOOK
        return LOOK

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
            seconds, shown, answers = self._span
            self._span = _Span(seconds + now - then, shown + pictures - before, answers + 1)
        return self._crowded_rest(now)

    def _crowded_rest(self, now: float) -> float:
        """Return the seconds to wait beside a lane that wants all the time."""
        if not self._alone:
            return self._to_look()
        if self._span.seconds > EVERY:
            missing = self._span.seconds - self._span.pictures / self._alone
            cost = max(missing, 0.0) / self._span.answers
            self._cost += (cost - self._cost) * (_NEW if self._cost else 1)
            return self._to_look()
        cost = self._cost or (now - self._begun) / 2  # as it is known to be, roughly
        wanted = self._due + max(cost / (1 - KEPT), 1 / MOST_CROWDED)
        self._due = min(max(wanted, now + SHORTEST), now + LONGEST)
        return self._due - now

    def _to_look(self) -> float:
        """Return the seconds until the lane's own rate can be looked at."""
        self.looks, self._span = True, _Span()
        return SETTLING
