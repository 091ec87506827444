"""Brings the translations in data/locale/ up to the texts in the code.

    python -m deploy.catalogues            writes the files, and tells how many texts wait
    python -m deploy.catalogues --check    writes nothing; fails where a file is not up to the code

A text that is new stands in each file with an empty translation; one that is gone is taken out.
"""

from __future__ import annotations

import argparse
import io
import sys
from copy import deepcopy
from itertools import product
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from core.charts.words import CHART_NAMES, SENTENCES
from core.language.wording import QUESTIONS
from core.semantic.phrases import TEMPLATES
from core.translation import CODE, FOLDER, LANGUAGES

ROOT: Final = Path(__file__).resolve().parents[1]
#: What marks a text in the code -> where its parts stand.
MARKS: Final = {
    "_": None,
    "gettext": None,
    "marked": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "told": None,
}
#: Tables of texts that are looked up by their keys, which are their contexts -> where they stand.
TABLES: Final = {
    "core/charts/words.py": (SENTENCES, CHART_NAMES),
    "core/language/wording.py": (QUESTIONS,),
    "core/semantic/phrases.py": (TEMPLATES,),
}
#: Texts of the pages, and all others: what is said in answers, at the door and on paper.
DOMAINS: Final = ("gemba", "answers")
_SOURCES: Final = ("core/**.py", "pages/**.py", "app.py")


def template(domain: str) -> Catalog:
    """All texts of a part of the code, without a translation."""
    found = Catalog(project="Gemba", charset="utf-8", fuzzy=False)
    methods = [(pattern, "python") for pattern in _SOURCES]
    for file, _, text, comments, context in sorted(
        extract_from_dir(str(ROOT), methods, keywords=MARKS, comment_tags=("Translators:",)),
        key=str,
    ):
        if domain_of(file) == domain:
            found.add(text, None, [(file, 0)], auto_comments=comments, context=context)
    for file, tables in TABLES.items() if domain == "answers" else ():
        for key, text in (pair for table in tables for pair in table.items()):
            found.add(text, None, [(file, 0)], context=key)
    return found


def domain_of(file: str) -> str:
    """Which catalogue holds the texts of a file of code."""
    return "gemba" if file.startswith(("core/ui/", "pages/", "app.py")) else "answers"


def path_of(language: str, domain: str) -> Path:
    """Where a language's catalogue is."""
    return FOLDER / language / "LC_MESSAGES" / f"{domain}.po"


def catalogue(language: str, domain: str) -> Catalog:
    """A language's catalogue as it is; an empty one where there is none."""
    path = path_of(language, domain)
    if not path.is_file():
        return Catalog(locale=language, project="Gemba", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def brought_up(language: str, domain: str, texts: Catalog) -> Catalog:
    """The language's catalogue with exactly these texts."""
    found = catalogue(language, domain)
    # a copy: what is merged is kept in the messages themselves
    found.update(deepcopy(texts), no_fuzzy_matching=True, update_creation_date=False)
    found.obsolete.clear()
    return found


def written(found: Catalog) -> bytes:
    """A catalogue as its file holds it: in the order of the texts, so that changes stay small."""
    file = io.BytesIO()
    write_po(
        file, found, width=100, omit_header=False, sort_output=True, include_lineno=False,
        ignore_obsolete=True,
    )  # fmt: skip
    return b"\n".join(line for line in file.getvalue().split(b"\n") if not line.startswith(_DATED))


#: Header lines that would change with the day.
_DATED: Final = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By', b'"Last-Translator')


def main(arguments: list[str] | None = None) -> int:
    """The command; 1 where `--check` finds a file that is not up to the code."""
    parser = argparse.ArgumentParser(prog="python -m deploy.catalogues", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args(arguments).check
    texts = {domain: template(domain) for domain in DOMAINS}
    behind = 0
    for language, domain in product(LANGUAGES, DOMAINS):
        if language == CODE:
            continue
        path = path_of(language, domain)
        found = brought_up(language, domain, texts[domain])
        new = written(found)
        waiting = sum(1 for message in found if message.id and not message.string)
        is_same = path.is_file() and path.read_bytes() == new
        behind += not is_same
        if not check and not is_same:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(new)
        state = "" if is_same else ", not up to the code" if check else ", written"
        print(f"{language}, {domain}: {len(found)} texts, {waiting} without a translation{state}")
    return 1 if check and behind else 0


if __name__ == "__main__":
    sys.exit(main())
