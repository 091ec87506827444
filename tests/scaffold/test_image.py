"""The image by reading: no root, no secrets, nothing that is not there."""

import re

from tests.scaffold.tree import ROOT

TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")
INSTRUCTIONS = re.sub(r"\\\n\s*", " ", TEXT)


def words_of(instruction: str) -> list[list[str]]:
    return [m[1].split() for m in re.finditer(rf"^{instruction} (.+)$", INSTRUCTIONS, re.M)]


def test_it_runs_as_a_user_without_rights() -> None:
    assert words_of("USER") == [["gemba"]]
    assert TEXT.rindex("USER gemba") < TEXT.index("ENTRYPOINT")


def test_what_it_copies_is_in_the_tree_and_let_through() -> None:
    let_through = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert let_through[1] == "*"
    for copied in words_of("COPY"):
        if copied[0].startswith("--from"):
            continue
        for source in copied[:-1]:
            assert (ROOT / source).exists(), source
            assert {f"!{source}", f"!{source}/"} & set(let_through), source


def test_it_installs_pinned_wheels_only() -> None:
    assert "--only-binary=:all: -r requirements.txt" in INSTRUCTIONS


def test_its_health_is_asked() -> None:
    assert "/health" in INSTRUCTIONS[INSTRUCTIONS.index("HEALTHCHECK") :]


def test_no_secret_is_set() -> None:
    assert not re.search(r"(?i)^(ENV|ARG) .*(password|secret|token|_key)", INSTRUCTIONS, re.M)
