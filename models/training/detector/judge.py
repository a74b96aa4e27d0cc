"""Judges the program's detectors as they run in the shop: on a clip with its truth, on the demo shop, on a video.

Run from the repository's root with the program's environment:
``python -m models.training.detector.judge --clip CLIP --truth CLIP.gt.json --demo 3 --model CARD``.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import numpy.typing as npt

from core.cameras.demo_counter import DemoCounter
from core.frames import Frame
from core.geometry import iou
from core.paths import DataFolder
from core.settings import DetectionSettings
from core.sightings import Boxes
from core.vision.detector import Detector, open_detector

Judged = tuple[Frame, Boxes | None, Boxes]
"""A frame, its items' boxes (``None``: not known), and boxes that need not be found."""

_FAIR = 0.5
_THRESHOLDS = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)


def clip_frames(path: Path, truth: Path | None) -> Iterator[Judged]:
    """The frames of a clip with the boxes of its truth file."""
    tree = json.loads(truth.read_text(encoding="utf-8")) if truth else None
    reader = cv2.VideoCapture(str(path))
    rate = float(reader.get(cv2.CAP_PROP_FPS)) or 30.0
    number = 0
    while True:
        read, picture = reader.read()
        if not read:
            return
        frame = Frame.of(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), sequence=number, captured_at=number / rate)
        boxes = None
        if tree:
            size = np.array([frame.width, frame.height] * 2, np.float32)
            rows = [entry["box"] for entry in tree["frames"][number]["objects"]]
            boxes = np.array(rows, np.float32).reshape(-1, 4) * size
        yield frame, boxes, np.zeros((0, 4), np.float32)
        number += 1


def demo_frames(seed: int, seconds: float, *, fps: int, width: int = 1280, height: int = 720) -> Iterator[Judged]:
    """The demo shop; items of which little can be seen need not be found."""
    counter = DemoCounter.from_uri(f"demo:?seed={seed}", width=width, height=height, fps=fps)
    for number in range(int(seconds * fps)):
        truth = counter.truth(number)
        fair = [item.box for item in truth if item.visible >= _FAIR]
        faint = [item.box for item in truth if item.visible < _FAIR]
        boxes, others = (np.array(rows, np.float32).reshape(-1, 4) for rows in (fair, faint))
        yield counter.frame(number), boxes, others


class Tally:
    """Recall, precision, false boxes a frame and exact frames at several thresholds."""

    def __init__(self) -> None:
        self._rows: list[tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_], npt.NDArray[np.bool_], int]] = []

    def add(self, boxes: Boxes, scores: npt.NDArray[np.float32], truth: Boxes, excused: Boxes) -> None:
        """One frame's boxes against its truth; what meets an excused box counts neither way."""
        order = np.argsort(-scores, kind="stable")
        boxes, scores = boxes[order], scores[order]
        table = iou(boxes, truth) if len(truth) else np.zeros((len(boxes), 0), np.float32)
        hits, free = np.zeros(len(boxes), np.bool_), np.zeros(len(boxes), np.bool_)
        for index in range(len(boxes)):
            best = int(table[index].argmax()) if table.shape[1] else -1
            if best >= 0 and table[index, best] >= 0.5:
                hits[index] = True
                table[:, best] = 0
        if len(excused) and len(boxes):
            free = ~hits & (iou(boxes, excused).max(axis=1) >= 0.3)
        self._rows.append((scores, hits, free, len(truth)))

    def at(self, threshold: float) -> dict[str, float]:
        """The numbers at one threshold."""
        true = hits = wrong = exact = 0
        for scores, hit, free, count in self._rows:
            chosen = scores >= threshold
            found, missed = int((hit & chosen).sum()), int((chosen & ~hit & ~free).sum())
            true, hits, wrong = true + count, hits + found, wrong + missed
            exact += found == count and missed == 0
        frames = max(len(self._rows), 1)
        return {
            "recall": round(hits / max(true, 1), 4),
            "precision": round(hits / max(hits + wrong, 1), 4),
            "false_per_frame": round(wrong / frames, 4),
            "exact": round(exact / frames, 4),
            "frames": frames,
            "items": true,
        }


def open_method(method: str, model: str, folder: Path, *, threshold: float) -> Detector:
    """A detector over a data folder of its own."""
    settings = DetectionSettings.model_validate({"method": method, "model": model, "threshold": threshold})
    return open_detector(settings, data=DataFolder(folder), runtime="onnxruntime", threads=1)


def run(detector: Detector, frames: Iterator[Judged], *, pictures: Path | None, every: int) -> Tally:
    """All frames through a detector; every so many with their boxes as a picture."""
    tally = Tally()
    for number, (frame, truth, excused) in enumerate(frames):
        found = detector.detect(frame)
        if truth is not None:
            tally.add(found.boxes, found.scores, truth, excused)
        if pictures and number % every == 0:
            pictures.mkdir(parents=True, exist_ok=True)
            drawn = np.ascontiguousarray(frame.pixels[..., ::-1])
            for box in truth if truth is not None else ():
                cv2.rectangle(drawn, box[:2].astype(int).tolist(), box[2:].astype(int).tolist(), (255, 200, 0), 1)
            for box, score in zip(found.boxes, found.scores, strict=True):
                x, y = (int(value) for value in box[:2])
                cv2.rectangle(drawn, (x, y), box[2:].astype(int).tolist(), (0, 255, 0), 2)
                cv2.putText(drawn, f"{score:.2f}", (x + 3, y + 16), 0, 0.55, (0, 0, 255), 2)
            cv2.imwrite(str(pictures / f"{number:05d}.jpg"), drawn)
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="tillsight-detector", help="name or path of the detector's card")
    parser.add_argument("--methods", default="network,change,both")
    parser.add_argument("--threshold", type=float, default=0.35, help="for both; networks are told at several")
    parser.add_argument("--clip", type=Path)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--demo", type=int, default=0, help="how many seeds of the demo shop")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--fps", type=int, default=5)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--every", type=int, default=10)
    given = parser.parse_args()
    for method in given.methods.split(","):
        least = 0.1 if method == "network" else given.threshold
        sources: dict[str, list[Iterator[Judged]]] = {}
        if given.clip:
            sources[given.clip.stem] = [clip_frames(given.clip, given.truth)]
        if given.demo:
            seeds = range(1, given.demo + 1)
            sources["demo"] = [demo_frames(seed, given.seconds, fps=given.fps) for seed in seeds]
        for name, runs in sources.items():
            tallies = []
            for number, frames in enumerate(runs):
                with TemporaryDirectory() as folder:
                    detector = open_method(method, given.model, Path(folder), threshold=least)
                    pictures = given.pictures / method / f"{name}-{number}" if given.pictures else None
                    tallies.append(run(detector, frames, pictures=pictures, every=given.every))
            whole = Tally()
            whole._rows = [row for tally in tallies for row in tally._rows]
            for threshold in _THRESHOLDS if method == "network" else (0.0,):
                print(method, name, threshold, whole.at(threshold), flush=True)


if __name__ == "__main__":
    main()
