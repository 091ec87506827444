"""Retrieval as the settings name it, with the real embedding model, from end to end."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.retrieval.open import open_retrieval
from core.retrieval.vector_cache import VectorCache
from core.settings import Settings
from tests.conftest import EMBEDDING_MODELS
from tests.fakes.qdrant_server import serving
from tests.retrieval.entries import CORPUS


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data folder of its own that shares the embedding model built for the tests."""
    EMBEDDING_MODELS.mkdir(parents=True, exist_ok=True)
    (tmp_path / "embedding_models").symlink_to(EMBEDDING_MODELS)
    return Settings(data_dir=tmp_path)


def test_embedded_from_end_to_end(settings: Settings) -> None:
    counted: Counter[str] = Counter()
    opened = open_retrieval(settings, sink=counted.update)
    report = opened.index.sync(CORPUS)
    assert report.notes == ()
    found = opened.retriever.search(
        "which pump shook the most", tenant="a", model="mill", plants=("HAM",)
    )
    best = found.of("qa")[0].entry
    assert best.text == "Which pumps vibrated most last week?"
    assert found.notes == ()
    assert found.timings_ms["total"] > 0
    opened.retriever.count_hits([best.id])
    opened.close()
    assert counted == {best.id: 1}
    again = open_retrieval(settings)
    assert again.index.sync(CORPUS).embedded == 0
    again.close()


def test_a_server_from_end_to_end(settings: Settings, tmp_path: Path) -> None:
    with serving(tmp_path / "qdrant", key="k", tls=True) as fake:
        named = Settings(
            data_dir=settings.data_dir, qdrant_url=fake.url, qdrant_key="k", qdrant_ca=fake.ca
        )
        opened = open_retrieval(named)
        opened.index.sync(CORPUS)
        found = opened.retriever.search("energy", tenant="a", model="mill", plants=("AUS",))
        assert found.of("qa")[0].entry.text == "Energy of Line 2 in Austin"
        assert found.of("ddl")[0].entry.title == "readings.energy_kwh"
        opened.close()
    assert "k@" not in repr(named)


def test_a_wrong_setting_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="GEMBA_QDRANT_URL"):
        open_retrieval(Settings(data_dir=tmp_path, qdrant_url="qdrant"))


def test_kept_vectors_that_are_damaged_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "vectors.sqlite"
    file.write_bytes(b"this is no database" * 100)
    cache = VectorCache(file)
    import numpy as np

    unit = np.array([0.6, 0.8], dtype=np.float32)
    cache.put("m", {"a": unit})
    assert cache.get("m", ["a", "b"], 2)["a"] == pytest.approx(unit)
    assert cache.get("m", ["a"], 3) == {}
    assert cache.get("other", ["a"], 2) == {}
    cache.put("other", {"a": unit})
    assert cache.get("m", ["a"], 2) == {}
    cache.close()
    assert cache.get("other", ["a"], 2) == {}
    cache.put("other", {"b": unit})
    (tmp_path / "folder").mkdir()
    VectorCache(tmp_path / "folder").close()
