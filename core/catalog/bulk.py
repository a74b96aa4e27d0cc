"""Many products at once, for shops that are made instead of taught."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.catalog.embeddings import Vectors, store_embeddings
from core.catalog.products import insert_product
from core.catalog.records import Origin, ProductDetails
from core.catalog.revision import raise_revision
from core.catalog.schema import ReferenceRow
from core.catalog.transactions import Database


def add_embedded_products(database: Database, products: Sequence[tuple[str, Vectors]], embedder_key: str) -> None:
    """Add products, each a name and the n×v×d vectors of its references, in one transaction.

    The references have no pictures: such a database is there to measure recognition, not to sell with.
    """
    with database.write() as session:
        now = database.now()
        for name, vectors in products:
            product_id = insert_product(session, ProductDetails(name), now).id
            store_embeddings(session, embedder_key, _add_references(session, product_id, len(vectors), now), vectors)
        raise_revision(session, now)


def _add_references(session: Session, product_id: int, count: int, now: datetime) -> list[int]:
    shared = {"product_id": product_id, "sha256": "", "origin": Origin.ENROLLED.value, "created_at": now}
    rows = [{**shared, "picture": f"none/{product_id}-{number}", "removed_at": None} for number in range(count)]
    session.execute(insert(ReferenceRow.__table__), rows)  # type: ignore[arg-type]
    query = select(ReferenceRow.id).where(ReferenceRow.product_id == product_id, ReferenceRow.removed_at.is_(None))
    return list(session.scalars(query.order_by(ReferenceRow.id)))
