"""What holds for every pair and every question."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from core.semantic.compile import canonical
from core.semantic.query import SemanticQuery
from core.verified import VerifiedMatch, VerifiedPairs
from tests.language import plant
from tests.verified import pairs

#: Each pair's question with its slots open: plant, class, first day, days, number.
OPEN = {
    pairs.OEE: "How did the {kind}s in {plant} do {time}?",
    pairs.TOP: "Top {n} downtime reasons in {plant} {time}",
    pairs.AGAIN: "How many {kind}s failed again within 30 days of a repair {time}?",
    pairs.AGAINST: "Scrap of {line} against the other lines in {plant} {time}, without changeovers",
    pairs.SHAKY: "Which {kind}s spent the most hours above 4.5 mm/s {time}?",
    pairs.PLAIN: "Scrap units by line in {plant} {time}",
}
KINDS = ("pump", "compressor", "oven", "robot", "conveyor", "packager", "chiller")
#: Words that turn a question's sense, wherever they stand.
TURNING = (
    "not", "except", "without", "average", "maximum", "lowest", "highest", "median", "below",
    "above", "daily", "weekly", "by shift", "by product", "before", "after", "never", "only", "or",
    "versus", "compared with", "trend", "share of", "increase", "decrease", "cumulative", "Line 3",
    "PMP-03", "high priority", "at least 3", "top 4", "temperature", "energy", "alarms",
    "unplanned", "again", "still", "closed", "per hour", "in Q1", "yesterday",
)  # fmt: skip


@lru_cache(maxsize=1)
def everything() -> VerifiedPairs:
    return pairs.everything()


def literals(found: VerifiedMatch) -> set[str]:
    tree = sqlglot.parse_one(found.sql, read="starrocks")
    return {node.name for node in tree.find_all(exp.Literal)}


@settings(max_examples=150)
@given(
    pair=st.sampled_from(sorted(OPEN)),
    kind=st.sampled_from(KINDS),
    name=st.sampled_from(sorted(plant.PLANTS.values())),
    line=st.sampled_from(plant.SHARED["line_name"]),
    start=st.dates(dt.date(2026, 1, 1), dt.date(2026, 6, 1)),
    days=st.integers(2, 28),
    n=st.integers(2, 50),
)
def test_other_values_match_and_the_sql_holds_just_them(
    pair: str, kind: str, name: str, line: str, start: dt.date, days: int, n: int
) -> None:
    end = start + dt.timedelta(days=days)
    last = end - dt.timedelta(days=1)
    said = {"kind": kind, "plant": name, "line": line, "n": n}
    time = f"from {start:%Y-%m-%d} to {last:%Y-%m-%d}"
    question = OPEN[pair].format(**said, time=time)
    found = pairs.ask(everything(), question)
    assert found is not None, question
    assert found.entry.text == pair
    own = pairs.ask(everything(), pair)
    assert own is not None
    held = literals(found)
    codes = {value: code for code, value in plant.PLANTS.items()}
    assert {start.isoformat(), end.isoformat()} <= held
    if "{plant}" in OPEN[pair]:
        assert {name, codes[name]} & held
        others = (set(plant.PLANTS) | set(plant.PLANTS.values())) - {name, codes[name]}
        assert not others & held
    if "{kind}" in OPEN[pair]:
        assert kind in held
        assert not (set(KINDS) - {kind}) & held
    if "{line}" in OPEN[pair]:
        assert line in held
    if "{n}" in OPEN[pair]:
        assert str(n) in held
    changed = {start.isoformat(), end.isoformat(), name, codes[name], kind, line, str(n)}
    assert held - literals(own) <= changed


@settings(max_examples=300)
@given(
    pair=st.sampled_from(sorted(pairs.SQL)),
    word=st.sampled_from(TURNING),
    place=st.integers(0, 12),
)
def test_a_word_that_bears_meaning_never_matches(pair: str, word: str, place: int) -> None:
    """But as part of a time ("last month in Q1"), and where the parser itself reads the question
    to the very plan of a pair: then the pair says what the parser would."""
    words = pair.rstrip("?").split()
    place = min(place, len(words))
    question = " ".join([*words[:place], word, *words[place:]])
    found = pairs.ask(everything(), question)
    if found is not None and not any(f" {word} " in f" {p.phrase} " for p in found.parameters):
        query = plant.read(question).query
        assert found.tier == "plan", question
        assert found.plan is not None
        assert query is not None
        assert essence(found.plan) == essence(query)


def essence(query: SemanticQuery) -> tuple[object, ...]:
    """What the query reads, in no order of conditions."""
    plain = canonical(query, plant.model())
    return frozenset(plain.filters), plain.with_(filters=())


@settings(max_examples=300)
@given(st.text(max_size=60), st.sampled_from(sorted(pairs.SQL)), st.integers(0, 60))
def test_text_of_any_kind_never_breaks_it_nor_reaches_the_sql(
    text: str, pair: str, place: int
) -> None:
    question = f"{pair[:place]}{text}{pair[place:]}"[:1000]
    found, _ = everything().match(question, None, plant.ALL)
    if found is not None:
        known = {v for values in plant.SHARED.values() for v in values}
        known |= {*plant.PLANTS, *plant.PLANTS.values()}
        known |= {v for own in plant.OWN.values() for values in own.values() for v in values}
        original = pairs.ask(everything(), found.entry.text)
        assert original is not None
        for literal in literals(found) - literals(original):
            is_known = literal in known or literal.replace(".", "").isdigit()
            assert is_known or dt.datetime.fromisoformat(literal)
