"""What the chips offer: each is a query that compiles, and of nothing that may not be seen."""

from __future__ import annotations

import pytest

from core.dialogue.choices import Choices, choices, picked
from core.dialogue.edits import Anywhere, Edit, Ground, Split, Where, edited
from core.language.reading import Ask
from core.semantic.compile import compile_query
from core.semantic.query import SemanticQuery
from tests.language import plant

QUESTIONS = (
    "Which pumps vibrated most last week in Hamburg?",
    "OEE by line last month",
    "daily energy of CMP-01 in June",
    "How many alarms were raised in May?",
    "list the alarms of yesterday",
    "scrap by reason in June vs May",
    "top 3 downtime reasons per plant in June",
)
ALL = ("AUS", "HAM", "HPH")


def query_of(question: str) -> SemanticQuery:
    found = plant.parser().parse(question, ALL).query
    assert found is not None, question
    return found


def ground() -> Ground:
    parser = plant.parser()
    return Ground(parser.model, parser.facts, parser.clock)


def offers(query: SemanticQuery, scopes: tuple[str, ...] = ALL) -> Choices:
    model = plant.model()
    visible = {name: frozenset(table.columns) for name, table in model.tables.items()}
    return choices(query, plant.parser(), visible, scopes)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_offer_is_a_query_or_says_why_not(question: str) -> None:
    query = query_of(question)
    found = offers(query)
    made: list[tuple[Edit, ...]] = [
        choice.edits
        for group in (
            found.figures, found.further, found.shown_in, found.windows, found.comparisons,
            found.readings,
        )
        for choice in group
    ]  # fmt: skip
    made += [(Split((one,), "set"),) for one in found.splits.values()]
    made += [(Where((picked(c.name, c.values[:2]),), "only"),) for c in found.columns]
    assert len(made) > 20
    refused = 0
    for edits in made:
        try:
            compile_query(edited(query, edits, ground()), plant.model())
        except Ask:
            refused += 1
    assert refused < len(made) / 2


def test_an_offer_that_is_what_stands_there_changes_nothing() -> None:
    query = query_of("OEE by line last month")
    found = offers(query)
    (own,) = [c for c in found.windows if c.label == "Last month"]
    assert edited(query, own.edits, ground()) == query
    (figure,) = [c for c in found.figures if c.label == "OEE"]
    assert edited(query, figure.edits, ground()) == query
    assert edited(query, (Split(query.dimensions, "set"),), ground()) == query


def test_columns_that_are_filtered_stand_first_with_what_is_chosen() -> None:
    found = offers(query_of("Which pumps vibrated most last week in Hamburg?"))
    chosen = {c.name: c.chosen for c in found.columns if c.chosen}
    assert chosen == {"asset_class": ("pump",), "plant_name": ("Hamburg",)}
    assert [c.name for c in found.columns[:2]] == ["asset_class", "plant_name"]


def test_values_of_other_plants_and_hidden_or_personal_columns_are_not_offered() -> None:
    query = query_of("Which pumps vibrated most last week?")
    found = offers(query, ("HPH",))
    (places,) = [c for c in found.columns if c.name == "plant_name"]
    assert places.values == ("Hai Phong",)
    model = plant.model()
    some = {"plant_obt": frozenset({"asset_id", "vibration_mm_s", "event_ts"})}
    less = choices(query, plant.parser(), some, ALL)
    assert {c.name for c in less.columns} <= {"asset_id"}
    named = {d.column for d in less.splits.values() if d.column}
    assert named == {"asset_id"}
    personal = {c.name for c in model.tables["plant_obt"].columns.values() if c.personal}
    assert personal
    assert not personal & {c.name for c in found.columns}


def test_the_last_value_of_a_column_takes_its_condition_away_and_no_other() -> None:
    query = query_of("Which pumps vibrated most last week in Hamburg?")
    left = edited(query, (Anywhere(("plant_name",), exact=True),), ground())
    assert [f.column for f in left.filters] == ["asset_class"]


def test_units_are_those_that_measure_the_same() -> None:
    shown = {c.label for c in offers(query_of("mean temperature of the ovens yesterday")).shown_in}
    assert shown == {"°C", "°F", "K"}
