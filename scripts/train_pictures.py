"""Train the picture classifier on Tiny ImageNet: 200 classes, 64x64 RGB.

    python scripts/train_pictures.py --data FOLDER/tiny-imagenet-200 --out out/pictures

In two steps. A teacher learns first: a residual network of 0.48 billion multiplications at 64x64,
small enough for a CPU. It learns on small pictures first and is evaluated at 64x64, a little larger
than the last ones it trained on; for that, the statistics of its batch normalisation are measured
anew on whole pictures of that size.

The network that the program takes begins with the teacher's weights and learns from its answers. A
1x1 convolution stands for every second 3x3 one, so a patch on the picture changes less of its maps:
live occlusion takes half the time.
"""

from argparse import Namespace
from dataclasses import replace

from _training import arguments, start

from visionlab.deep.augment import Augment
from visionlab.deep.card import ModelCard, Preprocess, Score
from visionlab.deep.data import tiny_imagenet
from visionlab.deep.train import Cycle, Recipe

MEAN, STD = (0.480, 0.448, 0.398), (0.277, 0.269, 0.282)

CARD = ModelCard(
    id="pictures",
    name="Pictures",
    architecture="residual",
    arguments={
        "in_channels": 3, "classes": 200, "widths": [64, 128, 256, 320], "stem_stride": 2,
        "inner": [128, 192, 256, 320],
    },
    weights="pictures.safetensors",
    labels=("",),
    preprocess=Preprocess(64, 3, MEAN, STD, resize=64),
    summary="Names what a photograph shows, among 200 animals, things, places and dishes.",
    data="Tiny ImageNet (Stanford CS 231N), a part of ImageNet: 100,000 training pictures.",
    licence="Weights: BSD-3-Clause, as the program. The pictures: ImageNet's terms, for research "
    "and teaching.",
    scores=(
        Score(
            "Tiny ImageNet validation split", 0, 0, 0, 0,
            "visionlab evaluate --model pictures --data tiny-imagenet-200",
        ),
    ),
    weaknesses=(
        "It knows 200 classes and names one of them whatever it sees; people are not among them.",
        "It sees 64x64 pixels: small things in a large photograph are lost.",
        "Things of one family, such as breeds of dogs and monkeys, are often confused.",
        "Full-size photographs: of 81 windows of three that show a class it knows, it names 28 "
        "rightly: the cup of coffee always, the cat and the rocket hardly ever.",
        "The temperature was fitted on 5,000 of the validation pictures.",
    ),
)  # fmt: skip

TEACHER = replace(
    CARD,
    id="teacher",
    arguments={key: value for key, value in CARD.arguments.items() if key != "inner"},
    weights="teacher.safetensors",
)

TEACHER_RECIPE = Recipe(
    cycles=(
        Cycle((32,) * 6 + (40,) * 3 + (48,) * 5, max_lr=0.2),
        Cycle((40,) * 4 + (48,) * 10, max_lr=0.12),
    ),
    mean=MEAN,
    std=STD,
    eval_size=64,
    augment=Augment(area=(0.35, 1.0), ratio=4 / 3, flip=True),
)

RECIPE = replace(
    TEACHER_RECIPE, cycles=(Cycle((40,) * 4 + (48,) * 5, max_lr=0.06),), label_smoothing=0.0
)

if __name__ == "__main__":
    args = arguments(__doc__)
    train, test = (tiny_imagenet.read_split(args.data, split) for split in ("train", "val"))
    folder = args.out / "teacher"
    taught = args.teacher or folder / "teacher.json"
    if not args.teacher:
        before = Namespace(**{**vars(args), "out": folder, "init": None})
        start(before, TEACHER, TEACHER_RECIPE, train, test)
    start(args, CARD, RECIPE, train, test, taught)
