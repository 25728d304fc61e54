"""SmoothGrad."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from visionlab.core.params import Range, When
from visionlab.deep.explain.channels import Over, over_channels, slope_meaning
from visionlab.deep.explain.explainer import explainer
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.subject import Subject, Target

if TYPE_CHECKING:
    from torch import Tensor

    from visionlab.deep.passes.rules import Rule


@explainer("SmoothGrad", group="Gradients", needs=("gradients",))
def smoothgrad(
    subject: Subject,
    target: Target,
    *,
    of: Literal["gradient", "gradient x input", "guided backprop"] = "gradient",
    samples: Annotated[int, Range(1, 1000)] = 32,
    noise: Annotated[float, Range(0, 1, step=0.01)] = 0.15,
    squared: Annotated[bool, "Squared"] = False,
    over: Annotated[Over, "Over the colours"] = "maximum",
    signed: Annotated[bool, "Signed", When("squared", False)] = False,
    seed: Annotated[int, Range(0, 9999)] = 0,
) -> Iterator[Heatmap]:
    """The mean of another method's maps over noisy copies of the picture.

    Gradients flicker from pixel to pixel; the mean over copies with Gaussian noise keeps what
    they share.

    Parameters
    ----------
    of
        The method that is averaged.
    samples
        Noisy copies.
    noise
        Standard deviation of the noise, as a part of the span of the input's values.
    squared
        Average the squares (Hooker et al., NeurIPS 2019): stronger contrast, no signs.
    over
        Take the colour that reacts most, or the sum over the colours.
    signed
        Keep the signs.
    seed
        The same seed gives the same noise.

    References
    ----------
    Smilkov, Thorat, Kim, Viegas, Wattenberg: SmoothGrad: Removing Noise by Adding Noise,
    arXiv 1706.03825, 2017.
    """
    import torch

    from visionlab.deep.explain.asking import gradients, in_batches

    values = subject.values
    spread = noise * float(values.max() - values.min())
    generator = torch.Generator().manual_seed(seed)
    copies = torch.randn((samples, *values.shape[1:]), generator=generator)

    def ask(part: slice) -> "Tensor":
        noisy = values + spread * copies[part].to(values)
        rule: Rule = "guided" if of == "guided backprop" else ""
        slopes = gradients(subject, target, noisy, rule=rule)[0]
        maps = slopes * noisy if of == "gradient x input" else slopes
        return (maps**2 if squared else maps).sum(0)

    signed = signed and not squared
    meaning = (
        f"{slope_meaning(subject.phrase(target), signed)[:-1]}, the mean of {of} over noisy copies."
    )
    total = torch.zeros_like(values[0])
    for part, maps in in_batches(subject, samples, ask):
        total += maps
        mean = over_channels((total / part.stop).cpu().numpy(), over, signed)
        yield Heatmap(mean, meaning, signed, part.stop / samples, exact=False)
