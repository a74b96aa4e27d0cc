"""Scores a checkpoint on the whole validation split and chooses the one threshold from it.

Run from the repository's root:
``python -m models.training.detector.validate --checkpoint RUN/checkpoint.pt --stock STOCK
--judge-stock JUDGE --output RUN/validation.json``.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np
import torch

from models.training.detector.export import file_finder
from models.training.detector.network import load_network
from models.training.detector.scoring import (
    Judged,
    Numbers,
    find_all,
    network_finder,
    score,
    thresholds,
    validation_sets,
)

FALSE_ALLOWED = 0.01
"""False boxes a frame on counters with nothing for sale, at the threshold: half of what is asked, as they are drawn."""

PRECISE = 0.98
"""Share of the boxes on session C that must be right, at the threshold; a pack cut off at its corner has no label."""


def choose(table: dict[float, dict[str, dict[str, float]]]) -> float:
    """The lowest threshold with few enough false boxes on empty counters, on hands and on session C."""
    for threshold, row in sorted(table.items()):
        nothing = max(row["empty"]["false_per_frame"], row["hands"]["false_per_frame"])
        if nothing <= FALSE_ALLOWED and row["counter"]["precision"] >= PRECISE:
            return threshold
    return max(table)


def draw(judged: Judged, found: tuple[Numbers, Numbers], threshold: float, path: Path) -> None:
    """A picture with its true boxes thin and the found ones thick."""
    canvas = cv2.resize(judged.picture, None, fx=1.5, fy=1.5)
    for box in judged.boxes * 1.5:
        cv2.rectangle(canvas, box[:2].astype(int).tolist(), box[2:].astype(int).tolist(), (255, 200, 0), 1)
    for box, value in zip(found[0] * 1.5, found[1], strict=True):
        if value >= threshold:
            x, y = (int(number) for number in box[:2])
            cv2.rectangle(canvas, (x, y), box[2:].astype(int).tolist(), (0, 255, 0), 2)
            cv2.putText(canvas, f"{value:.2f}", (x + 2, y + 14), 0, 0.5, (0, 0, 255), 1)
    cv2.imwrite(str(path), canvas)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True, help="a checkpoint, or an exported .onnx")
    parser.add_argument("--stock", type=Path, required=True)
    parser.add_argument("--judge-stock", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True, help="JSON file for the numbers")
    parser.add_argument(
        "--most", type=int, default=120, help="drawn scenes of each kind; photographs: three times as many"
    )
    parser.add_argument("--pictures", type=Path, help="folder for pictures of mistakes")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    is_file = given.checkpoint.suffix == ".onnx"
    finder = file_finder(given.checkpoint) if is_file else network_finder(load_network(given.checkpoint))
    sets = validation_sets(given.stock, given.judge_stock, given.most)
    found = {name: find_all(finder, judged) for name, judged in sets.items()}
    table = {
        threshold: {name: asdict(score(found[name], judged, threshold)) for name, judged in sets.items()}
        for threshold in thresholds()
    }
    threshold = choose(table)
    counts = {name: len(judged) for name, judged in sets.items()}
    given.output.write_text(
        json.dumps({"threshold": threshold, "pictures": counts, "at": table[threshold], "all": table}, indent=1) + "\n",
        encoding="utf-8",
    )
    print(counts)
    for value in (*np.arange(0.2, 0.71, 0.1).round(2).tolist(), threshold):
        row = table[value]
        print(value, {name: {key: round(number, 4) for key, number in entry.items()} for name, entry in row.items()})
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
        for name, judged in sets.items():
            for index, entry in enumerate(judged):
                at = score(found[name][index : index + 1], [entry], threshold)
                if (at.recall < 1 and len(entry.boxes)) or (entry.complete and at.false_per_frame):
                    draw(entry, found[name][index], threshold, given.pictures / f"{name}-{index:03d}.png")


if __name__ == "__main__":
    main()
