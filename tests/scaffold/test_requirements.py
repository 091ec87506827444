"""Every install is the same install: all packages pinned, those that others bring in too."""

import re
from importlib.metadata import PackageNotFoundError, requires, version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.scaffold.tree import ROOT

FILES = (
    "requirements.txt",
    "deploy/requirements-embedding.txt",
    "requirements-dev.txt",
    "requirements-gpu.txt",
    "deploy/requirements-vllm-cpu.txt",
)
#: In environments of their own.
ELSEWHERE = {"requirements-gpu.txt", "deploy/requirements-vllm-cpu.txt"}


def pins(name: str) -> list[Requirement]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(x) for x in lines if x and not x.startswith(("#", "-r "))]


@pytest.mark.parametrize("name", FILES)
def test_every_package_has_one_exact_version(name: str) -> None:
    listed = pins(name)
    assert listed
    loose = [str(p) for p in listed if not re.fullmatch(r"==[0-9][^*,]*", str(p.specifier))]
    assert not loose, f"give an exact version (==): {loose}"
    names = [canonicalize_name(p.name) for p in listed]
    assert len(names) == len(set(names)), "a package is listed twice"


def test_no_file_names_an_index_or_a_url() -> None:
    for name in FILES:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"^\s*(--|-[if]\b)|://|@ ", text, re.MULTILINE), name


def test_installed_is_what_is_pinned() -> None:
    wrong = []
    for pin in [p for name in FILES if name not in ELSEWHERE for p in pins(name)]:
        if pin.marker is not None and not pin.marker.evaluate():
            continue
        try:
            installed = version(pin.name)
        except PackageNotFoundError:
            installed = "not installed"
        if installed not in pin.specifier:
            wrong.append(f"{pin}: {installed}")
    assert not wrong, f"make dev installs what is listed: {wrong}"


@pytest.mark.parametrize(
    "names", [("requirements.txt",), ("requirements.txt", "requirements-dev.txt")]
)
def test_what_a_package_brings_in_is_pinned_too(names: tuple[str, ...]) -> None:
    listed = [p for n in names for p in pins(n)]
    known = {canonicalize_name(p.name) for p in listed}
    todo = [(canonicalize_name(p.name), frozenset(p.extras)) for p in listed]
    seen, missing = set(), set()
    while todo:
        name, extras = todo.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            needs = requires(name) or []
        except PackageNotFoundError:  # for another system or version of Python
            continue
        for need in map(Requirement, needs):
            wanted = need.marker is None or any(
                need.marker.evaluate({"extra": extra}) for extra in extras | {""}
            )
            if wanted and canonicalize_name(need.name) not in known:
                missing.add(f"{need.name} (for {name})")
            elif wanted:
                todo.append((canonicalize_name(need.name), frozenset(need.extras)))
    assert not missing, f"pin these as well: {sorted(missing)}"


def test_the_owners_packages_are_there() -> None:
    named = {canonicalize_name(p.name) for f in FILES for p in pins(f)}
    owners = "streamlit plotly pandas vllm qdrant-client fastembed redis pymysql sqlglot"
    assert {*owners.split(), "streamlit-authenticator"} <= named


def test_there_is_no_other_list() -> None:
    assert sorted(p.name for p in ROOT.glob("requirements*.txt")) == sorted(
        f for f in FILES if "/" not in f
    )
