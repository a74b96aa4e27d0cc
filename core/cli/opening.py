"""Opening a shop for a command, with words about what does not stop it."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from core.errors import UserError
from core.paths import DataFolder
from core.settings import load_settings
from core.shop import Shop, open_shop


@contextmanager
def opened_shop(data: DataFolder, *, is_alone: bool, values: list[str] | None = None) -> Iterator[Shop]:
    """The shop of a data folder; ``is_alone`` for commands that change it. Raises ``UserError``."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)

    def tell(problem: UserError) -> None:
        console.print(f"{problem.message} {problem.remedy}", markup=False)

    with console.status("Opening the shop") as status:

        def narrate(activity: str, done: int = 0, total: int = 0) -> None:
            status.update(f"{activity} {done} of {total}" if total else activity)

        settings = load_settings(data.settings).with_values(values or ())
        with open_shop(data, settings, tell=tell, narrate=narrate, is_alone=is_alone) as shop:
            status.stop()
            yield shop
