"""The pages over the tests' services, in process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from core import accounts
from core import models as core_models
from core.services import Services
from core.settings import Settings
from core.ui import figures, runtime
from tests.parsers import parser_once
from tests.ui.fake_services import FakeServices

ROOT = Path(__file__).resolve().parent.parent.parent
SHELL = ROOT / "core" / "ui" / "shell.py"
PASSWORDS: dict[str, str] = {}


@dataclass
class Site:
    """The app as its visitors have it: one process, many sessions."""

    services: FakeServices

    def visit(self) -> AppTest:
        """A new browser session, at the bare address."""
        return AppTest.from_file(str(SHELL), default_timeout=20).run()

    def signed_in(self, name: str = "engineer") -> AppTest:
        app = self.visit()
        app.text_input[0].set_value(name)
        app.text_input[1].set_value(PASSWORDS[name])
        app.button[0].click().run()
        return app


class _Figure:
    def __new__(cls, answer: object, spec: object, theme: str) -> object:
        import plotly.graph_objects as go

        return go.Figure(go.Bar(x=[1, 2], y=[3, 4]))


@pytest.fixture(autouse=True, scope="session")
def _packages_looked_at_once() -> Iterator[None]:
    """Each visit would look through all packages that are installed for components."""
    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        yield


@pytest.fixture(autouse=True)
def _any_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages draw what core.charts makes; here any figure does."""
    monkeypatch.setattr(figures, "_build", _Figure)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    services = FakeServices(tmp_path)
    monkeypatch.setattr(runtime, "build_services", lambda: services)
    # Quick hashes, and the passwords that the terminal would show.
    monkeypatch.setattr(
        accounts.Accounts, "at", classmethod(lambda cls, s: cls(s.state_dir / "a.yaml", rounds=4))
    )
    st.cache_resource.clear()
    st.cache_data.clear()
    made = _recorded(monkeypatch)
    yield Site(services)
    assert made is PASSWORDS
    st.cache_resource.clear()


def _recorded(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    PASSWORDS.clear()
    ensure = accounts.Accounts.ensure

    def recording(self: accounts.Accounts, names: object) -> object:
        made = ensure(self, names)  # type: ignore[arg-type]
        PASSWORDS.update((new.name, new.password) for new in made)
        return made

    monkeypatch.setattr(accounts.Accounts, "ensure", recording)
    return PASSWORDS


@pytest.fixture
def services(
    plant_folder: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    """The real services over the demo plant."""
    plant_folder(tmp_path)
    monkeypatch.setattr(core_models, "QuestionParser", parser_once)
    built = Services.open(Settings(data_dir=tmp_path, rate_user="1000/minute"))
    monkeypatch.setattr(runtime, "build_services", lambda: built)
    monkeypatch.setattr(
        accounts.Accounts, "at", classmethod(lambda cls, s: cls(s.state_dir / "a.yaml", rounds=4))
    )
    st.cache_resource.clear()
    st.cache_data.clear()
    _recorded(monkeypatch)
    yield built
    st.cache_resource.clear()
    built.close()
