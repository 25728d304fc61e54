"""How numbers are written on screen."""

import math


def short(value: float, digits: int = 4) -> str:
    """Return `value` with about `digits` significant digits and no needless zeros.

    Whole parts are never rounded away below a million: 123456.7 gives "123457".
    """
    if not math.isfinite(value):
        return "–" if math.isnan(value) else ("∞" if value > 0 else "-∞")
    if value == 0:
        return "0"
    magnitude = math.floor(math.log10(abs(value)))
    if not -5 < magnitude < 6:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return f"{_trim(mantissa)}e{int(exponent)}"
    return _trim(f"{value:.{max(0, digits - 1 - magnitude)}f}")


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimals(largest: float) -> int:
    """Return how many decimals suit a column whose largest magnitude is `largest`."""
    if not math.isfinite(largest) or largest == 0:
        return 1
    return min(9, max(1, 2 - math.floor(math.log10(largest))))


def clock(seconds: float) -> str:
    """Return a duration as m:ss, or h:mm:ss from one hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
