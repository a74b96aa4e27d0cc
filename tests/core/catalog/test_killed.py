"""A program that is killed in the middle loses nothing that it had written."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.catalog.database import open_catalog
from core.paths import DataFolder
from tests.core.catalog.shop import line

_ROOT = Path(__file__).resolve().parents[3]

_SELLING = """
import sys
from pathlib import Path
from core.catalog.database import open_catalog
from core.paths import DataFolder
from tests.core.catalog.shop import line
catalog = open_catalog(DataFolder(Path(sys.argv[1])))
sale = catalog.sales.open(currency="EUR", cashier="Ann")
for count in range(1, 100_000):
    lines = [line(number + 1) for number in range(count % 40 + 1)]
    catalog.sales.record_lines(sale.sale_id, lines, kind=f"step {count}")
    print(count, flush=True)
"""

_ENROLLING = """
import sys
from pathlib import Path
from core.catalog.database import open_catalog
from core.catalog.records import ProductDetails
from core.paths import DataFolder
from tests.core.catalog.shop import picture
catalog = open_catalog(DataFolder(Path(sys.argv[1])))
draft = catalog.drafts.begin(ProductDetails("Milk"))
for count in range(1, 100_000):
    stored = catalog.photographs.store(picture(count))
    catalog.drafts.add_shot(draft.draft_id, stored, quality={"sharpness": count})
    print(count, flush=True)
"""


def _kill_after(script: str, data: DataFolder, steps: int) -> int:
    """Run until so many steps are reported, kill without warning; returns the last step that was reported."""
    command = [sys.executable, "-c", script, str(data.root)]
    last = 0
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for report in process.stdout:
            last = int(report)
            if last == steps:
                process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    return last


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_sale_survives_a_kill(data: DataFolder) -> None:
    last = _kill_after(_SELLING, data, 25)
    catalog = open_catalog(data)
    sale = catalog.sales.open(currency="EUR")
    journal = catalog.sales.journal(sale.sale_id)
    written = int(journal[-1].kind.split()[1])
    assert written in (last, last + 1)
    assert sale.lines == tuple(line(number + 1) for number in range(written % 40 + 1))
    assert [entry.kind for entry in journal] == ["opened", *(f"step {count + 1}" for count in range(written))]
    assert (sale.number, sale.cashier) == (1, "Ann")
    assert catalog.problems() == []
    catalog.close()


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_an_enrollment_survives_a_kill(data: DataFolder) -> None:
    last = _kill_after(_ENROLLING, data, 10)
    catalog = open_catalog(data)
    draft = catalog.drafts.current()
    assert draft is not None
    assert draft.details.name == "Milk"
    assert len(draft.kept) in (last, last + 1)
    for shot in draft.shots:
        assert catalog.photographs.read(shot.picture).shape == (24, 32, 3)
    assert len(catalog.drafts.finish(draft.draft_id).references) == len(draft.kept)
    catalog.close()
