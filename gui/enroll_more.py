"""The way from any page to giving more shots to a product."""

from core.catalog.records import Product
from core.enrollment.session import EnrollmentSession


def begin_more_shots(session: EnrollmentSession, product: Product) -> None:
    """Begin more shots of a product; an enrollment without a shot and a name gives way. Runs on the vision thread.

    Raises ``EnrollmentError`` when another enrollment is under way.
    """
    give_way(session)
    session.begin(product.product_id, product.details)


def give_way(session: EnrollmentSession) -> None:
    """Discard an enrollment in which nothing was done yet."""
    view = session.view()
    if view is not None and not view.is_saving and not view.shots and not view.details.name.strip():
        session.discard()
