"""A corpus and its audit."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.corpus import Corpus
from tests.corpus.kept import Audit, opened


@pytest.fixture
def audit() -> Audit:
    return Audit()


@pytest.fixture
def corpus(tmp_path: Path, audit: Audit) -> Iterator[Corpus]:
    with opened(tmp_path, audit) as found:
        yield found
