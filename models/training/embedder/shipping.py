"""From a finished run to the folders that ship: both files, their digests on the cards, priors, the log with curves."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from models.training.embedder.collection import read_kinds, shops_of_crops
from models.training.embedder.curves import draw_curves
from models.training.embedder.export import digest, export
from models.training.embedder.quantize import CALIBRATION_PICTURES, calibration_pictures, quantize
from models.training.embedder.training import load_trained
from models.training.prior import measure_prior

EXACT, WHOLE = "tillsight-embedder", "tillsight-embedder-int8"
_ROUND = Path(__file__).parents[2] / "efficientnet-lite2" / "round_weights.py"
_DIGEST_LINE = re.compile(r'^sha256 = "[0-9a-f]*"$', re.MULTILINE)


def ship(data: Path, run: Path, models: Path, *, share: float, seed: int) -> None:
    """Write what a run has learned into ``models``, where the two folders with their cards are.

    ``share``: of the tuned weights, see ``load_trained``. The cards' other facts and the figures stay as they are.
    """
    exact, whole = models / EXACT / f"{EXACT}.onnx", models / WHOLE / f"{WHOLE}.onnx"
    trunk, step = load_trained(run / "checkpoint.pt", share=share)
    with TemporaryDirectory() as folder:
        unrounded = Path(folder) / "exact.onnx"
        export(trunk, unrounded, source=f"models.training.embedder, {step} steps from ImageNet weights")
        subprocess.run([sys.executable, _ROUND, unrounded, exact], check=True)
    kinds, _ = read_kinds(data, seed)
    source = f"{exact.name} in eight bits, calibrated on {CALIBRATION_PICTURES} pictures"
    quantize(exact, whole, calibration_pictures(kinds, trunk.side, seed), source=source)
    shops = shops_of_crops(data)
    for file in (exact, whole):
        card = file.parent / "card.toml"
        state_digest(card, digest(file))
        measure_prior(card, shops)
    shutil.copyfile(run / "log.csv", models / EXACT / "training.csv")
    draw_curves(run / "log.csv", models / EXACT / "training.svg")


def state_digest(card: Path, sha256: str) -> None:
    """Put a file's digest on its card; raises ``ValueError`` for a card without a line for it."""
    text, found = _DIGEST_LINE.subn(f'sha256 = "{sha256}"', card.read_text("utf-8"))
    if found != 1:
        raise ValueError(f"{card} has {found} lines of a digest instead of one")
    card.write_text(text, "utf-8")
