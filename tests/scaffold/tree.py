"""The files of the checkout: those tracked, and new ones that git does not ignore."""

import functools
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@functools.cache
def files() -> tuple[Path, ...]:
    """Every file of the tree as a path under ROOT; skips the test outside a git checkout."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("needs git and a checkout: the list of files comes from git ls-files")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return tuple(sorted(ROOT / name for name in listed.split("\0") if (ROOT / name).is_file()))
