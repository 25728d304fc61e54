"""How alike two maps are. Needs no PyTorch."""

import numpy as np
from numpy.typing import NDArray

Map = NDArray[np.float32]


def structural_similarity(a: Map, b: Map) -> float:
    """Return the mean SSIM of two maps (h, w) of values 0..1: 1 for equal ones.

    Wang, Bovik, Sheikh, Simoncelli: Image Quality Assessment: From Error Visibility to Structural
    Similarity, IEEE TIP 2004; scikit-image's, with windows of up to 7x7.
    """
    from skimage.metrics import structural_similarity as ssim

    window = min(7, *a.shape)
    window -= 1 - window % 2  # odd
    if window < 3:
        return 1.0 - float(np.abs(a - b).mean())
    return float(ssim(a, b, win_size=window, data_range=1.0))  # type: ignore[no-untyped-call]


def rank_correlation(a: Map, b: Map) -> float:
    """Return Spearman's rank correlation of two maps, -1..1; 0 where one is flat."""
    ranks = [_ranks(values) for values in (a, b)]
    x, y = (rank - rank.mean() for rank in ranks)
    scale = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / scale if scale > 0 else 0.0


def _ranks(values: Map) -> NDArray[np.float64]:
    """Return the rank of each value; equal ones share the mean of their ranks."""
    _, which, counts = np.unique(values.ravel(), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: NDArray[np.float64] = last - (counts - 1) / 2
    return ranks[which]
