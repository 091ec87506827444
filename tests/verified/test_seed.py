"""The seed's pairs against the labelled questions, on the whole demo plant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import verified
from core.services import Services
from core.settings import load_settings


@pytest.fixture(scope="module")
def bench(demo_data_dir: Path) -> Iterator[verified.Bench]:
    patch = pytest.MonkeyPatch()
    patch.setenv("GEMBA_DATA_DIR", str(demo_data_dir))
    services = Services(load_settings())
    patch.undo()
    yield verified.Bench(services, verified.entries_of(verified.PAIRS))
    services.close()


@pytest.mark.slow
@pytest.mark.soundness
@pytest.mark.parametrize("half", verified.HALVES)
def test_no_labelled_question_matches_falsely(bench: verified.Bench, half: str) -> None:
    rows = [row for path in verified.LABELLED for row in verified.read_lines(path)]
    score = bench.labelled(rows, half)
    assert score.false == []
    assert score.found >= 0.85 * score.wanted


@pytest.mark.thorough
@pytest.mark.soundness
def test_each_pair_is_found_by_its_own_words(bench: verified.Bench) -> None:
    assert bench.pairs.problems == {}
    score = bench.own_wordings(verified.entries_of(verified.PAIRS))
    assert (score.false, score.missed) == ([], [])


@pytest.mark.thorough
@pytest.mark.soundness
@pytest.mark.parametrize("path", verified.GOLDEN, ids=lambda p: p.name)
def test_what_a_pair_answers_has_the_golden_rows(bench: verified.Bench, path: Path) -> None:
    assert bench.golden(path).false == []
