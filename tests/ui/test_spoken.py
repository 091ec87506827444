"""Whose language a page is in, what is kept of it, and that none reaches another page."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from core.errors import Unavailable
from core.preferences import Preferences
from core.settings import Settings
from core.translation import LANGUAGES
from core.types import User
from core.ui import runtime
from core.ui.text import number
from tests.ui.conftest import PASSWORDS, SHELL, Site
from tests.ui.fake_services import USERS
from tests.ui.test_chat import ask
from tests.ui.test_signin import said

HELLO = {
    "en": "What is happening in your plant?",
    "de": "Was geschieht in Ihrem Werk?",
    "vi": "Nhà máy của bạn đang thế nào?",
}


def visit(locale: str = "") -> AppTest:
    app = AppTest.from_file(str(SHELL), default_timeout=20)
    if locale:
        app.context["locale"] = locale
    return app.run()


def signed_in(app: AppTest, name: str = "engineer") -> AppTest:
    app.text_input[0].set_value(name)
    app.text_input[1].set_value(PASSWORDS[name])
    app.button[0].click().run()
    assert not app.exception
    return app


def choose(app: AppTest, language: str) -> AppTest:
    app.menu_button(key="spoken.switch").set_value(language).run()
    assert not app.exception
    return app


def spoken(app: AppTest) -> str:
    text = said(app)
    return next(name for name, hello in HELLO.items() if hello in text.replace("\\", ""))


@pytest.mark.parametrize(
    ("locale", "language"),
    [("", "en"), ("en-US", "en"), ("de", "de"), ("de-AT", "de"), ("vi-VN", "vi"), ("fr-FR", "en")],
)
def test_the_browser_decides_before_a_choice(site: Site, locale: str, language: str) -> None:
    app = visit(locale)
    assert {"en": "Sign in", "de": "Anmelden", "vi": "Đăng nhập"}[language] in said(app)
    assert spoken(signed_in(app)) == language


def test_the_setting_decides_where_the_browser_has_none_of_the_languages(site: Site) -> None:
    site.services.settings = dataclasses.replace(site.services.settings, language="vi")
    assert spoken(signed_in(visit("fr-FR"))) == "vi"
    assert spoken(signed_in(visit("de-DE"))) == "de"


def test_a_choice_is_the_persons_own_and_follows_them(site: Site) -> None:
    app = choose(signed_in(visit()), "de")
    assert spoken(app) == "de"
    assert spoken(signed_in(visit())) == "de"
    assert spoken(signed_in(visit("vi-VN"))) == "de"
    assert spoken(signed_in(visit(), "viewer")) == "en"


def test_a_choice_before_the_sign_in_is_taken_along(site: Site) -> None:
    app = choose(visit(), "vi")
    assert "Đăng nhập" in said(app)
    assert spoken(signed_in(app)) == "vi"
    assert spoken(signed_in(visit())) == "vi"


def test_the_page_stays_in_its_language_over_a_sign_out_until_another_person_comes(
    site: Site,
) -> None:
    app = choose(signed_in(visit()), "de")
    app.button(key="frame.out").click().run()
    assert "Anmelden" in said(app)
    assert spoken(signed_in(app, "viewer")) == "en"


def test_a_change_keeps_what_is_asked_and_open(site: Site) -> None:
    app = ask(signed_in(visit()), "Which pumps vibrated most last week?")
    assert "Edit chart" in [e.label for e in app.expander]
    choose(app, "de")
    assert "Diagramm bearbeiten" in [e.label for e in app.expander]
    assert "Which pumps vibrated most last week?" in said(app).replace("\\", "")
    assert "97,2" in said(app)
    choose(app, "vi")
    assert next(t.label for t in app.tabs) == "Bảng"


def test_two_people_see_the_same_answers_frame_each_in_their_language(site: Site) -> None:
    mine, theirs = signed_in(visit("de")), signed_in(visit("vi"), "admin")
    for app, word in ((mine, "Werk"), (theirs, "Nhà máy"), (mine, "Werk")):
        assert word in said(app.run())


def test_a_turn_is_answered_in_the_language_of_who_asked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    answer = site.services._asked

    def listening(*given: Any, **more: Any) -> object:
        heard.append(number(1234.5, 1))
        return answer(*given, **more)

    monkeypatch.setattr(site.services, "_asked", listening)
    ask(signed_in(visit("de")), "Daily OEE per plant in June")
    ask(signed_in(visit(), "viewer"), "Daily OEE per plant in June")
    assert heard == ["1.234,5", "1,234.5"]


def test_a_store_that_cannot_be_written_leaves_the_choice_for_the_visit(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = signed_in(visit())

    def broken(*_: object) -> None:
        raise Unavailable("The disk is full.")

    monkeypatch.setattr(Preferences, "put", broken)
    monkeypatch.setattr(Preferences, "get", broken)
    assert spoken(choose(app, "de")) == "de"
    assert spoken(signed_in(visit())) == "en"


def test_the_pages_own_parts_are_kept_apart(site: Site, tmp_path: Path) -> None:
    store = Preferences(tmp_path)
    engineer, admin = USERS["engineer"], USERS["admin"]
    other = dataclasses.replace(engineer, tenant="other")
    store.put(engineer, "language", "de")
    store.put(engineer, "language", "vi")
    store.put(other, "language", "de")
    assert store.get(engineer, "language") == "vi"
    assert store.get(other, "language") == "de"
    assert store.get(admin, "language") == ""
    assert store.get(engineer, "theme") == ""
    again = Preferences(tmp_path)
    assert again.get(engineer, "language") == "vi"
    again.close()
    store.close()


def test_a_store_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    store = Preferences(tmp_path)
    with store._engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE preferences"))
    user = User("engineer", "engineer", ("HAM",))
    with pytest.raises(Unavailable, match="could not be read"):
        store.get(user, "language")
    with pytest.raises(Unavailable, match="could not be kept"):
        store.put(user, "language", "de")
    store.close()


def test_the_start_keeps_preferences_beside_the_accounts(site: Site) -> None:
    visit()
    assert isinstance(runtime.runtime().preferences, Preferences)
    assert (site.services.settings.state_dir / "gemba.db").is_file()


def test_the_setting_knows_every_language() -> None:
    (field,) = (f for f in dataclasses.fields(Settings) if f.name == "language")
    assert field.metadata["among"] == tuple(LANGUAGES)
