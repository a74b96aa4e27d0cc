"""What the network should say about an example, and how far off it is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from models.training.scenes.composing import Example

STRIDE = 8
_SPREAD = 0.11
_REGRESSED_FROM = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """``heat`` R×C: 1 at centers, falling off around them; ``care`` R×C: 0 where nothing is asked; ``reach`` 4×R×C
    distances to left, top, right, bottom in cells; ``weight`` R×C: how much the distances count.
    """

    heat: npt.NDArray[np.float32]
    care: npt.NDArray[np.float32]
    reach: npt.NDArray[np.float32]
    weight: npt.NDArray[np.float32]


def make_targets(example: Example) -> Targets:
    """Targets of one example, R and C its picture's height and width over the stride."""
    tall, wide = example.known.shape
    rows, columns = np.mgrid[0:tall, 0:wide].astype(np.float32)
    heat, weight = np.zeros((tall, wide), np.float32), np.zeros((tall, wide), np.float32)
    care = example.known.astype(np.float32)
    reach = np.ones((4, tall, wide), np.float32)
    for box in example.ignored / STRIDE:
        care[int(box[1]) : int(np.ceil(box[3])), int(box[0]) : int(np.ceil(box[2]))] = 0
    areas = (example.boxes[:, 2:] - example.boxes[:, :2]).prod(1)
    for index in np.argsort(-areas):
        x0, y0, x1, y1 = (float(n) for n in example.boxes[index] / STRIDE)
        center_x, center_y = int(min((x0 + x1) / 2, wide - 1)), int(min((y0 + y1) / 2, tall - 1))
        spread_x, spread_y = max(_SPREAD * (x1 - x0), 0.45), max(_SPREAD * (y1 - y0), 0.45)
        bell = np.exp(-(((columns - center_x) / spread_x) ** 2 + ((rows - center_y) / spread_y) ** 2) / 2)
        heat = np.maximum(heat, bell)
        heat[center_y, center_x] = 1
        care[center_y, center_x] = 1
        middle_x, middle_y = columns + 0.5, rows + 0.5
        sides = np.stack([middle_x - x0, middle_y - y0, x1 - middle_x, y1 - middle_y])
        taken = (bell > _REGRESSED_FROM) & (bell >= weight) & (sides > 0.05).all(0)
        weight[taken] = bell[taken]
        reach[:, taken] = sides[:, taken]
    return Targets(heat.astype(np.float32), care, reach, weight)


def center_loss(logits: torch.Tensor, heat: torch.Tensor, care: torch.Tensor) -> torch.Tensor:
    """Focal loss for centers, summed over cells and divided by how many items there are; all N×R×C."""
    is_center = (heat >= 1).float()
    log_yes, log_no = functional.logsigmoid(logits), functional.logsigmoid(-logits)
    yes = log_no.exp() ** 2 * log_yes * is_center
    no = log_yes.exp() ** 2 * log_no * (1 - heat) ** 4 * (1 - is_center)
    return -((yes + no) * care).sum() / is_center.sum().clamp(min=4)


def side_loss(reaches: torch.Tensor, reach: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """−log IoU of boxes around the same cell; ``reaches`` log cells and ``reach`` cells N×4×R×C, ``weight`` N×R×C."""
    guess = reaches.exp()
    low, high = torch.minimum(guess, reach), (guess[:, 0] + guess[:, 2]) * (guess[:, 1] + guess[:, 3])
    shared = (low[:, 0] + low[:, 2]) * (low[:, 1] + low[:, 3])
    true = (reach[:, 0] + reach[:, 2]) * (reach[:, 1] + reach[:, 3])
    overlap = shared / (high + true - shared).clamp(min=1e-6)
    return (-overlap.clamp(min=1e-4).log() * weight).sum() / weight.sum().clamp(min=1)
