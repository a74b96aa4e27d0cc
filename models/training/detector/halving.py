"""The same block computed in two halves of its channels, so that what it holds at once fits the processor's cache."""

import copy

import torch
from torch import nn
from torch.nn import functional


class HalvedBlock(nn.Module):
    """An inverted bottleneck without a way around it: widen, filter each channel, join the halves, narrow.

    ``block`` is EfficientNet-Lite's in evaluation mode; the numbers stay the same but for rounding.
    """

    def __init__(self, block: nn.Module) -> None:
        super().__init__()
        width = block._bn0.num_features
        parts = (slice(0, width // 2), slice(width // 2, width))
        self.halves = nn.ModuleList(_half(block, part) for part in parts)
        self.narrow, self.narrow_norm = block._project_conv, block._bn2

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        joined = torch.cat([half(features) for half in self.halves], dim=1)
        return self.narrow_norm(self.narrow(joined))


class _Half(nn.Module):
    def __init__(self, widen: nn.Module, widen_norm: nn.Module, spread: nn.Module, spread_norm: nn.Module) -> None:
        super().__init__()
        self.widen, self.widen_norm, self.spread, self.spread_norm = widen, widen_norm, spread, spread_norm

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        wide = functional.relu6(self.widen_norm(self.widen(features)))
        return functional.relu6(self.spread_norm(self.spread(wide)))


def _half(block: nn.Module, part: slice) -> _Half:
    widen, spread = copy.deepcopy(block._expand_conv), copy.deepcopy(block._depthwise_conv)
    widen.weight = nn.Parameter(widen.weight[part].clone())
    spread.weight = nn.Parameter(spread.weight[part].clone())
    count = widen.weight.shape[0]
    widen.out_channels = count
    spread.in_channels = spread.out_channels = spread.groups = count
    return _Half(widen, _norm(block._bn0, part), spread, _norm(block._bn1, part)).eval()


def _norm(norm: nn.Module, part: slice) -> nn.BatchNorm2d:
    count = norm.weight[part].shape[0]
    half = nn.BatchNorm2d(count, eps=norm.eps)
    for name in ("weight", "bias"):
        setattr(half, name, nn.Parameter(getattr(norm, name)[part].clone()))
    half.running_mean.copy_(norm.running_mean[part])
    half.running_var.copy_(norm.running_var[part])
    return half
