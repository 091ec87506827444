"""Every text of the code stands in every catalogue, translated, with the same fields."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from babel.messages.catalog import Message

from core.translation import CODE, LANGUAGES
from deploy import catalogues
from tests.translation.templates import template

OTHERS = [name for name in LANGUAGES if name != CODE]
_WORDS = re.compile(r"\w")
_ICON = re.compile(r":material/[a-z_]+:")


def strings(message: Message) -> list[str]:
    found = message.string
    return [found] if isinstance(found, str) else list(found)


def sources(message: Message) -> list[str]:
    found = message.id
    return [found] if isinstance(found, str) else list(found)


def bared(text: str) -> str:
    """A text without its fields and codes of days."""
    return re.sub(r"\{[^{}]*\}|%\w", "", text)


def fields(text: str) -> set[tuple[str, str, str]]:
    return {
        (name, spec or "", conversion or "")
        for _, name, spec, conversion in Formatter().parse(text)
        if name is not None
    }


@pytest.mark.parametrize("domain", catalogues.DOMAINS)
@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_is_up_to_the_code(language: str, domain: str) -> None:
    found = catalogues.brought_up(language, domain, template(domain))
    assert catalogues.path_of(language, domain).read_bytes() == catalogues.written(found), (
        "run: make catalogues"
    )


@pytest.mark.parametrize("domain", catalogues.DOMAINS)
@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated_with_its_fields(language: str, domain: str) -> None:
    wrong = []
    for message in catalogues.catalogue(language, domain):
        if not message.id:
            continue
        if message.fuzzy or not all(strings(message)):
            wrong.append(f"not translated: {message.id!r}")
            continue
        known = set().union(*(fields(text) for text in sources(message)))
        for said in strings(message):
            if not fields(said) <= known or (len(sources(message)) == 1 and fields(said) != known):
                wrong.append(f"other fields: {message.id!r} -> {said!r}")
            if _ICON.findall(said) != _ICON.findall(sources(message)[-1]):
                wrong.append(f"other icons: {message.id!r} -> {said!r}")
    assert not wrong, "\n".join(wrong[:40])


@pytest.mark.parametrize("domain", catalogues.DOMAINS)
def test_no_language_says_what_another_one_says(domain: str) -> None:
    """Two languages that say the same beside the code's own words: one was filled in twice."""
    german, vietnamese = (catalogues.catalogue(name, domain) for name in ("de", "vi"))
    same = [
        message.id
        for message in german
        if message.id
        and (found := vietnamese.get(message.id, message.context)) is not None
        and {t for t in set(strings(found)) & set(strings(message)) if _WORDS.search(bared(t))}
        - set(sources(message))
    ]
    assert not same
