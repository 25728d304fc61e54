"""A classifier: a network and its card, from a picture to named probabilities."""

from copy import deepcopy
from time import perf_counter

import numpy as np
import torch
from torch import Tensor, nn

from visionlab.core.errors import ModelError
from visionlab.core.image import Display, Image
from visionlab.deep.card import Fit, ModelCard
from visionlab.deep.nets.fusing import fused
from visionlab.deep.nets.recorded import by_operations, recorded
from visionlab.deep.passes.parts import UnknownPart
from visionlab.deep.passes.record import Passes
from visionlab.deep.prediction import Prediction, softmax
from visionlab.deep.preprocess import normalised, prepare
from visionlab.deep.traced import Recorded, Traced


class Classifier:
    """Classifies pictures with a network on a device.

    Parameters
    ----------
    card : ModelCard
        Preprocessing, labels and temperature.
    net : Module
        Takes (N, C, size, size), returns logits (N, classes).
    device : str
        'cpu', 'cuda' or 'mps'. Where it fails or runs out of memory, the CPU goes on.
    notice : str
        What is to be said about the device from the start.

    Attributes
    ----------
    net : Module
        The network, part by part as its file has it; what predicts is a faster equal.
    device : torch.device
        Where the network runs now.
    notice : str
        One sentence where that is not the device that was asked for, else ''.
    differentiable : bool
        Whether gradients can be had; not of ONNX networks.
    """

    def __init__(
        self, card: ModelCard, net: nn.Module, device: str = "cpu", notice: str = ""
    ) -> None:
        self.card = card
        self.notice = notice
        self.device = torch.device("cpu")
        self.net = net.to("cpu").eval().requires_grad_(False)
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.differentiable = any(True for _ in net.parameters())
        self._fast = fused(self.net)
        self._fast.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._on_cpu: tuple[nn.Module, nn.Module] | None = None
        self._record: nn.Module | None = None
        self._passes: Passes | None = None
        if device == "cpu":
            try:
                self._passes = Passes(self.net, self._fast, self._blank())
            except UnknownPart:
                self._fast = recorded(self._fast, self._blank())
        else:
            self._move(torch.device(device))

    @property
    def record(self) -> nn.Module:
        """`net` in one call where that can be had: the same answers and gradients, sooner."""
        if self.device.type != "cpu":
            return self.net
        if self._record is None:
            self._record = recorded(self.net, self._blank())
        return self._record

    def _blank(self) -> Tensor:
        seen = self.card.preprocess
        blank = torch.zeros(1, seen.channels, seen.size, seen.size)
        return blank.to(memory_format=torch.channels_last)

    def predict(
        self,
        picture: Image,
        display: Display | None = None,
        fit: Fit | None = None,
        trace: bool = False,
        layers: tuple[str, ...] = (),
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
        trace : bool
            Keep how the logits came about, where gradients can be had.
        layers : tuple of str
            Names of parts of the network whose maps are kept with that, where they can be had.

        Raises
        ------
        ModelError
            The network's answer is not one finite number for each label.
        """
        started = perf_counter()
        net_input = prepare(picture, self.card.preprocess, display, fit)
        values = normalised(net_input.seen, self.card.preprocess)
        traced = None
        if trace and self.differentiable and self.device.type == "cpu":
            answer, traced = self._traced(values, layers)
        else:
            answer = self.logits(values)
        logits = answer.numpy()[0]
        probabilities = softmax(logits, self.card.temperature)
        return Prediction(
            self.card.id,
            self.card.labels,
            logits,
            probabilities,
            net_input.seen,
            values.numpy()[0],
            net_input.box,
            net_input.inverted,
            perf_counter() - started,
            traced,
        )

    @torch.inference_mode()
    def logits(self, values: Tensor) -> Tensor:
        """Return the logits (N, classes), float32 on the CPU, of normalised inputs.

        Raises
        ------
        ModelError
            The network's answer is not one finite number for each label.
        """
        return self._checked(self._answer(values), len(values))

    def _traced(self, values: Tensor, layers: tuple[str, ...]) -> tuple[Tensor, Traced]:
        """Return the logits, and how they came about; on the CPU."""
        try:
            if self._passes:
                logits, taped = self._passes.traced(values, layers)
                return self._checked(logits, len(values)), taped
            with torch.inference_mode(False), torch.enable_grad(), by_operations():
                leaf = values.detach().clone().requires_grad_()
                logits = self._checked(self.record(leaf).float(), len(values))
        except RuntimeError as error:
            raise self._refusal(values, error) from error
        return logits.detach(), Recorded(values, leaf, logits)

    def _checked(self, out: Tensor, pictures: int) -> Tensor:
        """Return the network's answer, if it is one finite number for each label."""
        if out.shape != (pictures, len(self.card.labels)):
            raise ModelError(
                f"{self.card.name} gives {tuple(out.shape)} numbers for {pictures} pictures; "
                f"its labels ask for {len(self.card.labels)} each."
            )
        if not np.isfinite(out.numpy(force=True)).all():
            raise ModelError(f"{self.card.name} gives numbers that are not finite.")
        return out

    def _answer(self, values: Tensor) -> Tensor:
        """Ask the network, on the CPU where the device fails."""
        try:
            if self._passes and len(values) == 1:
                return self._passes.forward(values)
            return self._fast(values.to(self.device)).float().cpu()  # type: ignore[no-any-return]
        except RuntimeError as error:
            if self._on_cpu is None:
                raise self._refusal(values, error) from error
            self._fall_back(error)
        return self._answer(values)

    def _refusal(self, values: Tensor, error: RuntimeError) -> ModelError:
        shape = "x".join(map(str, values.shape[1:]))
        lines = (str(error).strip() or "no reason is given").splitlines()
        # A record's error begins with where in the record it was.
        line = lines[-1].removeprefix("RuntimeError: ") if "TorchScript" in lines[0] else lines[0]
        reason = line.rstrip(".")
        return ModelError(f"{self.card.name} cannot take pictures of {shape}: {reason}.")

    def _move(self, device: torch.device) -> None:
        """Put a copy of the network on the device; a device that is gone gives nothing back."""
        self._on_cpu, self.device = (self.net, self._fast), device
        try:
            self.net, self._fast = (deepcopy(net).to(device) for net in self._on_cpu)
        except RuntimeError as error:
            self._fall_back(error)

    def _fall_back(self, error: RuntimeError) -> None:
        """Go on with the copy on the CPU."""
        assert self._on_cpu is not None
        full = isinstance(error, torch.OutOfMemoryError)
        reason = "has too little memory" if full else "failed"
        self.notice = f"The {self.device.type.upper()} device {reason}; the CPU goes on."
        (self.net, self._fast), self._on_cpu = self._on_cpu, None
        self.device = torch.device("cpu")
