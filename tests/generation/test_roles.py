"""Settings of a language model: what each role gets, and what is refused by name."""

from __future__ import annotations

import pytest

from core.errors import SettingsError
from core.generation.open import open_model
from core.generation.roles import roles_of
from core.settings import load_settings

URL = {"GEMBA_LLM_URL": "http://gpu:8000/v1"}


def roles(**more: str):
    return roles_of(
        load_settings({**URL, **{f"GEMBA_LLM_{k.upper()}": v for k, v in more.items()}})
    )


def test_the_defaults() -> None:
    found = roles(model="coder", key="k")
    assert {r: (s.temperature, s.tokens, s.timeout_s) for r, s in found.items()} == {
        "sql": (0.1, 2048, 25.0),
        "intent": (0.0, 16, 2.0),
        "reflect": (0.0, 256, 5.0),
        "narrate": (0.2, 256, 5.0),
    }
    assert {(s.url, s.model, s.key, s.thinking) for s in found.values()} == {
        ("http://gpu:8000/v1", "coder", "k", False)
    }


def test_a_role_may_have_its_own() -> None:
    found = roles(
        model="coder", key="k", sql="temperature=0.3 timeout=40",
        hard="url=https://big:9000/v1/ model=big key=b tokens=4096 thinking=yes",
    )  # fmt: skip
    assert (found["sql"].temperature, found["sql"].tokens, found["sql"].timeout_s) == (
        0.3,
        2048,
        40,
    )
    hard = found["hard"]
    assert (hard.url, hard.model, hard.key) == ("https://big:9000/v1", "big", "b")
    assert (hard.temperature, hard.tokens, hard.timeout_s, hard.thinking) == (0.3, 4096, 40, True)
    assert hard.setting == "GEMBA_LLM_HARD"


def test_a_key_and_a_name_stay_with_their_server() -> None:
    found = roles(model="coder", key="k", intent="url=http://other:8000/v1")
    assert (found["intent"].key, found["intent"].model) == ("", "")
    same = roles(model="coder", key="k", intent="url=http://gpu:8000/v1")
    assert (same["intent"].key, same["intent"].model) == ("k", "coder")


@pytest.mark.parametrize(
    "url", ["http://gpu:8000/v1", "http://gpu:8000/v1/", "http://gpu:8000/v1/chat/completions"]
)
def test_the_address_may_be_written_in_several_ways(url: str) -> None:
    assert roles_of(load_settings({"GEMBA_LLM_URL": url}))["sql"].url == "http://gpu:8000/v1"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("sql", "temperatur=0.1", r"'temperatur'.*Did you mean 'temperature'"),
        ("sql", "temperature", "temperature has no value"),
        ("sql", "temperature=", "temperature has no value"),
        ("sql", "temperature=3", "GEMBA_LLM_SQL: temperature must be from 0 to 2"),
        ("sql", "temperature=nan", "must be from 0 to 2"),
        ("sql", "temperature=warm", "must be from 0 to 2"),
        ("intent", "tokens=0", "GEMBA_LLM_INTENT: tokens must be from 1 to 32768"),
        ("intent", "tokens=1.5", "tokens must be"),
        ("intent", "tokens=99999999999999", "tokens must be"),
        ("hard", "timeout=0", "GEMBA_LLM_HARD: timeout must be from 0.1 to 600"),
        ("hard", "model=a model=b", "gives model twice"),
        ("reflect", "url=gpu:8000", "GEMBA_LLM_REFLECT: url must be an address"),
        ("reflect", "url=http://k@gpu", "must not hold a key"),
        ("narrate", "thinking=perhaps", "thinking must be yes or no"),
        ("key", "s3cret\u00fc", "GEMBA_LLM_KEY holds a character"),
        ("key", "s3cret s3cret", "GEMBA_LLM_KEY holds a character"),
        ("hard", "key=s3cret\udcff", "GEMBA_LLM_HARD: key holds a character"),
        ("url", "gpu:8000/v1", "GEMBA_LLM_URL must be an address"),
        ("url", "http://", "GEMBA_LLM_URL must be an address"),
        ("url", "http://gpu:port/v1", "GEMBA_LLM_URL must be an address"),
        ("url", "http://s3cret@gpu:8000/v1", "GEMBA_LLM_KEY"),
        ("url", "http://gpu:8000/v1?key=s3cret", "must end with its path"),
    ],
)
def test_what_is_malformed_is_named(name: str, text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        roles(**{name: text})
    assert "s3cret" not in str(caught.value)


def test_a_role_without_a_server_is_told() -> None:
    with pytest.raises(SettingsError, match="GEMBA_LLM_HARD is set, but GEMBA_LLM_URL is not"):
        roles_of(load_settings({"GEMBA_LLM_HARD": "model=big"}))


def test_keys_are_not_shown() -> None:
    environ = {**URL, "GEMBA_LLM_KEY": "s3cret", "GEMBA_LLM_SQL": "key=s3cret"}
    settings = load_settings(environ)
    assert "s3cret" not in repr(settings)
    assert "s3cret" not in repr(roles_of(settings))


def test_no_server_is_no_model() -> None:
    assert open_model(load_settings({})) is None


def test_a_server_that_is_down_stops_no_start() -> None:
    model = open_model(load_settings({"GEMBA_LLM_URL": "http://127.0.0.1:9/v1"}))
    assert model is not None
    assert model.has("sql")
    model.close()
