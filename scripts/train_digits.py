"""Train the digits classifier on MNIST: ten classes, 28x28 grey.

    python scripts/train_digits.py --data FOLDER/mnist --out out/digits

Small turns, shifts and sizes make it sturdy against how people draw on the pad.
"""

import torch
from _training import arguments, start

from visionlab.deep.augment import Augment
from visionlab.deep.data import idx
from visionlab.deep.nets.plain import PlainNet
from visionlab.deep.train import Recipe

RECIPE = Recipe(
    sizes=(28,) * 12,
    mean=(0.1307,),
    std=(0.3081,),
    eval_size=28,
    augment=Augment(area=(0.8, 1.25), ratio=1.2, shift=0.1, degrees=12),
    max_lr=0.1,
    label_smoothing=0.05,
)

if __name__ == "__main__":
    args = arguments(__doc__)
    torch.manual_seed(RECIPE.seed)
    start(
        args,
        PlainNet(1, 10, widths=(16, 32, 64)),
        RECIPE,
        idx.read_split(args.data, "train"),
        idx.read_split(args.data, "test"),
    )
