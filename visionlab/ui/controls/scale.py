"""How a range's values lie along a slider: in equal steps, or by decades where it is wide."""

import math
from dataclasses import dataclass

from visionlab.core.params import Range

_LOG_POSITIONS = 1000


def _decimals(step: float) -> int:
    """Return the digits after the point that `step` needs, at most 6."""
    return next((n for n in range(6) if math.isclose(round(step, n), step)), 6)


@dataclass(frozen=True)
class Scale:
    """Slider positions ``0 ... positions`` for the values of a range.

    Attributes
    ----------
    step : float
        Between neighbouring values; finer than the range's own where that is too coarse.
    whole : bool
        Only ``low``, ``low + step``, ... are values (an `IntKind`).
    offset : float or None
        Logarithmic in ``value + offset``; None where the scale is linear.
    """

    low: float
    high: float
    step: float
    whole: bool
    offset: float | None

    @staticmethod
    def of(limits: Range, *, whole: bool = False) -> "Scale":
        """Return the scale of `limits`."""
        span = limits.max - limits.min
        step = limits.step
        if not whole and step > span / 20:
            step = 10.0 ** math.floor(math.log10(span / 100) + 1e-9)
        offset: float | None = None
        if limits.min > 0 and limits.max >= 1000 * limits.min:
            offset = 0.0
        elif limits.min == 0 and limits.max > 5000 * step:
            offset = step
        return Scale(limits.min, limits.max, step, whole, offset)

    def between(self, low: float, high: float) -> "Scale":
        """Return the scale of the values from `low` to `high` alone."""
        return Scale.of(Range(low, high, self.step), whole=self.whole)

    @property
    def origin(self) -> int:
        """The slider position of 0 where values lie to both sides of it, else the first."""
        return self.position(0) if self.low < 0 < self.high else 0

    @property
    def decimals(self) -> int:
        """Digits after the point that a step needs."""
        return _decimals(self.step)

    @property
    def positions(self) -> int:
        """The last slider position."""
        if self.offset is not None:
            return _LOG_POSITIONS
        count = (self.high - self.low) / self.step
        return math.floor(count + 1e-9) if self.whole else math.ceil(count - 1e-9)

    def position(self, value: float) -> int:
        """Return the slider position nearest to `value`."""
        if self.offset is None:
            return round((value - self.low) / self.step)
        decades = math.log((self.high + self.offset) / (self.low + self.offset))
        return round(
            _LOG_POSITIONS * math.log((value + self.offset) / (self.low + self.offset)) / decades
        )

    def value(self, position: int) -> float:
        """Return the value at a slider position; with two digits on a logarithmic scale."""
        if position >= self.positions:
            return self.snap(self.high)
        if self.offset is None:
            return self.snap(round(self.low + position * self.step, self.decimals))
        ratio = (self.high + self.offset) / (self.low + self.offset)
        value = (self.low + self.offset) * ratio ** (position / _LOG_POSITIONS) - self.offset
        return self.snap(float(f"{value:.2g}"))

    def snap(self, value: float) -> float:
        """Return the nearest value that the range allows."""
        value = min(max(value, self.low), self.high)
        if not self.whole:
            return float(value)
        last = math.floor((self.high - self.low) / self.step + 1e-9)
        steps = min(math.floor((value - self.low) / self.step + 0.5), last)
        return int(self.low + steps * self.step)
