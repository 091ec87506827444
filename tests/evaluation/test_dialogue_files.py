"""The golden conversations are whole: enough of each kind of turn, and SQL that gives rows."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from core.evaluation import Golden, Turn, read_questions
from core.execution.dialect import MACROS, to_duckdb

ROOT = Path(__file__).resolve().parents[2]
HALVES = {
    name: read_questions(ROOT / "data" / "eval" / f"{name}.jsonl")
    for name in ("dialogues", "dialogues_second")
}
THIRD = read_questions(ROOT / "data" / "eval" / "dialogues_third.jsonl")
FOURTH = read_questions(ROOT / "data" / "eval" / "dialogues_fourth.jsonl")
FIFTH = read_questions(ROOT / "data" / "eval" / "dialogues_fifth.jsonl")
SIXTH = read_questions(ROOT / "data" / "eval" / "dialogues_sixth.jsonl")
SEVENTH = read_questions(ROOT / "data" / "eval" / "dialogues_seventh.jsonl")
EIGHTH = read_questions(ROOT / "data" / "eval" / "dialogues_eighth.jsonl")
NINTH = read_questions(ROOT / "data" / "eval" / "dialogues_ninth.jsonl")
TENTH = read_questions(ROOT / "data" / "eval" / "dialogues_tenth.jsonl")
ELEVENTH = read_questions(ROOT / "data" / "eval" / "dialogues_eleventh.jsonl")
TWELFTH = read_questions(ROOT / "data" / "eval" / "dialogues_twelfth.jsonl")
FOURTEENTH = read_questions(ROOT / "data" / "eval" / "dialogues_fourteenth.jsonl")
FIFTEENTH = read_questions(ROOT / "data" / "eval" / "dialogues_fifteenth.jsonl")
SIXTEENTH = read_questions(ROOT / "data" / "eval" / "dialogues_sixteenth.jsonl")
SEVENTEENTH = read_questions(ROOT / "data" / "eval" / "dialogues_seventeenth.jsonl")
EIGHTEENTH = read_questions(ROOT / "data" / "eval" / "dialogues_eighteenth.jsonl")
PLANT_THIRD = read_questions(ROOT / "data" / "eval" / "plant_third.jsonl")
SETS = HALVES | {
    "dialogues_third": THIRD,
    "dialogues_fourth": FOURTH,
    "dialogues_fifth": FIFTH,
    "dialogues_sixth": SIXTH,
    "dialogues_seventh": SEVENTH,
    "dialogues_eighth": EIGHTH,
    "dialogues_ninth": NINTH,
    "dialogues_tenth": TENTH,
    "dialogues_eleventh": ELEVENTH,
    "dialogues_twelfth": TWELFTH,
    "dialogues_fourteenth": FOURTEENTH,
    "dialogues_fifteenth": FIFTEENTH,
    "dialogues_sixteenth": SIXTEENTH,
    "dialogues_seventeenth": SEVENTEENTH,
    "dialogues_eighteenth": EIGHTEENTH,
    "plant_third": PLANT_THIRD,
}
ALL = [golden for half in HALVES.values() for golden in half]
TURNS = [(golden, number, turn) for golden in ALL for number, turn in enumerate(golden.turns, 1)]
TABLES = {"plant_obt", "alarm_events", "work_orders"}

# Kinds of turn, and how many of each there are at least in both files together.
AT_LEAST = {
    "first": 300, "filter": 95, "time": 80, "swap": 75, "split": 60, "remove": 30, "chart": 30,
    "unit": 30, "rank": 25, "fresh": 25, "limit": 25, "before": 25, "measure": 20, "exclude": 18,
    "undo": 18, "pronoun": 18, "start": 18, "grain": 16, "why": 15, "compare": 14, "nonsense": 14,
    "add": 12, "sort": 12, "resplit": 12, "count": 10, "having": 10, "list": 10, "complete": 8,
    "scope": 8, "reset": 7, "share": 3, "answer": 3,
}  # fmt: skip
TOPICS = {
    "oee", "output", "scrap", "downtime", "maintenance", "alarms", "energy", "sensor", "quality",
}  # fmt: skip
MANNERS = {
    "typo", "terse", "polite", "ambiguous", "long", "correct", "part", "collapse", "year", "shift",
    "sql_only", "after_empty", "after_clarify", "refused", "threshold",
}  # fmt: skip


def is_of_first_half(golden: Golden) -> bool:
    return hashlib.sha256(golden.id.encode()).digest()[0] < 154


def where(golden: Golden, number: int, turn: Turn) -> str:
    return f"{golden.id}.{number} {turn.question!r}"


def test_there_are_enough_and_the_ids_decide_which_half() -> None:
    assert len(HALVES["dialogues"]) >= 150
    assert len(HALVES["dialogues_second"]) >= 100
    assert all(is_of_first_half(golden) for golden in HALVES["dialogues"])
    assert not any(is_of_first_half(golden) for golden in HALVES["dialogues_second"])


def test_conversations_have_two_to_six_turns_and_all_are_judged() -> None:
    assert {len(golden.turns) for golden in ALL} == {2, 3, 4, 5, 6}
    assert [where(*found) for found in TURNS if not found[2].is_judged] == []
    assert {golden.user for golden in ALL} == {"admin", "engineer", "viewer"}


def test_a_conversation_stands_once() -> None:
    texts = Counter((g.user, *(t.question.casefold() for t in g.turns)) for g in ALL)
    assert [text for text, times in texts.items() if times > 1] == []
    assert len({golden.id for golden in ALL}) == len(ALL)


def test_there_are_enough_turns_of_each_kind() -> None:
    counts = Counter(kind for _, _, turn in TURNS for kind in turn.tags)
    assert set(counts) == set(AT_LEAST)
    assert {kind: counts[kind] for kind, least in AT_LEAST.items() if counts[kind] < least} == {}
    assert all(len(turn.tags) == 1 for _, _, turn in TURNS)
    assert {tag for golden in ALL for tag in golden.tags} <= TOPICS | MANNERS


def test_only_a_first_turn_is_one() -> None:
    for golden, number, turn in TURNS:
        if number == 1:
            assert turn.tags in (("first",), ("start",)), where(golden, number, turn)
        else:
            assert "first" not in turn.tags, where(golden, number, turn)


def test_check_sql_is_one_select_with_literal_dates() -> None:
    for golden, number, turn in TURNS:
        for sql in turn.checks:
            (tree,) = sqlglot.parse(sql, read="starrocks")
            assert isinstance(tree, exp.Select), where(golden, number, turn)
            names = {t.name for t in tree.find_all(exp.Table)}
            assert names <= TABLES, where(golden, number, turn)
            assert not list(tree.find_all(exp.CurrentDate, exp.CurrentTimestamp))


@pytest.fixture(scope="module")
def plant(demo_plant: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for macro in MACROS:
            connection.execute(macro)
        connection.execute(f"ATTACH '{demo_plant}' AS demo (READ_ONLY)")
        for table in TABLES:
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM demo.{table}")
        yield connection


#: Turns whose right rows are none.
EMPTY = {("t408", 3), ("t466", 2), ("t466", 3), ("pt046", 1)}


@pytest.mark.parametrize(
    "name",
    [n if n in HALVES else pytest.param(n, marks=pytest.mark.thorough) for n in SETS],
)
def test_check_sql_gives_rows(plant: duckdb.DuckDBPyConnection, name: str) -> None:
    for golden in SETS[name]:
        for number, turn in enumerate(golden.turns, 1):
            for sql in turn.checks:
                rows = plant.execute(to_duckdb(sql)).fetchall()
                if (golden.id, number) in EMPTY:
                    assert rows == []
                    continue
                assert any(v is not None for row in rows for v in row), where(golden, number, turn)


def test_the_third_set_is_large_and_all_of_it_is_judged() -> None:
    turns = [turn for golden in THIRD for turn in golden.turns]
    assert len(THIRD) >= 80
    assert len(turns) >= 250
    assert all(turn.is_judged and len(turn.tags) == 1 for turn in turns)
    assert {tag for turn in turns for tag in turn.tags} <= set(AT_LEAST)
    assert not {golden.id for golden in THIRD} & {golden.id for golden in ALL}


def test_the_fourth_set_jumps_between_topics_and_goes_back() -> None:
    turns = [turn for golden in FOURTH for turn in golden.turns]
    kinds = Counter(kind for turn in turns for kind in turn.tags)
    assert len(FOURTH) >= 70
    assert len(turns) >= 260
    assert {len(golden.turns) for golden in FOURTH} == {2, 3, 4, 5, 6}
    assert all(turn.is_judged and len(turn.tags) == 1 for turn in turns)
    assert set(kinds) <= set(AT_LEAST) | {"return", "correct", "collapse"}
    assert kinds["fresh"] >= 40
    assert kinds["return"] >= 20
    assert {tag for golden in FOURTH for tag in golden.tags} <= TOPICS | MANNERS
    assert not {golden.id for golden in FOURTH} & {golden.id for golden in (*ALL, *THIRD)}


def test_the_fifth_set_has_its_three_voices_and_all_of_it_is_judged() -> None:
    turns = [turn for golden in FIFTH for turn in golden.turns]
    kinds = Counter(kind for turn in turns for kind in turn.tags)
    known = TOPICS | MANNERS | {"german", "vietnamese"}
    assert len(FIFTH) == 50
    assert len(turns) >= 190
    assert {len(golden.turns) for golden in FIFTH} == {2, 3, 4, 5, 6}
    assert Counter(golden.user for golden in FIFTH) == {"admin": 18, "viewer": 16, "engineer": 16}
    assert all(turn.is_judged and len(turn.tags) == 1 for turn in turns)
    assert set(kinds) <= set(AT_LEAST) | {"return", "correct", "collapse"}
    assert kinds["fresh"] >= 20
    assert {tag for golden in FIFTH for tag in golden.tags} <= known
    assert not {g.id for g in FIFTH} & {g.id for g in (*ALL, *THIRD, *FOURTH)}


def test_the_sixth_set_is_large_and_all_of_it_is_judged() -> None:
    turns = [turn for golden in SIXTH for turn in golden.turns]
    kinds = Counter(kind for turn in turns for kind in turn.tags)
    known = TOPICS | MANNERS | {"german", "vietnamese"}
    assert len(SIXTH) == 45
    assert len(turns) >= 190
    assert {len(golden.turns) for golden in SIXTH} == {2, 3, 4, 5, 6}
    assert all(turn.is_judged and len(turn.tags) == 1 for turn in turns)
    assert set(kinds) <= set(AT_LEAST) | {"return", "correct", "collapse"}
    assert {tag for golden in SIXTH for tag in golden.tags} <= known
    assert not {g.id for g in SIXTH} & {g.id for g in (*ALL, *THIRD, *FOURTH, *FIFTH)}


def test_the_seventh_set_is_forty_conversations_and_all_of_it_is_judged() -> None:
    turns = [turn for golden in SEVENTH for turn in golden.turns]
    kinds = Counter(kind for turn in turns for kind in turn.tags)
    assert len(SEVENTH) == 40
    assert len(turns) >= 160
    assert {len(golden.turns) for golden in SEVENTH} == {2, 3, 4, 5, 6}
    assert all(turn.is_judged and len(turn.tags) == 1 for turn in turns)
    assert len({golden.id for golden in SEVENTH}) == 40
    assert not {g.id for g in SEVENTH} & {g.id for g in (*ALL, *THIRD, *FOURTH, *FIFTH)}
    further = {"return", "correct", "collapse", "talk", "cannot", "personal"}
    assert set(kinds) <= set(AT_LEAST) | further
    manners = Counter(tag for golden in SEVENTH for tag in golden.tags)
    assert (manners["german"], manners["vietnamese"]) == (3, 3)


def test_the_eighth_set_is_thirty_conversations_and_all_of_it_is_judged() -> None:
    turns = [turn for golden in EIGHTH for turn in golden.turns]
    kinds = Counter(kind for turn in turns for kind in turn.tags)
    assert len(EIGHTH) == 30
    assert len(turns) >= 130
    assert {len(golden.turns) for golden in EIGHTH} == {3, 4, 5, 6}
    assert all(turn.is_judged and len(turn.tags) == 1 for turn in turns)
    assert [golden.id for golden in EIGHTH] == [f"z{number:03}" for number in range(1, 31)]
    others = (*ALL, *THIRD, *FOURTH, *FIFTH, *SIXTH, *SEVENTH)
    assert not {golden.id for golden in EIGHTH} & {golden.id for golden in others}
    assert set(kinds) <= set(AT_LEAST) | {"return", "correct", "collapse", "talk"}
    manners = Counter(tag for golden in EIGHTH for tag in golden.tags)
    assert (manners["german"], manners["vietnamese"]) == (3, 3)


def test_the_twelfth_set_is_twenty_eight_conversations_and_all_of_it_is_judged() -> None:
    turns = [turn for golden in TWELFTH for turn in golden.turns]
    kinds = {kind for turn in turns for kind in turn.tags}
    assert [golden.id for golden in TWELFTH] == [f"tw{number:03}" for number in range(1, 29)]
    assert {len(golden.turns) for golden in TWELFTH} == {4, 5}
    assert all(turn.is_judged and len(turn.tags) == 1 for turn in turns)
    assert kinds <= set(AT_LEAST) | {"return", "correct", "collapse"}
    assert {tag for golden in TWELFTH for tag in golden.tags} <= TOPICS | MANNERS


def test_the_fifteenth_set_is_forty_conversations_and_all_of_it_is_judged() -> None:
    turns = [turn for golden in FIFTEENTH for turn in golden.turns]
    kinds = {kind for turn in turns for kind in turn.tags}
    assert [golden.id for golden in FIFTEENTH] == [f"ff{number:03}" for number in range(1, 41)]
    assert len(turns) >= 180
    assert all(turn.is_judged and len(turn.tags) == 1 for turn in turns)
    assert kinds <= set(AT_LEAST) | {"correct", "collapse", "talk"}
    manners = Counter(tag for golden in FIFTEENTH for tag in golden.tags)
    assert (manners["de"], manners["vi"]) == (8, 6)


def test_the_sixteenth_set_is_in_two_languages_and_all_of_it_is_judged() -> None:
    turns = [(golden.tags[0], turn) for golden in SIXTEENTH for turn in golden.turns]
    kinds = {kind for _language, turn in turns for kind in turn.tags}
    assert [golden.id for golden in SIXTEENTH] == [f"ss{number:03}" for number in range(1, 28)]
    assert Counter(language for language, _turn in turns) == {"vi": 41, "de": 40}
    assert all(turn.is_judged and turn.tags for _language, turn in turns)
    assert kinds <= set(AT_LEAST) | {"typo", "first_last"}


def test_the_seventeenth_set_is_forty_five_conversations_and_all_of_it_is_judged() -> None:
    turns = [turn for golden in SEVENTEENTH for turn in golden.turns]
    kinds = {kind for turn in turns for kind in turn.tags}
    assert [golden.id for golden in SEVENTEENTH] == [f"sv{number:03}" for number in range(1, 46)]
    assert len(turns) >= 180
    assert all(turn.is_judged and turn.tags for turn in turns)
    assert kinds <= set(AT_LEAST) | {"correct", "talk", "cannot", "chart"}
    manners = Counter(tag for golden in SEVENTEENTH for tag in golden.tags)
    assert (manners["de"], manners["vi"]) == (8, 7)


def test_the_eighteenth_set_is_thirty_two_conversations_and_all_of_it_is_judged() -> None:
    turns = [turn for golden in EIGHTEENTH for turn in golden.turns]
    kinds = {kind for turn in turns for kind in turn.tags}
    assert [golden.id for golden in EIGHTEENTH] == [f"sw{number:03}" for number in range(1, 33)]
    assert {len(golden.turns) for golden in EIGHTEENTH} == {3, 4, 5}
    assert len(turns) == 132
    assert all(turn.is_judged and len(turn.tags) == 1 for turn in turns)
    assert kinds <= set(AT_LEAST) | {"correct", "collapse", "talk", "cannot", "chart"}
    manners = Counter(tag for golden in EIGHTEENTH for tag in golden.tags)
    assert (manners["de"], manners["vi"]) == (8, 12)


def test_the_third_plant_set_is_a_hundred_and_ten_questions_with_known_tags() -> None:
    known = set((ROOT / "data" / "eval" / "known_tags.txt").read_text("utf-8").split())
    assert [golden.id for golden in PLANT_THIRD] == [f"pt{number:03}" for number in range(1, 111)]
    assert len({golden.turns[-1].question.casefold() for golden in PLANT_THIRD}) == 110
    assert {tag for golden in PLANT_THIRD for tag in golden.tags} <= known
