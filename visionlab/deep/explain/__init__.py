"""Why a network answered as it did: heatmaps by many methods under one roof.

To add a method, add a file to `methods`; nothing else is edited. The catalogue is read without
PyTorch, which a method imports when it runs.
"""

from functools import cache

from visionlab.deep.explain.explainer import Explainers, discover


@cache
def catalogue() -> Explainers:
    """Return every explainer, loaded once; loads no PyTorch."""
    from visionlab.deep.explain import methods

    return discover(methods)
