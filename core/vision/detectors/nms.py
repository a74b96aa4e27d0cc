"""Of boxes that show the same item, the best one stays."""

import cv2
import numpy as np
import numpy.typing as npt

from core.sightings import Boxes


def keep_best(boxes: Boxes, scores: npt.NDArray[np.float32], *, overlap: float) -> npt.NDArray[np.intp]:
    """Greedy non-maximum suppression over all classes together: indices to keep, highest score first.

    ``boxes`` N×4 with positive sides, ``scores`` N above 0. A box goes when its IoU with a kept one is above
    ``overlap``. OpenCV's compiled loop is two to three times as fast as the same in NumPy.
    """
    if len(boxes) == 0:
        return np.zeros(0, np.intp)
    rectangles = np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1).astype(np.float64)
    kept = cv2.dnn.NMSBoxes(rectangles.tolist(), scores.tolist(), 0.0, overlap)
    return np.asarray(kept, np.intp).reshape(-1)
