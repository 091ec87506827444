"""Changes of a chart over the demo plant: neither the store nor the audit log hears of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st

from core.services import Services
from core.settings import Settings
from core.types import ChartSpec
from core.ui import runtime
from tests.ui.conftest import Site
from tests.ui.test_chart_panel import choose, drawn, opened
from tests.ui.test_chat import ask, text

__all__ = ["drawn"]


@pytest.fixture
def real(
    site: Site,
    plant_folder: Callable[[Path], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Services]:
    """The pages over real services."""
    folder = plant_folder(tmp_path / "real")
    built = Services.open(Settings(data_dir=folder))
    built.start()
    monkeypatch.setattr(runtime, "build_services", lambda: built)
    st.cache_resource.clear()
    yield built
    st.cache_resource.clear()
    built.close()


def test_the_store_is_not_asked(
    real: Services, site: Site, drawn: list[ChartSpec], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = ask(site.signed_in(), "Downtime by reason last month")
    until = time.monotonic() + 20
    while not drawn and time.monotonic() < until:
        time.sleep(0.2)
        app.run()
    assert drawn[-1].type == "pareto"

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("the store was asked")

    engine = real.parts().engine
    # what looks for newer data does so on a thread of its own
    looked: list[str] = []
    stamp = engine.stamp
    monkeypatch.setattr(
        engine, "stamp", lambda: looked.append(threading.current_thread().name) or stamp()
    )
    for name in ("run", "explain", "fetch"):
        monkeypatch.setattr(engine, name, fail)
    before = len(real.audit.entries())
    opened(app)
    choose(app, "Kind", "pie")
    choose(app, "How many", 3)
    choose(app, "Chart title", "Why lines stood still")
    assert (drawn[-1].type, drawn[-1].top_n) == ("pie", 3)
    assert drawn[-1].title == "Why lines stood still"
    assert "The 3 largest of" in text(app)
    choose(app, "Kind", "bar")
    choose(app, "Order", "name")
    assert (drawn[-1].type, drawn[-1].order) == ("bar", "name")
    assert len(real.audit.entries()) == before
    assert set(looked) <= {"newer data"}
