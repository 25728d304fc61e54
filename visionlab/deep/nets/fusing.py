"""Batch normalisation folded into the convolution before it: the same answers, sooner.

In use a batch normalisation is one factor and one summand for each channel, which the
convolution's weights and bias can hold.
"""

from copy import deepcopy
from itertools import pairwise

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from visionlab.deep.nets.plain import PlainNet
from visionlab.deep.nets.residual import ResidualNet


def fused(net: nn.Module) -> nn.Module:
    """Return a copy of one of our networks without batch normalisation; any other as it is.

    Parameters
    ----------
    net : Module
        In evaluation mode. Of our networks it is known that a normalisation defined right after
        a convolution also runs right after it.
    """
    if not isinstance(net, PlainNet | ResidualNet):
        return net
    copy = deepcopy(net)
    for module in list(copy.modules()):
        for (first, conv), (second, norm) in pairwise(list(module.named_children())):
            if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                setattr(module, first, fuse_conv_bn_eval(conv, norm))
                setattr(module, second, nn.Identity())
    return copy.requires_grad_(False)
