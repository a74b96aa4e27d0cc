"""``python -m models.training.embedder train|export``, from the repository's root; see the README beside."""

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch

from models.training.embedder.curves import draw_curves, draw_front
from models.training.embedder.export import compare, digest, export
from models.training.embedder.training import Recipe, Training, load_trained


def main() -> None:
    usual = Recipe()
    parser = argparse.ArgumentParser(prog="python -m models.training.embedder", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train, or go on from the folder's checkpoint")
    train.add_argument("--data", type=Path, required=True, help="folder with grocery and up24")
    train.add_argument("--run", type=Path, required=True, help="folder for checkpoints and the log")
    train.add_argument("--continue", dest="goes_on", action="store_true", help="go on from the checkpoint")
    train.add_argument("--minutes", type=float, default=usual.minutes, help="of all runs together")
    train.add_argument("--frozen", type=int, default=usual.frozen, help="blocks that stay as they are")
    train.add_argument("--trunk", default=usual.trunk, help="efficientnet-lite0, -lite1 or -lite2")
    train.add_argument("--side", type=int, default=usual.side, help="pixels of the input's sides")
    train.add_argument("--pull", type=float, default=usual.pull, help="weight of staying close to the untuned network")
    train.add_argument("--seed", type=int, default=usual.seed, help="of the pictures, their views and the batches")
    train.add_argument("--threads", type=int, default=1, help="of PyTorch")
    out = commands.add_parser("export", help="write the ONNX file of a checkpoint")
    out.add_argument("--run", type=Path, required=True)
    out.add_argument("--output", type=Path, required=True)
    out.add_argument("--share", type=float, default=0.5, help="of the tuned weights, the rest as they were before")
    out.add_argument("--side", type=int, help="pixels of the input's sides, if others than in training")
    curves = commands.add_parser("curves", help="draw the log as SVG")
    curves.add_argument("--log", type=Path, required=True)
    curves.add_argument("--output", type=Path, required=True)
    front = commands.add_parser("front", help="draw a table of accuracy and time as SVG")
    front.add_argument("--table", type=Path, required=True)
    front.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    if arguments.command == "train":
        torch.set_num_threads(arguments.threads)
        recipe = Recipe(
            trunk=arguments.trunk,
            side=arguments.side,
            frozen=arguments.frozen,
            minutes=arguments.minutes,
            pull=arguments.pull,
            seed=arguments.seed,
        )
        Training(recipe, arguments.data, arguments.run, goes_on=arguments.goes_on).run()
    elif arguments.command == "curves":
        draw_curves(arguments.log, arguments.output)
    elif arguments.command == "front":
        draw_front(arguments.table, arguments.output)
    else:
        trunk, step = load_trained(arguments.run / "checkpoint.pt", share=arguments.share, side=arguments.side)
        side = 2 * trunk.stem.side
        source = f"models.training.embedder, {step} steps from ImageNet weights"
        export(trunk, side, arguments.output, source=source)
        images = np.random.default_rng(0).uniform(-1, 1, (8, 3, side, side)).astype(np.float32)
        cosines = compare(trunk, arguments.output, images)
        size = arguments.output.stat().st_size / 1e6
        print(f"{arguments.output.name}: {size:.2f} MB, sha256 {digest(arguments.output)}")
        print(f"cosine to the trained network: lowest {cosines.min():.6f}")


if __name__ == "__main__":
    main()
