"""What the pages name is there: links, files, make targets, subcommands and their options."""

import re
import shlex
from pathlib import Path

import pytest

from core.__main__ import _parser
from tests.docs.pages import lines_of_code, name_of, pages
from tests.scaffold.tree import ROOT

LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
TREE = re.compile(r"`((?:core|data|deploy|docs|pages|tests|benchmarks|\.streamlit)/[\w./*-]*)`")
# Made at run time, or names that a page gives as an example.
NOT_IN_THE_TREE = re.compile(r"^(data/state|data/models/NAME|\.streamlit/secrets\.toml)|\.duckdb$")


def headings(path: Path) -> set[str]:
    """Anchors of a page, as they are made from its headings."""
    found = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in found}


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    dead = []
    for found in LINK.finditer(page.read_text("utf-8")):
        target, _, anchor = (found[1] or found[2]).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        place = (page.parent / target) if target else page
        if not place.exists() or (anchor and anchor not in headings(place)):
            dead.append(found[0])
    assert not dead, f"{name_of(page)} links to what is not there: {dead}"


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_files_that_are_named_are_there(page: Path) -> None:
    named = {m[1] for m in TREE.finditer(page.read_text("utf-8"))}
    missing = [
        n for n in named if not NOT_IN_THE_TREE.search(n) and not any(ROOT.glob(n.rstrip("/")))
    ]
    assert not missing, f"{name_of(page)} names what is not there: {sorted(missing)}"


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_make_targets_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    for line in lines_of_code(page.read_text("utf-8")):
        for words in re.findall(r"(?:^|\s)make((?: [\w=./:\"-]+)+)", line.split("  #")[0]):
            asked = [w for w in words.split() if re.fullmatch(r"[a-z][a-z-]*", w)]
            assert set(asked) <= targets, f"{name_of(page)}: make {words}"


def is_command(words: list[str]) -> bool:
    """Whether the command line takes these words, or at least knows the one that stands alone: a
    page may name a command without its arguments."""
    try:
        _parser().parse_args(words)
    except SystemExit:
        return (
            len(words) == 1
            and re.search(rf"^    {words[0]}\b", _parser().format_help(), re.M) is not None
        )
    return True


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_commands_and_their_options_exist(page: Path) -> None:
    for line in lines_of_code(page.read_text("utf-8")):
        for command in re.findall(r"python -m core ([a-z].*)", line):
            words = shlex.split(command, comments=True)
            assert is_command(words), f"{name_of(page)}: python -m core {command}"


def test_the_check_of_commands_sees() -> None:
    assert is_command(["ask", "OEE", "--json"])
    assert is_command(["import"])
    assert not is_command(["ask", "OEE", "--jsn"])
    assert not is_command(["load"])


def test_the_changelog_has_a_place_for_what_comes() -> None:
    assert "\n## Unreleased\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")
