"""``python -m models.training.embedder make|train|export|quantize|curves|front``, from the repository's root.

See the README beside.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch

from models.training.embedder.collection import read_kinds
from models.training.embedder.curves import draw_curves, draw_front
from models.training.embedder.export import compare, digest, export
from models.training.embedder.quantize import CALIBRATION_PICTURES, calibration_pictures, input_side, quantize
from models.training.embedder.training import Recipe, RunRefusedError, Training, load_trained

_MODELS = Path(__file__).parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m models.training.embedder", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("make", help="train, then write everything that ships")
    _add_train(make)
    _add_share(make)
    make.add_argument("--models", type=Path, default=_MODELS, help="folder of the models' folders with their cards")
    make.set_defaults(act=_make)
    train = commands.add_parser("train", help="train, or go on from the folder's checkpoint")
    _add_train(train)
    train.set_defaults(act=_train)
    out = commands.add_parser("export", help="write the ONNX file of a checkpoint")
    out.add_argument("--run", type=Path, required=True)
    out.add_argument("--output", type=Path, required=True)
    _add_share(out)
    out.add_argument("--side", type=int, help="pixels of the input's sides, if others than in training")
    out.set_defaults(act=_export)
    eight = commands.add_parser("quantize", help="write an exported file once more, in whole numbers of eight bits")
    eight.add_argument("--data", type=Path, required=True, help="folder with grocery and up24, to calibrate with")
    eight.add_argument("--model", type=Path, required=True, help="the exported file")
    eight.add_argument("--output", type=Path, required=True)
    eight.add_argument("--seed", type=int, default=Recipe().seed)
    eight.set_defaults(act=_quantize)
    curves = commands.add_parser("curves", help="draw the log as SVG")
    curves.add_argument("--log", type=Path, required=True)
    curves.add_argument("--output", type=Path, required=True)
    curves.set_defaults(act=lambda given: draw_curves(given.log, given.output))
    front = commands.add_parser("front", help="draw accuracy by time and by size of the embedding as SVG")
    front.add_argument("--times", type=Path, required=True, help="table of trunks and input sizes")
    front.add_argument("--sizes", type=Path, required=True, help="table of embedding sizes")
    front.add_argument("--output", type=Path, required=True)
    front.set_defaults(act=lambda given: draw_front(given.times, given.sizes, given.output))
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    try:
        arguments.act(arguments)
    except RunRefusedError as error:
        raise SystemExit(str(error)) from error


def _add_train(train: argparse.ArgumentParser) -> None:
    usual = Recipe()
    train.add_argument("--data", type=Path, required=True, help="folder with grocery and up24")
    train.add_argument("--run", type=Path, required=True, help="folder for checkpoints and the log")
    train.add_argument("--continue", dest="goes_on", action="store_true", help="go on from the checkpoint, if any")
    train.add_argument("--minutes", type=float, default=usual.minutes, help="of all runs together")
    train.add_argument("--frozen", type=int, default=usual.frozen, help="blocks that stay as they are")
    train.add_argument("--trunk", default=usual.trunk, help="efficientnet-lite0, -lite1 or -lite2")
    train.add_argument("--side", type=int, default=usual.side, help="pixels of the input's sides")
    train.add_argument("--pull", type=float, default=usual.pull, help="weight of staying close to the untuned network")
    train.add_argument("--seed", type=int, default=usual.seed, help="of the pictures, their views and the batches")
    train.add_argument("--threads", type=int, default=1, help="of PyTorch")
    train.add_argument("--device", default="cpu", choices=("cpu", "cuda"), help="where PyTorch computes")


def _add_share(command: argparse.ArgumentParser) -> None:
    command.add_argument("--share", type=float, default=0.5, help="of the tuned weights, the rest as they were before")


def _train(given: argparse.Namespace) -> None:
    torch.set_num_threads(given.threads)
    recipe = Recipe(
        trunk=given.trunk,
        side=given.side,
        frozen=given.frozen,
        minutes=given.minutes,
        pull=given.pull,
        seed=given.seed,
    )
    Training(recipe, given.data, given.run, goes_on=given.goes_on, device=given.device).run()


def _make(given: argparse.Namespace) -> None:
    # The program's own packages, which a prior needs, are missing where one only trains.
    from models.training.embedder.shipping import ship

    _train(given)
    ship(given.data, given.run, given.models, share=given.share, seed=given.seed)


def _export(given: argparse.Namespace) -> None:
    trunk, step = load_trained(given.run / "checkpoint.pt", share=given.share, side=given.side)
    export(trunk, given.output, source=f"models.training.embedder, {step} steps from ImageNet weights")
    images = np.random.default_rng(0).uniform(-1, 1, (8, 3, trunk.side, trunk.side)).astype(np.float32)
    cosines = compare(trunk, given.output, images)
    _tell(given.output)
    print(f"cosine to the trained network: lowest {cosines.min():.6f}")


def _quantize(given: argparse.Namespace) -> None:
    kinds, _ = read_kinds(given.data, given.seed)
    pictures = calibration_pictures(kinds, input_side(given.model), given.seed)
    source = f"{given.model.name} in eight bits, calibrated on {CALIBRATION_PICTURES} pictures"
    quantize(given.model, given.output, pictures, source=source)
    _tell(given.output)


def _tell(path: Path) -> None:
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB, sha256 {digest(path)}")


if __name__ == "__main__":
    main()
