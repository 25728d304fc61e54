"""How often the network lane is asked about moving pictures."""

MOST = 25
"""Answers a second; more are not seen and take the picture lane's time."""
CROWDED = 0.6
"""The part of the time at work from which the picture lane counts as wanting all of it."""
MOST_CROWDED = 21
"""Answers a second beside such a lane."""
SHARE = 0.6
"""The most of one core's time that they may take there."""
LONGEST = 0.4
"""Seconds from one answer to the next that this may lead to."""


class Pace:
    """Keeps the network's work apart, by what it took and what the picture lane does beside it.

    Attributes
    ----------
    crowded : bool
        Whether the picture lane wanted all the time that there was.
    """

    def __init__(self) -> None:
        self.crowded = False
        self._last = (0.0, 0.0, 0.0)
        self._due = 0.0

    def rest(self, now: float, took: float, beside: float) -> float:
        """Return the seconds to wait after an answer before the next.

        Parameters
        ----------
        now : float
            The time.
        took : float
            Seconds of a core that the network has taken so far.
        beside : float
            Seconds for which the picture lane has worked so far.
        """
        (then, took_then, before), self._last = self._last, (now, took, beside)
        self.crowded = beside - before > CROWDED * (now - then)
        period = 1 / MOST
        if self.crowded:
            period = max(1 / MOST_CROWDED, min((took - took_then) / SHARE, LONGEST))
        self._due = max(self._due + period, now)
        return self._due - now
