"""From crops to embeddings: unit vectors that lie close together when they show the same product."""

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from core.errors import ModelError
from core.frames import Pixels
from core.vision.class_labels import labels_of
from core.vision.model_card import EmbedderCard, load_card
from core.vision.network import Network, open_network
from core.vision.preprocessing import prepare
from core.vision.runtimes.runtime import LARGEST_BATCH

Embeddings = npt.NDArray[np.float32]
"""N×D ``float32``, every row of length 1."""

Probabilities = npt.NDArray[np.float32]
"""N×C ``float32`` in 0–1, every row summing to 1: the classes that a network knows by heart."""

_LARGEST_BATCH = 16
"""On a processor, which is no faster with more, and whose memory they take."""
_ROUNDING = 0.05
"""How far from 1 probabilities in half precision may sum up to; numbers that do not are a softmax's logits."""
_KEY_VERSION = "1"
"""Part of every key; another number when ``prepare`` computes something else from the same form."""


class Described(NamedTuple):
    """What a network says of N crops. ``probabilities`` is ``None`` when it knows no classes, or not their names."""

    vectors: Embeddings
    probabilities: Probabilities | None = None


class Embedder:
    """A network that describes crops. Any thread may call, also several at once.

    ``key`` names weights and preprocessing: vectors with different keys cannot be compared. ``classes`` are the names
    of the classes that the network also tells apart, in the order of its probabilities; mostly there are none.
    """

    def __init__(self, network: Network[EmbedderCard]) -> None:
        card = network.card
        self._network = network
        self._largest_batch = LARGEST_BATCH if network.is_on_card else _LARGEST_BATCH
        self.name = card.name
        self.dimension = card.embedding_size
        self.prior_file = card.prior_file
        self.classes = labels_of(card)
        # The classes are left out of the key, because the vectors are the same without them.
        form = card.model_dump_json(
            include={"input", "outputs", "embedding_size"}, exclude={"outputs": {"probabilities"}}
        )
        self.key = hashlib.sha256("\n".join((_KEY_VERSION, network.digest, form)).encode()).hexdigest()[:16]
        self._gives_logits = False
        gray = np.full((card.input.height, card.input.width, 3), 127, np.uint8)
        probabilities = self.describe([gray]).probabilities
        self._gives_logits = probabilities is not None and not _is_distribution(probabilities)

    @property
    def runtime_label(self) -> str:
        """Engine and device that it really runs on: "ONNX Runtime on CPU"."""
        return self._network.runtime_label

    def embed(self, crops: Sequence[Pixels]) -> Embeddings:
        """One unit row for each crop, of any size from 1×1; 0×D for none.

        Raises ``ModelError`` when the network returns anything but finite vectors of the card's size.
        """
        return self.describe(crops).vectors

    def describe(self, crops: Sequence[Pixels]) -> Described:
        """``embed``, and with it the probabilities of the classes when there are any; the network runs once.

        Raises ``ModelError`` as ``embed`` does, and when there are not as many numbers as names of classes.
        """
        vectors = np.empty((len(crops), self.dimension), np.float32)
        probabilities = np.empty((len(crops), len(self.classes)), np.float32) if self.classes else None
        for start in range(0, len(crops), self._largest_batch):
            part = crops[start : start + self._largest_batch]
            outputs, _ = self._network.run(part)
            vectors[start : start + len(part)] = self._checked(outputs["embedding"], len(part))
            if probabilities is not None:
                probabilities[start : start + len(part)] = self._shares(outputs["probabilities"], len(part))
        return Described(vectors, probabilities)

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
                f"The embedder {self.name} returns a vector of length {rows.size // max(1, count)} for a crop, "
                f"not {self.dimension} as its card states.",
                remedy=f"Correct embedding_size in {self._network.card.path}, or choose another embedder.",
            )
        rows = rows.reshape(count, self.dimension)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise self._meaningless()
        return np.asarray(rows / lengths, np.float32)

    def _shares(self, rows: Probabilities, count: int) -> Probabilities:
        if rows.size != count * len(self.classes):
            card = self._network.card
            raise ModelError(
                f"Classes that the embedder {self.name} tells apart: {rows.size // max(1, count)}; "
                f"named: {len(self.classes)}.",
                remedy=f"Correct labels in {card.path}."
                if card.label_path is None
                else f"Correct {card.label_path}, or take it away: then the classes have no say.",
            )
        if not np.isfinite(rows).all():
            raise self._meaningless()
        rows = rows.reshape(count, len(self.classes))
        return np.asarray(softmax(rows, axis=1), np.float32) if self._gives_logits else rows

    def _meaningless(self) -> ModelError:
        return ModelError(
            f"The embedder {self.name} returned numbers that mean nothing (not finite, or all zero).",
            remedy="Choose another embedder or runtime in the settings; the model file may be damaged.",
        )


def _is_distribution(rows: Probabilities) -> bool:
    return bool((rows >= 0.0).all() and (np.abs(rows.sum(axis=1) - 1.0) <= _ROUNDING).all())


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
    network = open_network(card, runtime=runtime, threads=threads, memory=memory)
    try:
        return Embedder(network)
    except ModelError:
        # An engine on a card keeps its memory there until it is closed.
        network.close()
        raise
