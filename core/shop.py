"""A shop opened from its data folder: catalog, embedder and index, without camera or threads."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Protocol

from filelock import FileLock, Timeout

from core.catalog.database import Catalog, open_catalog
from core.errors import DataFolderError, UserError
from core.paths import DataFolder
from core.recognition.recognizer import Recognizer
from core.settings import Settings
from core.shop_embedder import ShopEmbedder, open_embedder_of
from core.shop_index import ShopIndex


class Narrate(Protocol):
    """Told what is being done, and how much of it: ``done`` of ``total``, both 0 when that is not known."""

    def __call__(self, activity: str, done: int = 0, total: int = 0) -> None: ...


@dataclass(frozen=True, slots=True)
class Shop:
    """What is needed to recognize. ``recognizer`` is of the moment of opening; ``index`` hands out later ones."""

    data: DataFolder
    settings: Settings
    catalog: Catalog
    index: ShopIndex
    recognizer: Recognizer

    @property
    def embedder(self) -> ShopEmbedder:
        return self.index.embedder


class Tell(Protocol):
    """Given a problem that does not stop the work."""

    def __call__(self, problem: UserError, /) -> None: ...


@contextmanager
def open_shop(
    data: DataFolder, settings: Settings, *, tell: Tell, narrate: Narrate, is_alone: bool = True
) -> Iterator[Shop]:
    """Open everything and close it again; ``is_alone``: nobody else may use the data folder meanwhile.

    ``tell`` is given what does not stop the shop, such as a photograph that cannot be read. Raises ``UserError``.
    """
    with ExitStack() as stack:
        data.prepare()
        if is_alone:
            stack.enter_context(hold(data))
        narrate("Opening the catalog")
        catalog = open_catalog(data)
        stack.callback(catalog.close)
        narrate("Loading the model")
        embedder = open_embedder_of(settings.recognition, data)
        narrate("Opening the index")
        index = ShopIndex(
            catalog,
            data,
            embedder,
            false_name_rate=settings.recognition.false_name_rate,
            class_weight=settings.recognition.class_weight,
            tell=tell,
        )

        def close_embedder() -> None:
            # Another one may be in use by then; whoever chose it has closed the first.
            index.embedder.close()

        stack.callback(close_embedder)
        recognizer = index.open(lambda done, total: narrate("Learning the references again", done, total))
        index.save()
        yield Shop(data, settings, catalog, index, recognizer)


@contextmanager
def hold(data: DataFolder) -> Iterator[None]:
    """Keep the data folder for this program alone; raises ``DataFolderError`` when another one has it."""
    lock = FileLock(data.lock)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise DataFolderError(
            f"Tillsight is already open with the data folder {data.root}.",
            remedy="Close the other window or command first, or choose another folder with --data-dir.",
        ) from error
    except OSError as error:
        raise DataFolderError(
            f"The data folder {data.root} cannot be locked ({error.strerror}).",
            remedy="Give yourself the right to write there, or choose another folder with --data-dir.",
        ) from error
    try:
        yield
    finally:
        lock.release()
