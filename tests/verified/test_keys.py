"""Keys of pairs: what a process reads in place of all pairs, and what becomes of a wrong one."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from core.entries import Entry
from core.language.parser import QuestionParser
from core.verified import KnownKeys, VerifiedPairs, keys, matching
from core.verified.dictionary import Dictionary
from core.verified.pairs import Opened
from tests.language import plant
from tests.verified import pairs

ENTRIES = tuple(pairs.entry(question, sql) for question, sql in pairs.SQL.items())
OTHERS = (
    "How did the compressors in Austin do in April?",
    "Top 3 downtime reasons in Austin in May",
    "How many pumps failed again within 30 days of a repair in April?",
    "In Hamburg, scrap units by line in May",
    "Scrap units by product in Hamburg in May",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of keys over all pairs."""
    file = tmp_path / "retrieval" / "pairs-plant.json"
    over(file)
    assert file.is_file()
    return file


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions of pairs that were opened, in their order."""
    found: list[str] = []
    real = matching.open_pair

    def noting(entry: Entry, parser: QuestionParser, words: Dictionary) -> Opened:
        found.append(entry.text)
        return real(entry, parser, words)

    monkeypatch.setattr(matching, "open_pair", noting)
    return found


def over(file: Path | None, entries: tuple[Entry, ...] = ENTRIES) -> VerifiedPairs:
    return VerifiedPairs(entries, plant.parser(), keys=KnownKeys(plant.parser(), file))


def answers(known: VerifiedPairs) -> list[str | None]:
    found = [pairs.ask(known, question) for question in (*pairs.SQL, *OTHERS)]
    return [match.sql if match is not None else None for match in found]


def test_with_kept_keys_only_what_may_match_is_opened(file: Path, opened: list[str]) -> None:
    known = over(file)
    assert opened == []
    assert pairs.ask(known, "Scrap units by line in Austin in June") is not None
    assert opened == [pairs.PLAIN]
    assert pairs.ask(known, "Energy by plant") is None
    assert opened == [pairs.PLAIN]


def test_kept_keys_give_the_same_matches(file: Path) -> None:
    assert answers(over(file)) == answers(pairs.everything())


def test_a_changed_pair_gets_new_keys_and_the_others_keep_theirs(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    real = keys.keys_of

    def noting(entry: Entry, parser: QuestionParser, words: Dictionary) -> keys.Keys:
        made.append(entry.text)
        return real(entry, parser, words)

    monkeypatch.setattr(keys, "keys_of", noting)
    more = replace(ENTRIES[-1], paraphrases=("Scrapped units of each line, Hamburg, May",))
    known = over(file, (*ENTRIES[:-1], more))
    assert made == [more.text]
    assert pairs.ask(known, "Scrapped units of each line, Austin, June") is not None
    over(file, (*ENTRIES[:-1], more))
    assert made == [more.text]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"pairs": {}}',
        '{"fingerprint": "another", "pairs": {}}',
        '{"fingerprint": %(own)s, "pairs": {"a": 3}}',
        '{"fingerprint": %(own)s, "pairs": {"a": [["x"], null, ""]}}',
        '{"fingerprint": %(own)s, "pairs": 7}',
        "[" * 100_000,
    ],
)
def test_a_damaged_file_is_made_anew(file: Path, content: str) -> None:
    good = file.read_text("utf-8")
    own = json.dumps(json.loads(good)["fingerprint"])
    file.write_text(content.replace("%(own)s", own), "utf-8")
    assert answers(over(file)) == answers(pairs.everything())
    assert json.loads(file.read_text("utf-8")) == json.loads(good)


def test_a_wrong_key_makes_no_match(file: Path) -> None:
    """Each pair under all keys: each is opened for each question, and answers its own alone."""
    raw = json.loads(file.read_text("utf-8"))
    words = sorted({w for own, _, _ in raw["pairs"].values() for w in own})
    bags = sorted({b for _, own, _ in raw["pairs"].values() for b in own})
    shape = keys.key_of("none")
    raw["pairs"] = {content: [words, bags, shape] for content in raw["pairs"]}
    file.write_text(json.dumps(raw), "utf-8")
    right = dict(zip((*pairs.SQL, *OTHERS), answers(pairs.everything()), strict=True))
    known = over(file)
    for question, sql in right.items():
        found = pairs.ask(known, question)
        assert found is None or found.sql == sql


def test_keys_of_another_day_are_made_anew(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parser = plant.parser()
    later = replace(parser.clock, today=parser.clock.today.replace(day=1))
    monkeypatch.setattr(parser, "clock", later)
    before = file.read_text("utf-8")
    over(file)
    assert file.read_text("utf-8") != before


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    known = over(tmp_path / "taken" / "pairs.json")
    assert pairs.ask(known, pairs.PLAIN) is not None


def test_keys_of_gone_pairs_do_not_pile_up(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_SPARE", 2)
    for number in range(5):
        over(file, (pairs.entry(f"{pairs.PLAIN} {number}", pairs.PLAIN_SQL),))
    assert len(json.loads(file.read_text("utf-8"))["pairs"]) == 1 + 1 + 2


def test_many_threads_may_ask_at_once(file: Path) -> None:
    known = over(file)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: answers(known), range(8)))
    assert found == [answers(pairs.everything())] * 8


def test_problems_look_at_every_pair(file: Path, opened: list[str]) -> None:
    assert over(file).problems == {}
    assert sorted(opened) == sorted(pairs.SQL)
