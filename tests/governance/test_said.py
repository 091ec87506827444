"""Why a statement is refused is English to rules, logs and a model, and said in the language of who
reads it."""

from __future__ import annotations

import pytest

from core import translation
from core.errors import Refused
from core.governance.decisions import INSTEAD, RULES, Decision, as_error
from core.governance.govern import govern, inspect
from core.translation import retold, speaking, told
from tests.governance import fixtures, mill
from tests.ui.pseudo import CLOSE, OPEN, Pseudo

REFUSED = fixtures.read("refused.sql")
LANGUAGES = ("de", "vi")


def refused(sql: str) -> Refused:
    with pytest.raises(Refused) as caught:
        govern(sql, mill.ADMIN, mill.POLICY, mill.MODEL)
    return caught.value


@pytest.mark.parametrize("case", REFUSED, ids=lambda c: c.title)
def test_each_refusal_is_english_and_said_in_each_language(case: fixtures.Case) -> None:
    english = refused(case.sql)
    for language in LANGUAGES:
        with speaking(language):
            error = refused(case.sql)
            said = retold(error)
        assert (str(error), error.rule) == (str(english), english.rule)
        assert said != str(english)
        assert not said.startswith("This query")
        assert not error.offending or repr(error.offending) in said


@pytest.mark.parametrize("case", REFUSED, ids=lambda c: c.title)
def test_each_part_of_a_reason_is_looked_up(
    case: fixtures.Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = inspect(case.sql, mill.ADMIN, mill.POLICY, mill.MODEL).refusal
    assert found is not None
    monkeypatch.setattr(translation, "_catalogue", lambda language: Pseudo())
    assert retold(found.reason).startswith(OPEN)
    assert retold(found.reason).endswith(CLOSE)


def test_rules_and_what_they_allow_are_said_in_each_language() -> None:
    for text in (*RULES.values(), *INSTEAD.values()):
        for language in LANGUAGES:
            with speaking(language):
                assert retold(told(text)) != text


def test_what_somebody_wrote_is_never_looked_up() -> None:
    decision = Decision("Q3", "refuse", "{x} is text in NFC", "text in NFC")
    with speaking("de"):
        said = retold(as_error(decision))
    assert said == ("Diese Abfrage wird nicht ausgeführt: {x} is text in NFC (bei 'text in NFC').")
