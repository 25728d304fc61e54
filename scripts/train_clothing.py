"""Train the clothing classifier on Fashion-MNIST: ten classes, 28x28 grey.

    python scripts/train_clothing.py --data FOLDER/fashion-mnist --out out/clothing

Clothes fill their pictures, so crops stay mild; a flip makes a left sleeve of a right one.
"""

import torch
from _training import arguments, start

from visionlab.deep.augment import Augment
from visionlab.deep.data import idx
from visionlab.deep.nets.residual import ResidualNet
from visionlab.deep.train import Recipe

RECIPE = Recipe(
    sizes=(28,) * 16,
    mean=(0.2860,),
    std=(0.3530,),
    eval_size=28,
    augment=Augment(area=(0.8, 1.2), ratio=1.15, shift=0.05, flip=True),
    max_lr=0.1,
)

if __name__ == "__main__":
    args = arguments(__doc__)
    torch.manual_seed(RECIPE.seed)
    start(
        args,
        ResidualNet(1, 10, widths=(32, 64, 128), blocks=1),
        RECIPE,
        idx.read_split(args.data, "train", idx.CLOTHING),
        idx.read_split(args.data, "test", idx.CLOTHING),
    )
