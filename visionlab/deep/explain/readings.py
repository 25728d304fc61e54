"""Numbers that come with a heatmap. Needs no PyTorch."""

from visionlab.core.result import Reading


def completeness(found: float, here: float, there: float) -> tuple[Reading, ...]:
    """Return what the shares sum to, what they should, and the part of it that is missing.

    Parameters
    ----------
    found : float
        Sum of a map's shares.
    here, there : float
        Scores of the picture and of the baseline.
    """
    expected = here - there
    missing = abs(found - expected) / max(abs(expected), 1e-12)
    return (
        Reading("Sum of the shares", found),
        Reading("Score less the baseline's", expected),
        Reading("Completeness error", 100 * missing, "%"),
    )
