"""From crops to embeddings: unit vectors that lie close together when they show the same product."""

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import ModelError
from core.frames import Pixels
from core.vision.model_card import EmbedderCard, load_card
from core.vision.network import Network, open_network
from core.vision.preprocessing import prepare

Embeddings = npt.NDArray[np.float32]
"""N×D ``float32``, every row of length 1."""

_LARGEST_BATCH = 16
_KEY_VERSION = "1"
"""Part of every key; another number when ``prepare`` computes something else from the same form."""


class Embedder:
    """A network that describes crops. Any thread may call, also several at once.

    ``key`` names weights and preprocessing: vectors with different keys cannot be compared.
    """

    def __init__(self, network: Network[EmbedderCard]) -> None:
        card = network.card
        self._network = network
        self.name = card.name
        self.dimension = card.embedding_size
        self.prior_file = card.prior_file
        form = card.model_dump_json(include={"input", "outputs", "embedding_size"})
        self.key = hashlib.sha256("\n".join((_KEY_VERSION, network.digest, form)).encode()).hexdigest()[:16]
        self.embed([np.full((card.input.height, card.input.width, 3), 127, np.uint8)])

    @property
    def runtime_label(self) -> str:
        """Engine and device that it really runs on: "ONNX Runtime on CPU"."""
        return self._network.runtime_label

    def embed(self, crops: Sequence[Pixels]) -> Embeddings:
        """One unit row for each crop, of any size from 1×1; 0×D for none.

        Raises ``ModelError`` when the network returns anything but finite vectors of the card's size.
        """
        vectors = np.empty((len(crops), self.dimension), np.float32)
        for start in range(0, len(crops), _LARGEST_BATCH):
            part = crops[start : start + _LARGEST_BATCH]
            outputs, _ = self._network.run(part)
            vectors[start : start + len(part)] = self._checked(outputs["embedding"], len(part))
        return vectors

    def time_engine(self, batch: int, repeats: int) -> list[float]:
        """Milliseconds of each bare engine call on a prepared batch, after one that is not counted."""
        form = self._network.card.input
        picture = np.random.default_rng(0).integers(0, 256, (form.height, form.width, 3), np.uint8)
        prepared, _ = prepare([picture] * batch, form)
        self._network.run_batch(prepared)
        times = []
        for _ in range(repeats):
            start = time.perf_counter()
            self._network.run_batch(prepared)
            times.append(1000 * (time.perf_counter() - start))
        return times

    def close(self) -> None:
        """Free the engine; nothing may be embedded afterwards."""
        self._network.close()

    def _checked(self, rows: Embeddings, count: int) -> Embeddings:
        if rows.size != count * self.dimension:
            raise ModelError(
                f"The embedder {self.name} returns {rows.size // max(1, count)} numbers for a crop, "
                f"not {self.dimension} as its card states.",
                remedy=f"Correct embedding_size in {self._network.card.path}, or choose another embedder.",
            )
        rows = rows.reshape(count, self.dimension)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise ModelError(
                f"The embedder {self.name} returned numbers that mean nothing (not finite, or all zero).",
                remedy="Choose another embedder or runtime in the settings; the model file may be damaged.",
            )
        return np.asarray(rows / lengths, np.float32)


def open_embedder(
    card_name_or_path: str | Path,
    *,
    folders: Sequence[Path],
    runtime: str = "auto",
    threads: int = 0,
    memory: Path | None = None,
) -> Embedder:
    """The embedder of a card, loaded and warmed up; raises ``ModelError``.

    ``memory`` is the file in which ``auto`` keeps which engine is fastest; without one it measures every time.
    """
    card = load_card(card_name_or_path, folders)
    if not isinstance(card, EmbedderCard):
        raise ModelError(
            f"The model {card.name} finds items; it does not describe them.", remedy="Choose an embedder's card."
        )
    return Embedder(open_network(card, runtime=runtime, threads=threads, memory=memory))
