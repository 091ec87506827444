"""Nobody sees a page without a sign-in that holds, however they come to it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from streamlit.testing.v1 import AppTest

from core.accounts import COOKIE_NAME
from core.errors import ModelError
from core.ui import identity, runtime
from tests.ui.conftest import PASSWORDS, ROOT, Site
from tests.ui.fake_services import FakeServices

PAGES = sorted((ROOT / "pages").glob("*.py"))


def said(app: AppTest) -> str:
    """All text on the page."""
    kinds = (app.markdown, app.caption, app.main.title, app.sidebar.markdown)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def with_cookie(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    """Let the browser send that cookie."""
    context = SimpleNamespace(
        cookies={COOKIE_NAME: token}, theme=SimpleNamespace(type="light"), url="http://localhost"
    )
    monkeypatch.setattr(identity.st, "context", context)


def claims(site: Site, **changes: Any) -> dict[str, Any]:
    parts = runtime.runtime()
    user = parts.services.policy.user("engineer")
    return {
        "username": "engineer",
        "stamp": parts.accounts.stamp(user),
        "sid": "s1",
        "exp": int(time.time()) + 600,
    } | changes


def test_there_are_pages() -> None:
    assert PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_a_page_run_by_itself_stops_at_the_guard(site: Site, page: Path) -> None:
    app = AppTest.from_file(str(page), default_timeout=20).run()
    assert not app.exception
    assert "Sign in first" in said(app)
    assert not app.chat_input
    assert not app.text_input
    assert not app.button
    assert site.services.asked == []


def test_signed_out_visitors_get_the_sign_in_and_nothing_else(site: Site) -> None:
    app = site.visit()
    assert not app.exception
    assert "Sign in" in said(app)
    assert [field.label for field in app.text_input] == ["Name", "Password"]
    assert not app.chat_input
    assert not app.sidebar.button


def test_sign_in_shows_the_first_screen_and_who_is_signed_in(site: Site) -> None:
    app = site.signed_in("viewer")
    assert not app.exception
    text = said(app)
    assert "What is happening in your plant?" in text.replace("\\", "")
    assert "Viewer" in text
    assert "HPH" in text
    assert "HAM" not in text


@pytest.mark.parametrize(("name", "password"), [("engineer", "wrong"), ("nobody", "x"), ("", "")])
def test_a_wrong_password_says_so(site: Site, name: str, password: str) -> None:
    app = site.visit()
    app.text_input[0].set_value(name)
    app.text_input[1].set_value(password)
    app.button[0].click().run()
    assert not app.exception
    assert "do not match" in said(app)
    assert not app.chat_input


def test_sign_out_ends_the_session_here_and_its_cookie_elsewhere(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = site.signed_in()
    work = app.session_state["identity.cookie"]
    app.button(key="frame.out").click().run()
    assert "Sign in" in said(app)
    with_cookie(monkeypatch, work.token)
    assert not site.visit().chat_input


def handed_over(app: AppTest) -> list[str]:
    """Cookies that the page gives to the browser, as it is told of them."""
    return [json.loads(e.proto.json) for e in app.get("bidi_component")]


def test_the_cookie_is_handed_over_for_a_few_seconds_from_when_it_is_drawn(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = site.signed_in()
    [cookie] = handed_over(app)
    assert app.session_state["identity.cookie"].token in cookie
    app.session_state["identity.cookie"].since -= 60
    app.run()
    assert not handed_over(app)
    assert "identity.cookie" not in app.session_state


def test_signing_out_drops_the_cookie(site: Site) -> None:
    app = site.signed_in()
    app.button(key="frame.out").click().run()
    [cookie] = handed_over(app)
    assert "gemba_session=; " in cookie
    assert "Thu, 01 Jan 1970" in cookie


@pytest.mark.parametrize("is_https", [True, False])
def test_the_cookie_is_for_this_site_alone(*, is_https: bool) -> None:
    text = identity.cookie_text("t", 1_800_000_000.0, is_https=is_https)
    assert text.split("; ") == [
        f"{COOKIE_NAME}=t",
        "path=/",
        "samesite=strict",
        "expires=Fri, 15 Jan 2027 08:00:00 GMT",
        *(["secure"] if is_https else []),
    ]


def test_an_address_says_nothing_of_another_page(site: Site) -> None:
    app = site.signed_in()
    app.query_params["view"] = "queue"
    app.query_params["kept"] = "1"
    app.run()
    assert not app.exception
    assert dict(app.query_params) == {"kept": "1"}


def test_a_cookie_signs_in_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.visit()
    key = runtime.runtime().accounts.cookie_key
    with_cookie(monkeypatch, jwt.encode(claims(site), key, algorithm="HS256"))
    assert site.visit().chat_input


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1},
        {"stamp": "0" * 32},
        {"username": "admin"},
        {"username": "nobody"},
        {"username": None},
        {"sid": ""},
    ],
    ids=str,
)
def test_a_cookie_that_does_not_hold_is_no_sign_in(
    site: Site, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    site.visit()
    key = runtime.runtime().accounts.cookie_key
    with_cookie(monkeypatch, jwt.encode(claims(site, **changes), key, algorithm="HS256"))
    app = site.visit()
    assert not app.exception
    assert not app.chat_input


@pytest.mark.parametrize("key", ["some_key" * 8, "", "x" * 64])
def test_a_cookie_signed_with_another_key_is_no_sign_in(
    site: Site, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    site.visit()
    algorithm = "HS256" if key else "none"
    token = jwt.encode(claims(site), key or None, algorithm=algorithm)  # type: ignore[arg-type]
    with_cookie(monkeypatch, token)
    assert not site.visit().chat_input


def test_a_password_reset_ends_running_sessions(site: Site) -> None:
    app = site.signed_in()
    runtime.runtime().accounts.reset("engineer")
    app.run()
    assert not app.chat_input
    assert "has ended" in said(app)


def test_a_question_asked_after_the_sign_in_has_ended_is_not_asked(site: Site) -> None:
    app = site.signed_in()
    runtime.runtime().accounts.reset("engineer")
    app.chat_input[0].set_value("Which pumps vibrated most?").run()
    assert site.services.asked == []
    assert not app.chat_input


def test_a_change_of_role_or_plants_ends_running_sessions(site: Site) -> None:
    app = site.signed_in()
    users = site.services.policy.users
    users["engineer"] = replace(users["engineer"], plants=("HAM",))
    app.run()
    assert not app.chat_input


def test_a_removed_user_is_out_at_once(site: Site) -> None:
    app = site.signed_in()
    del site.services.policy.users["engineer"]
    app.run()
    assert not app.exception
    assert not app.chat_input


def test_an_idle_session_ends(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    app = site.signed_in()
    monkeypatch.setattr(identity, "IDLE_S", -1.0)
    app.run()
    assert not app.chat_input


def test_a_role_without_pages_is_told_and_may_sign_out(site: Site) -> None:
    users = site.services.policy.users
    users["engineer"] = replace(users["engineer"], role="visitor")
    app = site.signed_in()
    assert not app.exception
    assert "Nothing here for your role" in said(app)
    assert not app.chat_input
    assert app.button(key="frame.out")


def test_after_five_failures_the_right_password_waits_too(site: Site) -> None:
    app = site.visit()
    for password in ["wrong"] * 5 + [PASSWORDS["admin"]]:
        app.text_input[0].set_value("admin")
        app.text_input[1].set_value(password)
        app.button[0].click().run()
    assert "Too many failed sign" in said(app).replace("\\", "")
    assert not app.chat_input


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (
            ModelError("plant.yaml:12: unknown key 'tabels'. Did you mean 'tables'?"),
            "plant.yaml:12",
        ),
        (RuntimeError("secret detail"), "python -m core verify"),
    ],
    ids=["broken model", "anything else"],
)
def test_services_that_do_not_start_are_a_page_with_a_way_on(
    site: Site, monkeypatch: pytest.MonkeyPatch, error: Exception, shown: str
) -> None:
    def broken() -> FakeServices:
        raise error

    monkeypatch.setattr(runtime, "build_services", broken)
    app = site.visit()
    assert not app.exception
    text = said(app).replace("\\", "")
    assert shown in text
    assert "secret detail" not in text
    assert "Traceback" not in text
    monkeypatch.setattr(runtime, "build_services", lambda: site.services)
    assert "Sign in" in said(site.visit())  # mended, without a restart


def run_alone(page: str, visitor: AppTest) -> AppTest:
    """A page's file by itself, with the sign-in of that visitor."""
    app = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=20)
    app.session_state["identity.session"] = visitor.session_state["identity.session"]
    return app.run()


def test_a_page_that_the_role_lacks_is_neither_listed_nor_drawn(site: Site) -> None:
    assert run_alone("catalogue", site.signed_in()).table
    roles = site.services.policy.roles
    roles["engineer"] = replace(roles["engineer"], pages=("ask",))
    visitor = site.signed_in()
    listed = [link.page for link in visitor.get("page_link")]
    assert listed
    assert all("catalogue" not in page for page in listed)
    app = run_alone("catalogue", visitor)
    assert "Not for your role" in said(app)
    assert not app.table
