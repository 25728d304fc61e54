"""A small plain network (VGG-like): 3x3 convolutions and max pooling, one after the other.

Simonyan, Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition, ICLR 2015;
with batch normalisation (Ioffe, Szegedy, ICML 2015).
"""

from collections.abc import Sequence

from torch import Tensor, nn


class PlainNet(nn.Module):
    """Stages of convolutions, each ended by a 2x2 max pooling, then one linear layer.

    Parameters
    ----------
    in_channels : int
        1 for grey pictures, 3 for RGB.
    classes : int
        Number of classes.
    widths : sequence of int
        Channels of each stage.
    convs : int
        Convolutions in each stage.
    dropout : float
        Part of the features that training leaves out before the linear layer.
    """

    def __init__(
        self,
        in_channels: int,
        classes: int,
        widths: Sequence[int],
        convs: int = 2,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        cin = in_channels
        for width in widths:
            for _ in range(convs):
                layers += [
                    nn.Conv2d(cin, width, 3, padding=1, bias=False),
                    nn.BatchNorm2d(width),
                    nn.ReLU(),
                ]
                cin = width
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(cin, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, classes) of pictures (N, in_channels, H, W)."""
        x = self.features(x)  # (N, widths[-1], h, w), halved once a stage
        x = self.flatten(self.pool(x))  # (N, widths[-1])
        return self.fc(self.dropout(x))  # type: ignore[no-any-return]
