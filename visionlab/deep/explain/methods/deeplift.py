"""DeepLift."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from visionlab.deep.explain.baselines import PHRASES, Baseline, baseline
from visionlab.deep.explain.channels import Over, over_channels, share_meaning
from visionlab.deep.explain.explainer import explainer
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.readings import completeness
from visionlab.deep.explain.subject import Subject, Target


@explainer("DeepLift", group="Relevance", needs=("gradients",))
def deeplift(
    subject: Subject,
    target: Target,
    *,
    against: Annotated[Baseline, "Baseline"] = "black",
    over: Annotated[Over, "Over the colours"] = "sum",
    signed: Annotated[bool, "Signed"] = True,
) -> Iterator[Heatmap]:
    """What each pixel's difference from a baseline adds to the score, shared out layer by layer.

    The rescale rule: each activation hands back its difference of outputs over its difference of
    inputs in place of its slope, so that the map sums to the difference of the two scores. It
    explains the logit, before softmax, as the paper advises.

    Parameters
    ----------
    against
        The picture without content to compare with.
    over
        Sum over the colours, or the colour that adds or takes most.
    signed
        Keep the signs: does the pixel speak for the class or against it?

    References
    ----------
    Shrikumar, Greenside, Kundaje: Learning Important Features Through Propagating Activation
    Differences, ICML 2017.
    """
    import torch

    from visionlab.deep.explain.asking import gradients
    from visionlab.deep.explain.differences import Differences

    target = replace(target, score="logit")
    empty = baseline(subject, against)
    both = torch.cat([subject.values, empty])
    multipliers, found = gradients(subject, target, both, during=Differences())
    shares = (multipliers[:1] * (subject.values - empty))[0].cpu().numpy()
    meaning = share_meaning(subject.phrase(target), signed, PHRASES[against])
    readings = completeness(float(shares.sum(dtype=float)), *found.tolist())
    yield Heatmap(over_channels(shares, over, signed), meaning, signed, readings=readings)
