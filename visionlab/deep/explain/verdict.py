"""What the measurements of a heatmap say, in plain words."""

from collections.abc import Sequence

from visionlab.deep.explain.faithfulness import Comparison, Randomised

ALIKE = 0.5
"""Maps that are more alike than this show the same."""

MOSTLY = 0.5
"""With this part of its layers randomised, from the top, a network knows nothing any more."""

UNSTEADY = 0.5
"""Noise that nobody sees should not change more than this part of the map."""

CHECKS = 3
"""Curves, randomised weights and noise: only together do they tell to believe a map."""


def verdict(
    comparison: Comparison | None = None,
    randomised: Sequence[Randomised] = (),
    sensitivity: float | None = None,
) -> str:
    """Return one line; what was not measured is left out.

    Parameters
    ----------
    comparison : Comparison, optional
        The last that `compare` yields.
    randomised : sequence of Randomised, optional
        All that `randomised` yields.
    sensitivity : float, optional
        What `sensitivity` returns.
    """
    good: list[str] = []
    bad: list[str] = []
    if comparison is not None and comparison.random and comparison.centre:
        ours = comparison.ours.gain
        if ours <= max(one.gain for one in comparison.random):
            bad.append("it finds what matters no better than a random map")
        elif ours <= comparison.centre.gain:
            bad.append("it finds what matters no better than a spot in the middle")
        else:
            good.append("it finds what matters better than a random map and a spot in the middle")
    if randomised and randomised[-1].part == 1:
        late = (one for one in randomised if one.part >= MOSTLY)
        if any(min(one.similarity, one.correlation) > ALIKE for one in late):
            bad.append("it looks much the same for a network that has forgotten what it learned")
        else:
            good.append("it changes when the network's weights are randomised")
    if sensitivity is not None:
        if sensitivity > UNSTEADY:
            bad.append("noise that nobody sees changes most of it")
        else:
            good.append("noise that nobody sees leaves most of it as it is")
    if not good and not bad:
        return "Nothing was measured yet."
    if not bad:
        so_far = "" if len(good) == CHECKS else " so far"
        return f"Believe it{so_far}: {_listed(good)}."
    if not good:
        return f"Do not believe it: {_listed(bad)}."
    return f"Take care: {_listed(bad)}, though {_listed(good)}."


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
