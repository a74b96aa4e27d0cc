"""Four examples side by side in one picture: goods at half their size, four times as many to learn from in a step.

Source: A. Bochkovskiy et al., "YOLOv4", arXiv 2004.10934 (mosaic).
"""

from collections.abc import Sequence

import cv2
import numpy as np

from models.training.scenes.composing import Example

_LEAST_SIDE = 6.0
"""Items that get smaller than this in pixels are neither asked for nor forbidden."""


def mosaic(examples: Sequence[Example]) -> Example:
    """Four examples, each brought to a quarter of the first one's picture, turned upright or flat as that is."""
    rows, columns = examples[0].picture.shape[:2]
    tall, wide = rows // 2, columns // 2
    picture = np.empty((rows, columns, 3), np.uint8)
    known = np.empty((rows // 8, columns // 8), np.bool_)
    asked, ignored = [], []
    for index, given in enumerate(examples[:4]):
        top, left = index // 2 * tall, index % 2 * wide
        is_upright = given.picture.shape[0] > given.picture.shape[1]
        example = turned_left(given) if is_upright != (rows > columns) else given
        scale = np.array([wide / example.picture.shape[1], tall / example.picture.shape[0]] * 2, np.float32)
        place = np.array([left, top, left, top], np.float32)
        shrunk = cv2.resize(example.picture, (wide, tall), interpolation=cv2.INTER_AREA)
        picture[top : top + tall, left : left + wide] = shrunk
        cells = cv2.resize(example.known.astype(np.uint8), (wide // 8, tall // 8), interpolation=cv2.INTER_NEAREST)
        known[top // 8 : (top + tall) // 8, left // 8 : (left + wide) // 8] = cells > 0
        boxes = example.boxes * scale + place
        is_fair = (boxes[:, 2:] - boxes[:, :2]).min(1) >= _LEAST_SIDE
        asked.append(boxes[is_fair])
        ignored += [boxes[~is_fair], example.ignored * scale + place]
    return Example(picture, np.concatenate(asked), np.concatenate(ignored), known)


def turned_left(example: Example) -> Example:
    """The same example after a quarter turn against the clock."""
    columns = example.picture.shape[1]
    boxes, ignored = (
        np.stack([entry[:, 1], columns - entry[:, 2], entry[:, 3], columns - entry[:, 0]], 1)
        for entry in (example.boxes, example.ignored)
    )
    return Example(np.ascontiguousarray(np.rot90(example.picture)), boxes, ignored, np.rot90(example.known))
