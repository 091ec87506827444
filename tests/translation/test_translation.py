"""The language of texts: who sets it, and what a catalogue does not hold."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import translation
from core.translation import gettext as _
from core.translation import (
    language,
    listen_to,
    ngettext,
    pgettext,
    retold,
    speaking,
    spoken,
    told,
)

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: de\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Ask {name}"
msgstr "Frag {name}"

msgctxt "month"
msgid "May"
msgstr "Mai"

msgid "{n} row"
msgid_plural "{n} rows"
msgstr[0] "{n} Zeile"
msgstr[1] "{n} Zeilen"

#, fuzzy
msgid "Guessed"
msgstr "Geraten"
"""


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "de" / "LC_MESSAGES" / "gemba.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO, encoding="utf-8")
    monkeypatch.setattr(translation, "FOLDER", tmp_path)
    monkeypatch.setattr(translation, "_sources", [])
    translation._catalogue.cache_clear()
    yield
    translation._catalogue.cache_clear()


def test_texts_are_in_the_language_that_is_spoken(german: None) -> None:
    assert _("Ask {name}") == "Ask {name}"
    with speaking("de"):
        assert _("Ask {name}").format(name="{x}") == "Frag {x}"
        assert pgettext("month", "May") == "Mai"
        assert pgettext("verb", "May") == "May"
        assert [ngettext("{n} row", "{n} rows", n) for n in (1, 2)] == ["{n} Zeile", "{n} Zeilen"]
        with speaking("vi"):
            assert _("Ask {name}") == "Ask {name}"
        assert language() == "de"
    assert language() == "en"


def test_what_no_catalogue_holds_stays_as_it_is(german: None) -> None:
    with speaking("de"):
        assert _("Unheard of") == "Unheard of"
        assert _("Guessed") == "Guessed"  # a guess is no translation
        assert _("") == ""  # gettext's header is no text
    with speaking("klingon"):
        assert language() == "en"


def test_each_thread_speaks_for_itself_and_a_source_is_asked_where_nobody_does(
    german: None,
) -> None:
    heard: list[str] = []
    with speaking("de"):
        thread = threading.Thread(target=lambda: heard.append(language()))
        thread.start()
        thread.join()
    assert heard == ["en"]
    listen_to(lambda: "nonsense")
    listen_to(lambda: "de")
    assert language() == "de"
    with speaking("en"):
        assert language() == "en"


def test_events_are_made_in_one_language_wherever_they_are_asked_for(german: None) -> None:
    def events() -> Iterator[str]:
        for _number in range(4):
            yield language()

    made = spoken("de", events())
    assert [next(made), language(), next(made)] == ["de", "en", "de"]
    with speaking("vi"):
        assert [next(made), language()] == ["de", "vi"]
    heard: list[str] = []
    thread = threading.Thread(target=lambda: heard.extend(made))
    thread.start()
    thread.join()
    assert heard == ["de"]


def test_what_was_told_is_english_and_said_later(german: None) -> None:
    with speaking("de"):
        text = told("Ask {name}", name="{x}")
        outer = told("May: {said}", said=text)
    assert (text, str(text), told(text)) == ("Ask {x}", "Ask {x}", text)
    assert retold(outer) == "May: Ask {x}"
    with speaking("de"):
        assert [retold(text), retold(outer)] == ["Frag {x}", "May: Frag {x}"]
        assert retold(ValueError(text)) == "Frag {x}"
        assert retold("Unheard of") == "Unheard of"
        assert retold(ValueError()) == ""
    for kept in (copy.copy(text), copy.deepcopy(text)):
        assert (kept, kept.text, kept.values) == (text, text.text, text.values)


def test_catalogues_of_a_language_are_read_together(german: None, tmp_path: Path) -> None:
    more = PO.replace("Ask {name}", "Say {name}").replace("Frag {name}", "Sag {name}")
    (tmp_path / "de" / "LC_MESSAGES" / "more.po").write_text(more, encoding="utf-8")
    with speaking("de"):
        assert [_("Ask {name}"), _("Say {name}")] == ["Frag {name}", "Sag {name}"]
