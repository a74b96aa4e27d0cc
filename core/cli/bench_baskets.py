"""`tillsight bench baskets`: how often a whole basket comes out right, in the demo shop."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from core.cli.opening import opened_shop
from core.cli.options import DataDir, Json, SetValues, data_folder, progress_bar
from core.cli.replay_output import basket_table
from core.demo_shop import demo_products_not_enrolled, enroll_demo_products
from core.errors import UserError
from core.paths import DataFolder
from core.replay_bench import BasketPlan, MeasuredBaskets, measure_baskets
from core.replay_score import basket_figures
from core.shop import Shop


def bench_baskets(
    *,
    baskets: Annotated[int, typer.Option(min=1, max=100_000, metavar="N", help="Customers to sell to.")] = 200,
    seed: Annotated[
        int, typer.Option(min=0, max=2**30, help="Decides the counters, the customers and their items.")
    ] = 1000,
    fps: Annotated[int, typer.Option(min=2, max=60, help="Pictures a second; the shop's time, not yours.")] = 10,
    values: SetValues = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Sell to the demo shop's customers as fast as the machine can, and count the baskets that are exactly right.

    Each brings 1 to 8 items by hand, moves some, and takes them away. A question is answered by its first choice. With
    `--json`: `baskets` (`count`, `cacc`, `acd`, `by_size`, `cacc_without_asking`, `asked`) and `failures`.
    """
    plan = BasketPlan(baskets, seed, fps)
    with _shop(data_dir, values) as shop, progress_bar("Selling") as moved:
        measured = measure_baskets(shop, plan, on_progress=moved)
    if as_json:
        typer.echo(json.dumps(_as_document(measured), ensure_ascii=False))
    else:
        _print(measured)


@contextmanager
def _shop(choice: Path | None, values: list[str] | None) -> Iterator[Shop]:
    """The given shop, or a scratch one with the demo products."""
    if choice is not None:
        data = data_folder(choice)
        with opened_shop(data, is_alone=False, values=values) as shop:
            _check_products(shop)
            yield shop
        return
    with TemporaryDirectory(prefix="tillsight-bench-", ignore_cleanup_errors=True) as scratch:
        data = DataFolder(Path(scratch))
        with opened_shop(data, is_alone=True) as shop, progress_bar("Making a scratch shop") as moved:
            enroll_demo_products(shop.catalog, shop.embedder, on_progress=moved)
        with opened_shop(data, is_alone=True, values=values) as shop:
            yield shop


def _check_products(shop: Shop) -> None:
    """Raises ``UserError`` for a shop that sells nothing of what the customers bring."""
    missing, count = demo_products_not_enrolled(shop.catalog)
    if len(missing) == count:
        raise UserError(
            f"The customers bring the demo shop's products, and the shop in {shop.data.root} has none of them.",
            remedy=f"Enroll them with `tillsight enroll demo: --data-dir {quote(str(shop.data.root))}`, "
            "or leave --data-dir out.",
        )
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    for name in missing:
        errors.print(f"Not enrolled, so never named: {name}.", markup=False)


def _as_document(measured: MeasuredBaskets) -> dict[str, object]:
    return {
        "baskets": {
            **basket_figures(measured.score),
            "by_size": {str(size): basket_figures(part) for size, part in measured.by_size.items()},
        },
        "failures": [
            {"source": uri, "frame": frame, "missing": dict(basket.missing), "extra": dict(basket.extra)}
            for uri, frame, basket in measured.failures
        ],
    }


def _print(measured: MeasuredBaskets) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(basket_table(measured.by_size, ("all", measured.score)))
    for uri, frame, basket in measured.failures:
        missing = ", ".join(f"{count} × {key}" for key, count in basket.missing.items()) or "nothing"
        extra = ", ".join(f"{count} × {key}" for key, count in basket.extra.items()) or "nothing"
        console.print(f"{uri} frame {frame}: {missing} missing, {extra} too many.", markup=False)
