"""What the grammar lets a model write is governed and runs, and names nothing that is not there."""

import re
import unicodedata

import pytest

from core.errors import GembaError
from core.generation.grammar import sql_grammar, sql_rules
from core.generation.grammar.build import NONE
from core.generation.grammar.literals import quoted
from core.generation.grammar.matching import matches
from core.generation.grammar.nodes import Chars, Choice, Node, Repeat, Rules, Sequence, ebnf
from core.generation.prompt import SQL
from core.generation.records import system_text
from core.governance.allowed import function_names
from core.governance.govern import govern, inspect
from core.governance.limits import TEXT_BYTES
from tests.generation.ebnf_reader import read_ebnf
from tests.generation.plants import HIDDEN, POLICY, ROW_CAP, TRAINEE, World
from tests.generation.sampling import Sampler
from tests.governance import attacks

PEOPLE = ("admin", "engineer", "viewer", "trainee")
#: Sentences for each person that are governed and that are run, by model.
GOVERNED = {"plant": 300, "steel": 100}
RUN = {"plant": 40, "steel": 20}
RULES: dict[tuple[str, str], Rules] = {}


def rules_of(world: World, name: str) -> Rules:
    key = (world.model.name, name)
    if key not in RULES:
        RULES[key] = world.rules(POLICY.user(name))
    return RULES[key]


def sentences(world: World, name: str, count: int, seed: int = 11) -> list[str]:
    sampler = Sampler(rules_of(world, name), seed)
    found = [sampler.sentence() for _ in range(count)]
    return [text for text in found if text != NONE]


@pytest.fixture(params=["plant", "steel"])
def world(request: pytest.FixtureRequest) -> World:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, World)
    return found


# -- soundness --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PEOPLE)
def test_every_sentence_is_allowed(world: World, name: str):
    user = POLICY.user(name)
    complaints = []
    for sql in sentences(world, name, GOVERNED[world.model.name]):
        refusal = inspect(sql, user, POLICY, world.model).refusal
        if refusal is not None:
            complaints.append(f"{refusal.rule} {refusal.reason}\n  {sql}")
    assert not complaints, "\n".join(complaints[:3])


def test_long_sentences_are_allowed_as_far_as_their_length_is(plant: World):
    user = POLICY.user("admin")
    sampler = Sampler(rules_of(plant, "admin"), 3, more=0.65)
    texts = [sampler.sentence() for _ in range(80)]
    fitting = [text for text in texts if len(text.encode()) <= TEXT_BYTES and text != NONE]
    assert max(map(len, fitting)) > 4_000
    for sql in fitting:
        refusal = inspect(sql, user, POLICY, plant.model).refusal
        assert refusal is None, f"{refusal}\n{sql}"


@pytest.mark.parametrize("name", PEOPLE)
def test_sentences_run(world: World, name: str):
    user = POLICY.user(name)
    complaints = []
    for sql in sentences(world, name, RUN[world.model.name], seed=23):
        try:
            rows = world.engine.fetch(govern(sql, user, POLICY, world.model).sql)
        except GembaError as error:
            complaints.append(f"{error}\n  {sql}")
        else:
            assert rows.num_rows <= ROW_CAP
    assert not complaints, "\n".join(complaints[:3])


def test_every_rule_is_within_reach_and_none_reaches_itself(world: World):
    rules = rules_of(world, "admin")
    done: set[str] = set()

    def walk(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, f"{name} reaches itself"
        if name in done:
            return
        done.add(name)
        for inner in set(re.findall(r"name='(\w+)'", repr(rules[name]))):
            walk(inner, (*above, name))

    walk("root", ())
    assert done == set(rules)


# -- what is not there ------------------------------------------------------------------------


def test_a_hidden_column_is_in_no_rule(plant: World):
    text = ebnf(rules_of(plant, "trainee"))
    for name in HIDDEN:
        table, _, column = name.rpartition(".")
        if not table:
            assert not re.search(rf"\b{column}\b", text), column
    assert not re.search(r"\bparts_cost_eur\b", text)
    assert "cost_per_work_order" not in text, "a metric over a hidden column"
    assert not matches(rules_of(plant, "trainee"), "SELECT vibration_mm_s FROM plant_obt LIMIT 5")
    assert matches(rules_of(plant, "admin"), "SELECT vibration_mm_s FROM plant_obt LIMIT 5")


def test_a_masked_column_may_be_named_but_not_its_values(plant: World):
    rules = rules_of(plant, "trainee")
    for name in TRAINEE:
        table = "work_orders" if name == "labour_hours" else "plant_obt"
        table = "alarm_events" if name == "acknowledged_ts" else table
        assert matches(rules, f"SELECT {name} FROM {table} LIMIT 5")
    stored = {v.text for v in plant.facts.values if v.column == "asset_name"}
    text = ebnf(rules)
    assert stored
    assert not [value for value in stored if f"'{value}'" in text]


@pytest.mark.parametrize("name", ["engineer", "viewer", "trainee"])
def test_a_value_of_another_plant_is_in_no_rule(plant: World, name: str):
    user = POLICY.user(name)
    mine = frozenset(user.plants)
    text = ebnf(rules_of(plant, name))
    seen = {v.text for v in plant.facts.values if v.scopes & mine}
    foreign = {v.text for v in plant.facts.values} - seen
    assert len(foreign) > 5
    assert not [value for value in foreign if f"'{value}'" in text]


def test_only_functions_that_governance_allows(world: World):
    # Types and operators that are followed by a bracket.
    words = {"IN", "AS", "OVER", "FROM", "AND", "OR", "NOT", "WHEN", "SELECT", "WITH", "BY", "THEN"}
    text = ebnf(rules_of(world, "admin"))
    called = set(re.findall(r"\b([A-Z][A-Z0-9_]*)\(", text)) - words
    assert called
    assert called <= set(function_names())


@pytest.mark.parametrize("family", attacks.of_kind("must-refuse"), ids=lambda f: f.name)
def test_no_attack_is_a_sentence(plant: World, family: attacks.Family):
    rules = rules_of(plant, "admin")
    assert [sql for sql in family.statements[::5] if matches(rules, sql)] == []


# -- literals ---------------------------------------------------------------------------------

START = "SELECT COUNT(*) AS row_count FROM plant_obt"


@pytest.mark.parametrize(
    ("tail", "is_in"),
    [
        (" LIMIT 1", True),
        (" LIMIT 9999", True),
        (f" LIMIT {ROW_CAP}", True),
        (f" LIMIT {ROW_CAP + 1}", False),
        (" LIMIT 0", False),
        (" LIMIT 05", False),
        ("", False),
        (" LIMIT 5 ", False),
        ("  LIMIT 5", False),
        (" WHERE event_date >= '2026-06-30' LIMIT 5", True),
        (" WHERE event_date >= '2026-06-31' LIMIT 5", False),
        (" WHERE event_date >= '2028-02-29' LIMIT 5", True),
        (" WHERE event_date >= '2026-02-29' LIMIT 5", False),
        (" WHERE event_date >= 5 LIMIT 5", False),
        (" WHERE event_ts >= '2026-06-30 23:59:59' LIMIT 5", True),
        (" WHERE event_ts >= '2026-06-30 24:00:00' LIMIT 5", False),
        (" WHERE plant_name = 'Hamburg' LIMIT 5", True),
        (" WHERE plant_name = 'Bremen' LIMIT 5", False),
        (" WHERE plant_name = 'Hamburg''s' LIMIT 5", False),
        (" WHERE operator_name = 'O''Neill' LIMIT 5", True),
        (" WHERE operator_name = 'O'Neill' LIMIT 5", False),
        (" WHERE operator_name = 'a\\' LIMIT 5", False),
        (" WHERE operator_name = 'Nguyễn Hải' LIMIT 5", True),
        (" WHERE temperature_c > -12.5 LIMIT 5", True),
        (" WHERE temperature_c > 1e9 LIMIT 5", False),
        (" WHERE temperature_c > 'warm' LIMIT 5", False),
        (" WHERE temperature_c > (180 - 32) * 5 / 9.0 LIMIT 5", True),
        (" -- LIMIT 5", False),
    ],
)
def test_literals(plant: World, tail: str, is_in: bool):
    assert matches(rules_of(plant, "admin"), START + tail) is is_in


def test_texts_are_composed_letters(plant: World):
    def classes(node: Node) -> list[Chars]:
        match node:
            case Chars():
                return [node]
            case Sequence():
                return [c for part in node.parts for c in classes(part)]
            case Choice():
                return [c for option in node.options for c in classes(option)]
            case Repeat():
                return classes(node.part)
            case _:
                return []

    for node in rules_of(plant, "admin").values():
        for one in classes(node):
            for low, high in one.ranges:
                letters = [chr(code) for code in range(ord(low), ord(high) + 1)]
                assert all(unicodedata.is_normalized("NFC", sign) for sign in letters)


def test_a_value_that_no_literal_can_hold_is_left_out():
    assert quoted("it's") == "'it''s'"
    for bad in ("", "a\\b", "a\nb", "e\u0301", "a\u202eb", "x" * 81, "\u3164"):
        assert quoted(bad) is None


# -- the text ---------------------------------------------------------------------------------


def test_the_text_says_what_the_values_say(world: World):
    for name in PEOPLE:
        rules = rules_of(world, name)
        assert read_ebnf(ebnf(rules)) == rules


def test_only_retrieved_columns_and_what_every_question_needs(plant: World):
    user = POLICY.user("admin")
    wanted = {("plant_obt", "power_kw"), ("work_orders", "labour_hours")}
    visible, values = plant.visible(user), plant.values(user)
    narrow = sql_rules(plant.model, visible, values, row_cap=ROW_CAP, columns=wanted)
    text = ebnf(narrow)
    assert "power_kw" in text
    assert "labour_hours" in text
    assert "event_date" in text
    assert "plant_id" in text
    assert "signal_quality" in text
    assert "temperature_c" not in text
    assert "SUM(good_units)" not in text, "a metric over a column that was not retrieved"
    assert "alarm_events" not in text, "a table of which nothing was retrieved"
    assert len(text) < 0.75 * len(ebnf(rules_of(plant, "admin")))


def test_a_model_may_say_that_the_tables_cannot_answer(world: World):
    rules = rules_of(world, "viewer")
    assert matches(rules, NONE)
    assert f"reply with {NONE}" in system_text(SQL)


def test_nothing_visible_is_no_grammar(plant: World):
    with pytest.raises(ValueError, match="visible"):
        sql_grammar(plant.model, {}, {}, row_cap=ROW_CAP)
