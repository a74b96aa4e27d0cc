"""The engines of a shop's models for its NVIDIA card: whether any can be built here, of what, and building them."""

from collections.abc import Callable
from dataclasses import dataclass

from core.paths import DataFolder, models_folder
from core.settings import Settings
from core.vision.model_card import AnyCard, load_card
from core.vision.runtimes.choose import BUILT_RUNTIMES, engine_folder
from core.vision.runtimes.nvidia import nvidia_card
from core.vision.runtimes.tensorrt_package import installed_packages, package_named

Tell = Callable[[str, str, float], None]
"""Called from whatever thread with a model's name, what is done with it, and how much of all models, 0–1."""


@dataclass(frozen=True, slots=True)
class MadeEngine:
    """An engine that is ready for ``model``. ``is_new``: built now; else the one that was there still fits.

    ``note``: why it computes in float32 although float16 was asked for; mostly empty.
    """

    model: str
    is_new: bool
    seconds: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class EngineWorkshop:
    """Where engines can be built: ``card`` is "NVIDIA L4"; ``runtime`` the setting that uses them; ``title`` its name.

    Made by ``engine_workshop``.
    """

    card: str
    runtime: str
    title: str

    def build(
        self, settings: Settings, data: DataFolder, *, on_progress: Tell, cancelled: Callable[[], bool]
    ) -> tuple[MadeEngine, ...]:
        """Build an engine for every model that the settings use; those that still fit are kept as they are.

        Takes seconds to many minutes. Any thread. Raises ``ModelError``, ``BuildStopped`` when ``cancelled`` says so,
        and ``DataFolderError``; what was finished before stays.
        """
        from core.vision.card_engine import build_card_engine
        from core.vision.runtimes.tensorrt_store import EngineStore

        store = EngineStore(engine_folder(data.engines))
        cards = cards_in_use(settings, data)
        made = []
        for place, card in enumerate(cards):

            def tell(what: str, share: float, name: str = card.name, before: int = place) -> None:
                on_progress(name, what, (before + share) / len(cards))

            built = build_card_engine(card, store, package=self.runtime, on_progress=tell, cancelled=cancelled)
            made.append(MadeEngine(card.name, built.is_new, built.stored.seconds, built.note))
        return tuple(made)


def renew_engines(
    settings: Settings, data: DataFolder, *, on_progress: Tell, cancelled: Callable[[], bool]
) -> tuple[MadeEngine, ...]:
    """Build the engines that a named runtime needs and that do not fit any more, such as after a new driver.

    Nothing is done for a runtime without engines of its own, nor for ``auto``, which does without them. Raises as
    ``EngineWorkshop.build``.
    """
    runtime = settings.recognition.runtime
    workshop = engine_workshop(settings) if runtime in BUILT_RUNTIMES else None
    if workshop is None or workshop.runtime != runtime:
        return ()
    return workshop.build(settings, data, on_progress=on_progress, cancelled=cancelled)


def engine_workshop(settings: Settings) -> EngineWorkshop | None:
    """For the runtime of the settings, else for the first one that is installed; imports nothing of them.

    ``None`` without an NVIDIA card or without one of TensorRT's packages.
    """
    card, packages = nvidia_card(), installed_packages()
    if card is None or not packages:
        return None
    wanted = settings.recognition.runtime
    runtime = wanted if wanted in packages else packages[0]
    return EngineWorkshop(card.name, runtime, package_named(runtime).title)


def cards_in_use(settings: Settings, data: DataFolder) -> list[AnyCard]:
    """The models that the settings use: the embedder's, and the detector's where one finds items.

    Raises ``ModelError`` for a card that is missing or damaged.
    """
    names = [settings.recognition.embedder]
    if settings.detection.method != "change" and settings.detection.model:
        names.append(settings.detection.model)
    return [load_card(name, (data.models, models_folder())) for name in names]
