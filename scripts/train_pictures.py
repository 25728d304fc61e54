"""Train the picture classifier on Tiny ImageNet: 200 classes, 64x64 RGB.

    python scripts/train_pictures.py --data FOLDER/tiny-imagenet-200 --out out/pictures

The network is small enough for a CPU: 0.48 billion multiplications at 64x64. It learns on small
pictures first and is evaluated at 64x64, a little larger than the last ones it trained on, since
random crops make things appear larger in training than they are in whole pictures.
"""

import torch
from _training import arguments, start

from visionlab.deep.augment import Augment
from visionlab.deep.data import tiny_imagenet
from visionlab.deep.nets.residual import ResidualNet
from visionlab.deep.train import Recipe

RECIPE = Recipe(
    sizes=(32,) * 6 + (40,) * 4 + (48,) * 7,
    mean=(0.480, 0.448, 0.398),
    std=(0.277, 0.269, 0.282),
    eval_size=64,
    augment=Augment(area=(0.35, 1.0), ratio=4 / 3, flip=True),
    max_lr=0.2,
)

if __name__ == "__main__":
    args = arguments(__doc__)
    torch.manual_seed(RECIPE.seed)
    start(
        args,
        ResidualNet(3, 200, widths=(64, 128, 256, 320), stem_stride=2),
        RECIPE,
        tiny_imagenet.read_split(args.data, "train"),
        tiny_imagenet.read_split(args.data, "val"),
    )
