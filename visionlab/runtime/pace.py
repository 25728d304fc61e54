"""How often the network lane is asked about moving pictures."""

MOST = 25
"""Answers a second; more are not seen and take the picture lane's time."""
CROWDED = 0.6
"""The part of the time at work from which the picture lane counts as wanting all of it."""
MOST_CROWDED = 21
"""Answers a second beside such a lane."""
KEPT = 0.74
"""The part of its own rate that such a lane keeps: a little more than is promised, 0.7."""
LONGEST = 0.4
"""The longest rest, in seconds."""
SHORTEST = 0.004
"""The shortest, beside such a lane: its rate alone is measured meanwhile."""
_FADING = 0.9
"""What a phase counts for after the next of its kind."""


class Pace:
    """Lets the network rest, so long that the picture lane keeps most of its own rate.

    That lane's rate while the network rests is compared with the rate while it works.

    Attributes
    ----------
    crowded : bool
        Whether the picture lane wanted all the time that there was.
    """

    def __init__(self) -> None:
        self.crowded = False
        self._due = 0.0
        self._begun = (0.0, 0)
        self._ended = (0.0, 0.0, 0)
        self._busy = self._free = (0.0, 0.0)

    def begin(self, now: float, pictures: int) -> None:
        """Note that the network begins to work.

        Parameters
        ----------
        now : float
            The time.
        pictures : int
            How many pictures the window has shown so far.
        """
        then, _, before = self._ended
        if before:
            self._free = _with(self._free, now - then, pictures - before)
        self._begun = now, pictures

    def rest(self, now: float, worked: float, pictures: int) -> float:
        """Return the seconds to wait before the next answer.

        Parameters
        ----------
        now : float
            The time.
        worked : float
            Seconds for which the picture lane has worked so far.
        pictures : int
            How many pictures the window has shown so far.
        """
        (then, worked_then, _), self._ended = self._ended, (now, worked, pictures)
        begun, before = self._begun
        self._busy = _with(self._busy, now - begun, pictures - before)
        self.crowded = worked - worked_then > CROWDED * (now - then)
        self._due = max(self._due + 1 / (MOST_CROWDED if self.crowded else MOST), now)
        if not self.crowded:
            return self._due - now
        wanted = (now - begun) * max(KEPT - self._slowed(), 0) / (1 - KEPT)
        rest = max(self._due - now, min(wanted, LONGEST), SHORTEST)
        self._due = now + rest
        return rest

    def _slowed(self) -> float:
        """Return the picture lane's rate while the network works / while it rests."""
        (working, beside), (resting, alone) = self._busy, self._free
        return beside / working * resting / alone if alone and working else KEPT


def _with(former: tuple[float, float], seconds: float, pictures: float) -> tuple[float, float]:
    return _FADING * former[0] + seconds, _FADING * former[1] + pictures
