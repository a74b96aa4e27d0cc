"""The embedder of a shop: the network that its settings choose, and what is put beside it."""

from collections.abc import Sequence

from core.frames import Pixels
from core.paths import DataFolder, models_folder
from core.recognition.describer import Describer
from core.settings import RecognitionSettings
from core.vision.embedder import Described, Embedder, open_embedder


class ShopEmbedder(Describer):
    """The network that the settings choose, with what the describer adds to it."""

    def __init__(self, network: Embedder) -> None:
        super().__init__(network, prior_file=network.prior_file)
        self.network = network

    @property
    def runtime_label(self) -> str:
        """Engine and device that it really runs on: "ONNX Runtime on CPU"."""
        return self.network.runtime_label

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that the network knows by heart; mostly none."""
        return self.network.classes

    def describe(self, crops: Sequence[Pixels]) -> Described:
        """``embed`` with the probabilities of the classes beside the rows; raises ``ModelError``."""
        vectors, probabilities = self.network.describe(crops)
        return Described(self.beside_colors(vectors, crops), probabilities)

    def close(self) -> None:
        """Free the engine; nothing may be embedded afterwards."""
        self.network.close()


def open_embedder_of(settings: RecognitionSettings, data: DataFolder) -> ShopEmbedder:
    """The embedder that the settings choose; the shop's own cards come first. Raises ``ModelError``."""
    folders = (data.models, models_folder())
    return ShopEmbedder(
        open_embedder(
            settings.embedder,
            folders=folders,
            runtime=settings.runtime,
            threads=settings.threads,
            memory=data.engines,
        )
    )
