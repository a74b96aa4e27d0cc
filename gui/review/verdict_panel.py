"""The right side of the review: what was said of the chosen items, why, and the answers."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from core.catalog.records import Act
from core.review.queue import ReviewEntry
from core.sightings import Candidate
from gui import actions, theme
from gui.review.evidence import ClosestReferences, Reasons
from gui.widgets.buttons import ChoiceButton, PrimaryButton, SecondaryButton
from gui.widgets.card import Card
from gui.widgets.empty_state import EmptyState
from gui.widgets.fields import Switch
from gui.widgets.thumbnail import Thumbnail, pictures
from gui.widgets.words import ElidedWords, Words

_CROP = 168
_CHOICES = 3


class VerdictPanel(Card):
    """``said`` carries the act and the product's id, or ``None``; it is only told while something is chosen."""

    said = Signal(object, object)

    def __init__(self, photographs: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photographs = photographs
        self._entries: tuple[ReviewEntry, ...] = ()
        self._choices: list[Candidate] = []
        self._pictures: dict[int, str] = {}
        self._title = Words(size=theme.TITLE_SIZE, is_bold=True)
        self._said = ElidedWords(size=theme.NOTE_SIZE, tone="note")
        self._crop = Thumbnail(_CROP, radius=8)
        self._closest = ClosestReferences(photographs)
        self._reasons = Reasons(photographs)
        self._right = PrimaryButton(actions.words_of("review.right"), keys=self.tr("Enter"), height=52)
        self._buttons = [ChoiceButton(keys=str(number + 1)) for number in range(_CHOICES)]
        self._no_choices = Words(tone="note", wraps=True)
        self.keeps = Switch()
        self._middle = QStackedWidget()
        self._stack = QStackedWidget()
        self._not_item, self._ignore, self._why = SecondaryButton(), SecondaryButton(), SecondaryButton()
        self._lay_out()
        self._make_actions()
        self.show_entries(())

    # Layout

    def _lay_out(self) -> None:
        self._said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head = QHBoxLayout()
        head.setSpacing(theme.CARD_GAP)
        head.addWidget(self._title)
        head.addWidget(self._said, 1)
        evidence = QHBoxLayout()
        evidence.setSpacing(theme.CARD_GAP)
        evidence.addWidget(self._crop, 0, Qt.AlignmentFlag.AlignTop)
        evidence.addWidget(self._closest, 1)
        self._middle.addWidget(self._choice_column())
        self._middle.addWidget(self._reasons)
        acts = QHBoxLayout()
        acts.setSpacing(theme.INSIDE)
        for button in (self._not_item, self._ignore, self._why):
            button.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
            acts.addWidget(button)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addLayout(head)
        column.addLayout(evidence)
        column.addWidget(self._right)
        column.addWidget(self._middle, 1)
        column.addWidget(self._keep_row())
        column.addLayout(acts)
        self._stack.addWidget(content)
        self._stack.addWidget(
            EmptyState("review", self.tr("Choose an item"), self.tr("Several at a time with Ctrl or Shift."))
        )
        outer = QVBoxLayout(self)
        outer.setContentsMargins(theme.PAGE_MARGIN, 14, theme.PAGE_MARGIN, theme.PAGE_MARGIN)
        outer.addWidget(self._stack)

    def _choice_column(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, theme.SPACE, 0, 0)
        column.setSpacing(6)
        column.addWidget(Words(self.tr("It is…"), size=theme.NOTE_SIZE, tone="note"))
        for number, button in enumerate(self._buttons):
            button.clicked.connect(lambda _checked=False, number=number: self._choose(number))
            column.addWidget(button)
        column.addWidget(self._no_choices)
        column.addStretch(1)
        return holder

    def _keep_row(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        label = Words(self.tr("&Keep as references"), size=theme.NOTE_SIZE, tone="note")
        label.setBuddy(self.keeps)
        self.keeps.setChecked(True)
        self.keeps.setAccessibleName(self.tr("Keep as references"))
        self.keeps.setToolTip(self.tr("The crops become references of the product, so that it is known better."))
        row.addWidget(label, 1)
        row.addWidget(self.keeps)
        return holder

    def _make_actions(self) -> None:
        self._right.clicked.connect(self.confirm)
        self._not_item_action = self._act("review.not_item", lambda: self._say(Act.NOT_ITEM))
        self._ignore_action = self._act("review.ignore", lambda: self._say(Act.IGNORE))
        self._why_action = self._act("review.why", self._toggle_reasons)
        self._not_item.follow(self._not_item_action)
        self._ignore.follow(self._ignore_action)
        self._why.follow(self._why_action)
        self._why.setCheckable(True)
        names = ("choose.first", "choose.second", "choose.third")
        self._choose_actions = [self._act(name, partial(self._choose, number)) for number, name in enumerate(names)]

    def _act(self, command_id: str, handler: Callable[[], object]) -> QAction:
        """The action lives here; ``reach_from`` lets its key work in the whole page."""
        return actions.make_action(command_id, self, handler)

    def reach_from(self, owner: QWidget) -> None:
        """Let the keys work wherever in ``owner`` the focus is."""
        owner.addActions([self._not_item_action, self._ignore_action, self._why_action, *self._choose_actions])

    # What is shown

    def know_pictures(self, pictures: Mapping[int, str]) -> None:
        """Learn what products look like: id → path relative to the photographs."""
        self._pictures.update(pictures)

    def show_entries(self, entries: Sequence[ReviewEntry]) -> None:
        """Show what was said of the chosen items and offer the answers."""
        self._entries = tuple(entries)
        self._stack.setCurrentIndex(0 if entries else 1)
        for action in (self._not_item_action, self._ignore_action, self._why_action, *self._choose_actions):
            action.setEnabled(bool(entries))
        if not entries:
            self._choices = []
            return
        first = entries[0]
        count = len(entries)
        self._title.say(self.tr("1 item") if count == 1 else self.tr("{count} selected").format(count=count))
        self._said.say(self._sentence(entries))
        self._crop.set_path(self._photographs / first.picture)
        self._crop.setAccessibleName(self.tr("The chosen item"))
        self._closest.show_references(first.closest)
        if self._middle.currentWidget() is self._reasons:
            self._reasons.show_entry(first)
        self._right.setEnabled(all(entry.said is not None for entry in entries))
        self._show_choices(rank_choices(entries))

    def _sentence(self, entries: Sequence[ReviewEntry]) -> str:
        names = {entry.said.name if entry.said is not None else None for entry in entries}
        scores = [f"{entry.score * 100:.0f}" for entry in entries[:3]]
        if len(names) > 1:
            return self.tr("said {count} different names").format(count=len(names))
        listed = self.tr(" and ").join(scores) if len(entries) <= 2 else ", ".join(scores)
        listed += " …" if len(entries) > 3 else ""
        name = names.pop()
        if name is None:
            return self.tr("no name, {scores}").format(scores=listed)
        return self.tr("said “{name}”, {scores}").format(name=name, scores=listed)

    def _show_choices(self, choices: Sequence[Candidate]) -> None:
        self._choices = list(choices[:_CHOICES])
        for number, button in enumerate(self._buttons):
            has_one = number < len(self._choices)
            button.setVisible(has_one)
            self._choose_actions[number].setEnabled(has_one)
            if has_one:
                choice = self._choices[number]
                button.set_choice(choice.name, "")
                self._load_picture(button, choice.product_id)
        self._no_choices.setVisible(not self._choices)
        self._no_choices.say(self.tr("Nothing comes close. Press / to find the product by its name."))

    def _load_picture(self, button: ChoiceButton, product_id: int) -> None:
        picture = self._pictures.get(product_id)
        button.set_picture(None, has_picture=picture is not None)
        if picture is None:
            return
        side = button.picture_side

        def show(pixmap: QPixmap | None) -> None:
            if any(choice.product_id == product_id for choice in self._choices[self._buttons.index(button) :][:1]):
                button.set_picture(pixmap)

        pictures.request(
            self._photographs / picture,
            size=QSize(side, side),
            ratio=self.devicePixelRatioF(),
            owner=self,
            on_ready=show,
            radius=6,
        )

    def _toggle_reasons(self) -> None:
        shows = self._middle.currentWidget() is not self._reasons
        self._why.setChecked(shows)
        if shows and self._entries:
            self._reasons.show_entry(self._entries[0])
        self._middle.setCurrentIndex(1 if shows else 0)

    # What a person says

    def confirm(self) -> None:
        """The names are right."""
        if self._entries and all(entry.said is not None for entry in self._entries):
            self._say(Act.RIGHT)

    def name_product(self, product_id: int) -> None:
        """It is this product."""
        self._say(Act.PRODUCT, product_id)

    def _choose(self, number: int) -> None:
        if number < len(self._choices):
            self._say(Act.PRODUCT, self._choices[number].product_id)

    def _say(self, act: Act, product_id: int | None = None) -> None:
        if self._entries:
            self.said.emit(act, product_id)


def rank_choices(entries: Sequence[ReviewEntry]) -> list[Candidate]:
    """The products that the items may be, most likely first by the sum of beliefs, without the name all of them got."""
    beliefs: Counter[int] = Counter()
    names: dict[int, str] = {}
    for entry in entries:
        for candidate in entry.candidates:
            beliefs[candidate.product_id] += candidate.score  # type: ignore[assignment]
            names[candidate.product_id] = candidate.name
    said = {entry.said.product_id if entry.said is not None else None for entry in entries}
    left_out = said.pop() if len(said) == 1 else None
    return [
        Candidate(product_id, names[product_id], belief / len(entries))
        for product_id, belief in beliefs.most_common()
        if product_id != left_out
    ]
