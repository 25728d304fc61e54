"""A classifier: a network and its card, from a picture to named probabilities."""

from time import perf_counter

import torch
from torch import Tensor, nn

from visionlab.core.errors import ModelError
from visionlab.core.image import Display, Image
from visionlab.deep.card import Fit, ModelCard
from visionlab.deep.prediction import Prediction, softmax
from visionlab.deep.preprocess import normalised, prepare


class Classifier:
    """Classifies pictures with a network on a device.

    Parameters
    ----------
    card : ModelCard
        Preprocessing, labels and temperature.
    net : Module
        Takes (N, C, size, size), returns logits (N, classes).
    device : str
        'cpu', 'cuda' or 'mps'.

    Attributes
    ----------
    differentiable : bool
        Whether gradients can be had; not of ONNX networks.
    """

    def __init__(self, card: ModelCard, net: nn.Module, device: str = "cpu") -> None:
        self.card = card
        self.device = torch.device(device)
        self.net = net.to(self.device).eval()
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.net.requires_grad_(False)
        self.differentiable = any(True for _ in net.parameters())

    def predict(
        self, picture: Image, display: Display | None = None, fit: Fit | None = None
    ) -> Prediction:
        """Classify one picture.

        Parameters
        ----------
        picture : Image
            Any size and kind; see `preprocess.prepare`.
        display : Display, optional
            How decimal values are shown, and so what the network sees.
        fit : {'crop', 'stretch', 'pad'}, optional
            Instead of the card's own.

        Raises
        ------
        ModelError
            The network's answer is not one finite number for each label.
        """
        started = perf_counter()
        net_input = prepare(picture, self.card.preprocess, display, fit)
        values = normalised(net_input.seen, self.card.preprocess)
        logits = self.logits(values)[0].numpy()
        probabilities = softmax(logits, self.card.temperature)
        return Prediction(
            self.card.id,
            self.card.labels,
            logits,
            probabilities,
            net_input.seen,
            values[0].numpy(),
            net_input.box,
            net_input.inverted,
            perf_counter() - started,
        )

    @torch.inference_mode()
    def logits(self, values: Tensor) -> Tensor:
        """Return the logits (N, classes), float32 on the CPU, of normalised inputs.

        Raises
        ------
        ModelError
            The network's answer is not one finite number for each label.
        """
        out = self.net(values.to(self.device)).float().cpu()
        if out.shape != (len(values), len(self.card.labels)):
            raise ModelError(
                f"{self.card.name} gives {tuple(out.shape)} numbers for {len(values)} pictures; "
                f"its labels ask for {len(self.card.labels)} each."
            )
        if not torch.isfinite(out).all():
            raise ModelError(f"{self.card.name} gives numbers that are not finite.")
        return out  # type: ignore[no-any-return]
