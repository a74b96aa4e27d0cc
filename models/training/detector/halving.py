"""The same block computed in two halves of its channels, so that what it holds at once fits the processor's cache."""

import copy

import torch
from torch import nn
from torch.nn import functional


class HalvedBlock(nn.Module):
    """An inverted bottleneck without a way around it: widen, filter each channel, join the halves, narrow.

    ``block`` is EfficientNet-Lite's, batch normalization merged into its convolutions; but for rounding the numbers
    stay the same.
    """

    def __init__(self, block: nn.Module) -> None:
        super().__init__()
        width = block._expand_conv.out_channels
        parts = (slice(0, width // 2), slice(width // 2, width))
        self.halves = nn.ModuleList(_half(block, part) for part in parts)
        self.narrow = block._project_conv

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return self.narrow(torch.cat([half(features) for half in self.halves], dim=1))


class _Half(nn.Module):
    def __init__(self, widen: nn.Module, spread: nn.Module) -> None:
        super().__init__()
        self.widen, self.spread = widen, spread

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return functional.relu6(self.spread(functional.relu6(self.widen(features))))


def _half(block: nn.Module, part: slice) -> _Half:
    widen, spread = copy.deepcopy(block._expand_conv), copy.deepcopy(block._depthwise_conv)
    for convolution in (widen, spread):
        convolution.weight = nn.Parameter(convolution.weight[part].clone())
        convolution.bias = nn.Parameter(convolution.bias[part].clone())
    widen.out_channels = spread.in_channels = spread.out_channels = spread.groups = widen.weight.shape[0]
    return _Half(widen, spread).eval()
