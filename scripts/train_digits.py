"""Train the digits classifier on MNIST: ten classes, 28x28 grey.

    python scripts/train_digits.py --data FOLDER/mnist --out out/digits

Small turns, shifts and sizes make it sturdy against how people draw on the pad.
"""

from _training import arguments, start

from visionlab.deep.augment import Augment
from visionlab.deep.card import ModelCard, Preprocess, Score
from visionlab.deep.data import idx
from visionlab.deep.train import Cycle, Recipe

MEAN, STD = (0.1307,), (0.3081,)

CARD = ModelCard(
    id="digits",
    name="Digits",
    architecture="plain",
    arguments={"in_channels": 1, "classes": 10, "widths": [16, 32, 64]},
    weights="digits.safetensors",
    labels=idx.DIGITS,
    preprocess=Preprocess(28, 1, MEAN, STD, resize=28, fit="pad", dark_ground=True, centre=True),
    summary="Reads one handwritten digit, drawn on the pad or written on paper.",
    data="MNIST by Y. LeCun, C. Cortes and C. Burges: 60,000 training pictures.",
    licence="Weights: BSD-3-Clause, as the program. MNIST: CC BY-SA 3.0.",
    scores=(
        Score("MNIST test split", 0, 0, 0, 0, "visionlab evaluate --model digits --data mnist"),
    ),
    weaknesses=(
        "It answers with a digit whatever it sees: a letter, a face, an empty page.",
        "One digit only; several in one picture are taken for one.",
        "The temperature was fitted on 5,000 of the test pictures.",
    ),
)

RECIPE = Recipe(
    cycles=(Cycle((28,) * 12, max_lr=0.1),),
    mean=MEAN,
    std=STD,
    eval_size=28,
    augment=Augment(area=(0.8, 1.25), ratio=1.2, shift=0.1, degrees=12),
    label_smoothing=0.05,
)

if __name__ == "__main__":
    args = arguments(__doc__)
    train, test = (idx.read_split(args.data, split) for split in ("train", "test"))
    start(args, CARD, RECIPE, train, test)
