"""A small residual network (ResNet-like).

He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, CVPR 2016.
"""

from collections.abc import Sequence
from itertools import zip_longest

from torch import Tensor, nn


class Block(nn.Module):
    """Two convolutions whose result is added to what came in.

    Both are 3x3; or, with channels `inner` between them, the second is 1x1. Where the shape
    changes, a 1x1 convolution brings the input to the new shape.
    """

    def __init__(self, cin: int, cout: int, stride: int = 1, inner: int = 0) -> None:
        super().__init__()
        between, kernel = (inner, 1) if inner else (cout, 3)
        self.conv1 = nn.Conv2d(cin, between, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(between)
        self.conv2 = nn.Conv2d(between, cout, kernel, padding=kernel // 2, bias=False)
        self.bn2 = nn.BatchNorm2d(cout)
        self.relu = nn.ReLU()
        self.shortcut = nn.Sequential()
        if stride != 1 or cin != cout:
            self.shortcut = nn.Sequential(
                nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout)
            )

    def forward(self, x: Tensor) -> Tensor:
        """Return features (N, cout, H/stride, W/stride) of features (N, cin, H, W)."""
        y = self.relu(self.bn1(self.conv1(x)))  # (N, cout, H/stride, W/stride)
        y = self.bn2(self.conv2(y))
        return self.relu(y + self.shortcut(x))  # type: ignore[no-any-return]


class ResidualNet(nn.Module):
    """Stem, stages of blocks, average over the picture, one linear layer.

    Every stage after the first halves height and width.

    Parameters
    ----------
    in_channels : int
        1 for grey pictures, 3 for RGB.
    classes : int
        Number of classes.
    widths : sequence of int
        Channels of each stage.
    blocks : int
        Blocks in each stage.
    stem_stride : int
        1 keeps the full resolution in the first stage, 2 halves it.
    inner : sequence of int
        For each stage the channels between a block's two convolutions, of which the second is
        then 1x1 (the fused bottleneck of Tan, Le: EfficientNetV2, ICML 2021): half as many 3x3
        convolutions, so that a change in the picture spreads half as far. Empty: both are 3x3.

    Raises
    ------
    ValueError
        `inner` has not one number for each stage.
    """

    def __init__(
        self,
        in_channels: int,
        classes: int,
        widths: Sequence[int],
        blocks: int = 2,
        stem_stride: int = 1,
        inner: Sequence[int] = (),
    ) -> None:
        super().__init__()
        if len(inner) not in (0, len(widths)):
            raise ValueError(f"inner needs {len(widths)} numbers, one for each stage")
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, stem_stride, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        cin = widths[0]
        for number, (width, between) in enumerate(zip_longest(widths, inner, fillvalue=0)):
            first = Block(cin, width, stride=1 if number == 0 else 2, inner=between)
            others = (Block(width, width, inner=between) for _ in range(blocks - 1))
            stages.append(nn.Sequential(first, *others))
            cin = width
        self.stages = nn.Sequential(*stages)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(cin, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, classes) of pictures (N, in_channels, H, W)."""
        x = self.stem(x)  # (N, widths[0], H/stem_stride, W/stem_stride)
        x = self.stages(x)  # (N, widths[-1], h, w)
        x = self.flatten(self.pool(x))  # (N, widths[-1])
        return self.fc(x)  # type: ignore[no-any-return]
