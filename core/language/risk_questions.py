"""Questions about the risk score of assets: which assets, how many, and whether it is asked why.

Every word has to say something of that; a question that says more is asked back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.language.lexicon import Senses
from core.language.tagger import QUIET_GROUPS, Item
from core.language.time_phrases import ClockTime
from core.language.vocabulary import Target
from core.language.wording import quoted, say
from core.semantic.asset_question import MOST, USUAL, AssetQuestion
from core.semantic.model import SemanticModel
from core.semantic.places import place_columns
from core.types import Clarification, Option

#: The topic of these questions.
TOPIC: Final = "risk"
#: Groups of words that may stand beside, as they change nothing here.
_QUIET: Final = frozenset(QUIET_GROUPS - {"but"}) | {"now"}


class _NotThis(Exception):
    """The words say something else, or more than is understood."""

    def __init__(self, items: Sequence[Item]) -> None:
        super().__init__()
        self.items = tuple(items)


def read_risk(
    items: Sequence[Item],
    model: SemanticModel,
    senses: Senses,
    clock: ClockTime,
    allowed: frozenset[str],
    *,
    is_about: bool = False,
) -> AssetQuestion | Clarification | None:
    """The question that these items ask of the risk score, or what is asked back of one that says
    more; None for a question about something else. allowed: plants that the person may see, empty
    for a model without a scope. is_about: it goes on from such a question, and so is about it
    without saying so."""
    watch = model.watch
    if model.risk is None or watch is None:
        return None
    named = [item for item in items if "risk" in item.tags and not item.targets]
    reader = _Reader(place_columns(model, watch), watch.asset, senses, clock, allowed)
    try:
        found = reader.read(items)
    except _NotThis as more:
        if not (named or is_about):
            return None
        return _asked(tuple(item.text for item in more.items))
    assets = found.values(watch.asset)
    if is_about:
        return found
    if not named:
        # "why is PMP-03 at 82?": nothing but one asset and a number that can be a score
        is_score = found.said is not None and 0 <= found.said <= MOST
        is_one = len(assets) == 1 and len(found.where) == 1
        return found if found.why and is_score and is_one else None
    if found.why and len(assets) != 1 and not found.out_of_scope:
        return Clarification(say("risk_why_of_one"))
    return found


def _asked(words: tuple[str, ...]) -> Clarification:
    options = (Option(say("risk_option"), say("risk_option")),)
    return Clarification(say("risk_more", words=quoted(words)), options, words)


class _Reader:
    """Reads the items of one question."""

    def __init__(
        self,
        places: Sequence[str],
        asset: str,
        senses: Senses,
        clock: ClockTime,
        allowed: frozenset[str],
    ) -> None:
        self._places = places
        self._asset = asset
        self._senses = senses
        self._clock = clock
        self._allowed = allowed

    def read(self, items: Sequence[Item]) -> AssetQuestion:
        """What they ask. Raises _NotThis with those that are not understood."""
        where: dict[str, dict[str, None]] = {}
        beyond: list[str] = []
        numbers: list[Item] = []
        ends: set[str] = set()
        left: list[Item] = []
        why = False
        for item in items:
            tag = item.tags.get("risk") if not item.targets else None
            target = self._place(item)
            if tag is not None:
                ends |= {tag} & {"high", "low"}
            elif target is not None:
                self._note(target, where, beyond)
            elif self._is_asset(item) or self._is_quiet(item):
                pass
            elif "unsupported.cause" in item.tags:
                why = True
            elif item.number is not None and item.unit is None and not item.targets:
                numbers.append(item)
            elif item.tags.get("superlatives") in ("high", "low"):
                ends.add(item.tags["superlatives"])
            else:
                left.append(item)
                continue
            item.use = item.use or _use(tag, target)
        if len(ends) > 1:
            left += [item for item in items if item.tags.get("superlatives")]
        number = self._number(numbers, left, why=why)
        if left or len(ends) > 1:
            raise _NotThis(left)
        return AssetQuestion(
            TOPIC,
            where=tuple((column, tuple(values)) for column, values in where.items()),
            most=USUAL if number is None or why else int(number),
            order="low" if "low" in ends else "high",
            why=why,
            said=number if why else None,
            is_named=any("risk" in item.tags and not item.targets for item in items),
            out_of_scope=tuple(beyond),
        )

    def _place(self, item: Item) -> Target | None:
        """The place or kind of asset that an item names; None for none, and where it may be one
        of several."""
        found = [t for t in item.of_kind("value") if t.name in self._places]
        return found[0] if len({(t.name, t.value) for t in found}) == 1 else None

    def _note(self, target: Target, where: dict[str, dict[str, None]], beyond: list[str]) -> None:
        value = target.value or ""
        if self._allowed and target.scopes and not target.scopes & self._allowed:
            beyond.append(value)
        where.setdefault(target.name, {})[value] = None

    def _is_asset(self, item: Item) -> bool:
        return any(t.kind == "column" and t.name == self._asset for t in item.targets)

    def _is_quiet(self, item: Item) -> bool:
        if item.tags.get("aggregates") == "latest":
            return True  # "current", whatever else is called so
        if item.targets:
            return False
        if item.time is not None:  # as of now is what is always told
            start, end = item.time.start, item.time.end
            return (
                start is not None
                and end is not None
                and start.date() == self._clock.today
                and (end > self._clock.now or end.date() > self._clock.today)
            )
        return bool(_QUIET & set(item.tags)) or item.norm in self._senses["risk_manner"]

    @staticmethod
    def _number(numbers: Sequence[Item], left: list[Item], *, why: bool) -> float | None:
        """The one number of a question; others are left."""
        if not numbers:
            return None
        first = numbers[0].number
        assert first is not None
        is_fit = first.is_integer() and (0 if why else 1) <= first <= MOST
        left += list(numbers[1:]) if is_fit else list(numbers)
        return first


def _use(tag: str | None, target: Target | None) -> str:
    if tag is not None:
        return "risk score"
    return "filter" if target is not None else "how it is asked"
