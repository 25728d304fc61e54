"""Train the clothing classifier on Fashion-MNIST: ten classes, 28x28 grey.

    python scripts/train_clothing.py --data FOLDER/fashion-mnist --out out/clothing

Clothes fill their pictures, so crops stay mild; a flip makes a left sleeve of a right one.
"""

from _training import arguments, start

from visionlab.deep.augment import Augment
from visionlab.deep.card import ModelCard, Preprocess, Score
from visionlab.deep.data import idx
from visionlab.deep.train import Cycle, Recipe

MEAN, STD = (0.2860,), (0.3530,)

CARD = ModelCard(
    id="clothing",
    name="Clothing",
    architecture="residual",
    arguments={"in_channels": 1, "classes": 10, "widths": [32, 64, 128], "blocks": 1},
    weights="clothing.safetensors",
    labels=idx.CLOTHING,
    preprocess=Preprocess(28, 1, MEAN, STD, resize=28, fit="pad", dark_ground=True),
    summary="Names one piece of clothing, shown whole and by itself.",
    data="Fashion-MNIST by H. Xiao, K. Rasul and R. Vollgraf: 60,000 training pictures.",
    licence="Weights: BSD-3-Clause, as the program. Fashion-MNIST: MIT.",
    scores=(
        Score(
            "Fashion-MNIST test split", 0, 0, 0, 0,
            "visionlab evaluate --model clothing --data fashion-mnist",
        ),
    ),
    weaknesses=(
        "Shirts, T-shirts, pullovers and coats are often taken for each other.",
        "It learned from catalogue pictures on an empty ground: clothes on a person or a bed "
        "are mostly named wrongly.",
        "It answers with a piece of clothing whatever it sees.",
        "The temperature was fitted on 5,000 of the test pictures.",
    ),
)  # fmt: skip

RECIPE = Recipe(
    cycles=(Cycle((28,) * 16, max_lr=0.1), Cycle((28,) * 10, max_lr=0.06)),
    mean=MEAN,
    std=STD,
    eval_size=28,
    augment=Augment(area=(0.8, 1.2), ratio=1.15, shift=0.05, flip=True),
)

if __name__ == "__main__":
    args = arguments(__doc__)
    train, test = (idx.read_split(args.data, split, idx.CLOTHING) for split in ("train", "test"))
    start(args, CARD, RECIPE, train, test)
