"""Boxes and names on the picture, looked at pixel by pixel."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication

from core.sightings import Outcome
from gui import theme
from gui.live import labels, overlay
from gui.live.labels import Label, label_size
from gui.live.overlay import PlacedItem

PICTURE = QRectF(0, 0, 800, 450)


def painted(*items: PlacedItem) -> QImage:
    image = QImage(800, 450, QImage.Format.Format_RGB32)
    image.fill(QColor("#808080"))
    painter = QPainter(image)
    overlay.paint_items(painter=painter, items=items, font=overlay.label_font())
    painter.end()
    return image


def colored_share(image: QImage, color: QColor, y: int, x0: int, x1: int) -> float:
    """The share of a row's pixels that are close to a color."""
    return sum(is_near(image.pixelColor(x, y), color) for x in range(x0, x1)) / (x1 - x0)


def is_near(first: QColor, second: QColor) -> bool:
    parts = (first.red() - second.red(), first.green() - second.green(), first.blue() - second.blue())
    return max(map(abs, parts)) < 24


def placed(*boxes: QRectF, name: str = "Salt crisps") -> list[PlacedItem]:
    items = [PlacedItem(number, box, Label(Outcome.KNOWN, name, "97")) for number, box in enumerate(boxes)]
    return overlay.place_labels(items, bounds=PICTURE, font=overlay.label_font())


@pytest.mark.parametrize(
    ("outcome", "least", "most"),
    [(Outcome.KNOWN, 0.99, 1.0), (Outcome.POSSIBLE, 0.5, 0.75), (Outcome.UNKNOWN, 0.1, 0.6)],
)
def test_each_outcome_has_a_line_of_its_own(qapp: QApplication, outcome: Outcome, least: float, most: float) -> None:
    image = painted(PlacedItem(1, QRectF(100, 100, 400, 200), Label(outcome, "")))
    share = colored_share(image, overlay.COLORS[outcome], 102, 130, 470)
    assert least <= share <= most


def test_signs_and_colors_differ() -> None:
    outcomes = (Outcome.KNOWN, Outcome.POSSIBLE, Outcome.UNKNOWN)
    assert len({labels.SIGNS[outcome] for outcome in outcomes}) == 3
    assert len({overlay.COLORS[outcome].name() for outcome in outcomes}) == 3


def test_a_name_is_white_on_near_black(qapp: QApplication) -> None:
    [item] = placed(QRectF(100, 100, 400, 200))
    assert item.label_rect is not None
    image = painted(item)
    rect = item.label_rect.toRect().adjusted(2, 2, -2, -2)
    shades = [
        image.pixelColor(x, y) for x in range(rect.left(), rect.right()) for y in range(rect.top(), rect.bottom())
    ]
    dark = sum(1 for shade in shades if shade.lightness() < 40)
    white = sum(1 for shade in shades if shade.lightness() > 230)
    assert dark > 0.5 * len(shades)
    assert white > 0.02 * len(shades)


def test_a_long_name_is_cut_to_its_box(qapp: QApplication) -> None:
    [item] = placed(QRectF(100, 100, 140, 100), name="A very long name of a product in three sizes")
    assert item.label_rect is not None
    assert item.box.contains(item.label_rect)


def test_a_tiny_box_has_no_label(qapp: QApplication) -> None:
    [item] = placed(QRectF(100, 100, 18, 18))
    assert item.label_rect is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-20, 760), st.floats(-20, 420), st.floats(10, 400), st.floats(10, 300)),
        min_size=1,
        max_size=8,
    )
)
def test_labels_cover_no_other_and_leave_their_boxes_only_for_free_ground(
    boxes: list[tuple[float, float, float, float]],
) -> None:
    items = placed(*(QRectF(*box) for box in boxes))
    for item in items:
        if item.label_rect is not None:
            is_inside = item.box.adjusted(-0.6, -0.6, 0.6, 0.6).contains(item.label_rect)
            others = [other.box for other in items if other is not item]
            assert PICTURE.adjusted(-0.6, -0.6, 0.6, 0.6).contains(item.label_rect)
            assert is_inside or not any(item.label_rect.intersects(other) for other in others)
    for first, second in combinations(items, 2):
        if first.label_rect is not None and second.label_rect is not None:
            assert not first.label_rect.intersects(second.label_rect)


def shown_lines(item: PlacedItem) -> tuple[str, ...]:
    """The name as it is painted."""
    assert item.label_rect is not None
    font = overlay.label_font()
    sign = label_size(Label(item.label.outcome, ""), font).width() + labels.GAP
    most = 2 if item.label_rect.height() > labels.LABEL_HEIGHT + 1 else 1
    return labels.name_lines(item.label.name, font, item.label_rect.width() - sign + 0.5, most=most)


@pytest.mark.parametrize("width", [34, 60, 90, 130, 170, 240])
@pytest.mark.parametrize("height", [34, 60, 130])
def test_names_that_differ_at_the_end_are_told_apart(qapp: QApplication, width: float, height: float) -> None:
    [lemon] = placed(QRectF(300, 200, width, height), name="Fizzaro Lemon 0.33 l")
    [orange] = placed(QRectF(300, 200, width, height), name="Fizzaro Orange 0.33 l")
    assert shown_lines(lemon) != shown_lines(orange)
    assert any(word in " ".join(shown_lines(lemon)) for word in ("Fizzaro", "Lemon"))


def test_a_name_takes_two_lines_before_it_is_cut(qapp: QApplication) -> None:
    [item] = placed(QRectF(300, 200, 160, 120), name="Fizzaro Orange 0.33 l")
    assert shown_lines(item) == ("Fizzaro Orange", "0.33 l") or shown_lines(item) == ("Fizzaro", "Orange 0.33 l")
    assert item.label_rect is not None
    assert item.box.contains(item.label_rect)


def test_a_crowded_name_keeps_a_word_where_there_is_free_ground(qapp: QApplication) -> None:
    """The bar beside a bag leaves its box little room; a sign alone would tell nothing."""
    bag, bar = QRectF(300, 180, 130, 110), QRectF(340, 165, 200, 64)
    items = placed(bag, bar, name="Maz Maz ketchup chips")
    for item in items:
        assert "Maz" in " ".join(shown_lines(item))


def test_a_name_in_a_crowd_takes_all_the_width_of_its_box(qapp: QApplication) -> None:
    metrics, sign = QFontMetricsF(overlay.label_font()), label_size(Label(Outcome.KNOWN, ""), overlay.label_font())
    room = sign.width() + labels.GAP + 7 * metrics.averageCharWidth()
    box = QRectF(300, 150, room + 16, 140)
    item, _ = placed(box, QRectF(60, 60, 600, 330), name="Wonderful chocolates")
    assert item.label_rect is not None
    assert item.label_rect.width() == pytest.approx(room, abs=1)


def test_a_name_with_no_room_at_all_is_cut_in_its_middle(qapp: QApplication) -> None:
    lines = labels.name_lines("Krunelo Paprika 90 g", overlay.label_font(), 90, most=1)
    assert lines[0].startswith("Kru")
    assert lines[0].endswith("g")


def test_a_label_stays_where_it_is_while_its_box_trembles(qapp: QApplication) -> None:
    font = overlay.label_font()
    name = Label(Outcome.KNOWN, "Salt crisps")
    width = label_size(name, font).width() + 2 * 8
    wide, narrow = QRectF(300, 200, width + 1, 100), QRectF(300, 200, width - 1, 100)
    shown: list[PlacedItem] = []
    heights = []
    for box in (wide, narrow, wide, narrow, wide):
        shown = overlay.place_labels([PlacedItem(1, box, name)], bounds=PICTURE, font=font, former=shown)
        assert shown[0].label_rect is not None
        heights.append(shown[0].label_rect.height())
    assert len(set(heights[1:])) == 1


def test_the_score_gives_way_to_the_name(qapp: QApplication) -> None:
    font = overlay.label_font()
    whole = label_size(Label(Outcome.KNOWN, "Salt crisps", "97"), font).width()
    without = label_size(Label(Outcome.KNOWN, "Salt crisps"), font).width()
    narrow = PlacedItem(1, QRectF(0, 0, 300, 60), Label(Outcome.KNOWN, "Salt crisps", "97"), QRectF(4, 4, without, 24))
    wide = PlacedItem(1, QRectF(0, 0, 300, 60), Label(Outcome.KNOWN, "Salt crisps", "97"), QRectF(4, 4, whole, 24))
    plain = PlacedItem(1, QRectF(0, 0, 300, 60), Label(Outcome.KNOWN, "Salt crisps"), QRectF(4, 4, without, 24))
    assert painted(narrow) == painted(plain)
    assert painted(wide) != painted(plain)


def test_the_spotlight_darkens_all_but_the_item(qapp: QApplication) -> None:
    image = QImage(800, 450, QImage.Format.Format_RGB32)
    image.fill(QColor("#808080"))
    painter = QPainter(image)
    overlay.paint_spotlight(painter=painter, area=PICTURE, box=QRectF(300, 100, 200, 200))
    painter.end()
    assert image.pixelColor(400, 200) == QColor("#808080")
    assert image.pixelColor(50, 50).lightness() < 80


def test_a_notice_shows_its_progress(qapp: QApplication) -> None:
    def bar(progress: float) -> int:
        image = QImage(800, 450, QImage.Format.Format_RGB32)
        image.fill(QColor("#808080"))
        painter = QPainter(image)
        overlay.paint_notice(
            painter=painter, area=PICTURE, icon_name="camera", title="Getting ready", sentence="…", progress=progress
        )
        painter.end()
        return sum(1 for y in range(450) for x in range(0, 800, 4) if image.pixelColor(x, y) == theme.VIDEO_KNOWN)

    assert 0 < bar(0.2) < bar(0.9)
