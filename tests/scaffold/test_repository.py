"""The repository speaks of the product alone, keeps its top level, and its layers."""

import re
import subprocess
import sys
from pathlib import Path

from tests.scaffold.tree import ROOT, files

# Parts are joined here so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|workspace|home/\w+|Users/\w+)/")
REGISTRY_HOST = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in [
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "org"),
            ("npmjs", "com"),
            ("deb", "debian", "org"),
            ("crates", "io"),
        ]
    )
)
TOP_LEVEL = {
    "app.py",
    "pages",
    "core",
    ".streamlit",
    "data",
    "tests",
    "Dockerfile",
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-gpu.txt",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "pyproject.toml",
    "docs",
    "deploy",
    "benchmarks",
    ".ci",
    ".gitignore",
    ".dockerignore",
}


def texts() -> list[tuple[Path, str]]:
    found = []
    for path in files():
        data = path.read_bytes()
        if b"\0" not in data[:8192]:
            found.append((path, data.decode("utf-8", errors="replace")))
    return found


def places(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path, text in texts()
        if pattern.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_machine() -> None:
    found = places(MACHINE_PATH)
    assert not found, "a path of somebody's machine:\n" + "\n".join(found)


def test_no_file_names_a_package_registry() -> None:
    found = places(REGISTRY_HOST)
    assert not found, "the host of a package registry:\n" + "\n".join(found)


def test_no_secret_is_in_the_tree() -> None:
    assert not [p for p in files() if p.name in ("secrets.toml", "auth.yaml", ".env")]
    found = places(re.compile("-----BEGIN " + "[A-Z ]*PRIVATE KEY-----"))
    assert not found, "\n".join(found)


def test_top_level_is_as_agreed() -> None:
    seen = {path.relative_to(ROOT).parts[0] for path in files()}
    assert seen <= TOP_LEVEL, f"new at the top level: {sorted(seen - TOP_LEVEL)}"


def test_no_large_file() -> None:
    large = [f"{p.relative_to(ROOT)}" for p in files() if p.stat().st_size > 2 * 1024 * 1024]
    assert not large, f"over 2 MiB: {large}"


def test_layers_hold() -> None:
    """Imports point down only (pyproject.toml lists the layers)."""
    linter = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    said = subprocess.run(
        [*linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert said.returncode == 0, said.stdout[said.stdout.find("Contracts") :] + said.stderr
