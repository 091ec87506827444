"""A start that cannot succeed says why, in a line and not in a traceback."""

import subprocess
import sys

from tests.scaffold.tree import ROOT


def test_without_the_packages_the_command_line_names_the_environment() -> None:
    said = subprocess.run(
        [sys.executable, "-S", "-m", "core", "ask", "OEE last week"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert said.returncode == 2
    assert "is not installed" in said.stderr
    assert "make setup" in said.stderr
    assert "Traceback" not in said.stderr
