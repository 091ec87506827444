"""The make targets: listed, sound, quick with nothing to do, plain when something is missing."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scaffold.tree import ROOT

TARGETS = {
    "setup",
    "run",
    "test",
    "check",
    "bench",
    "eval",
    "demo",
    "screenshots",
    "clean",
    "help",
}


def run(*words: str, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS", "PIP_"))}
    return subprocess.run(
        words,
        cwd=cwd,
        env={**kept, **env},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=100,
    )


needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")


@needs_make
def test_help_lists_every_target() -> None:
    text = run("make").stdout
    listed = {m[1] for m in re.finditer(r"^  ([a-z-]+) +\S", text, re.MULTILINE)}
    assert listed >= TARGETS
    declared = set(re.findall(r"^\.PHONY: ([a-z-]+)$", (ROOT / "Makefile").read_text(), re.M))
    assert declared - listed == {"browser", "mariadb", "postgres", "redis"}, (
        "a target that is not for people has no help line"
    )


@needs_make
@pytest.mark.parametrize("target", sorted(TARGETS))
def test_target_is_sound(target: str) -> None:
    """Each target's prerequisites exist and its recipe can be printed."""
    printed = run("make", "--dry-run", "--no-print-directory", target)
    assert printed.returncode == 0, printed.stderr
    for script in re.findall(r"deploy/[a-z_]+\.(?:sh|py)", printed.stdout):
        assert (ROOT / script).is_file(), script


def test_ci_runs_the_same_command() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "make test" in script.read_text()


def test_port_in_use_is_named_with_a_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        said = run(sys.executable, "deploy/check_port.py", "127.0.0.1", str(port))
    assert said.returncode == 1
    assert f"Port {port} is in use" in said.stderr
    assert "make run PORT=" in said.stderr


@pytest.mark.parametrize("port", ["0", "65536", "http", "", "-1", "٨٥٠١"])
def test_wrong_port_is_refused(port: str) -> None:
    said = run(sys.executable, "deploy/check_port.py", "127.0.0.1", port)
    assert said.returncode == 2
    assert "is not a port" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout with nothing but the setup script and a list of packages."""
    (tmp_path / "deploy").mkdir()
    shutil.copy(ROOT / "deploy" / "environment.sh", tmp_path / "deploy")
    (tmp_path / "deploy" / "requirements-embedding.txt").write_text("# no model\n")
    (tmp_path / "requirements.txt").write_text("no-such-package-of-gemba==1.0\n")
    return tmp_path


def test_setup_without_python_says_how_to_get_one(bare: Path) -> None:
    tools = bare / "bin"
    tools.mkdir()
    for name in ("bash", "dirname", "cat", "grep", "cmp", "rm"):
        (tools / name).symlink_to(shutil.which(name) or pytest.fail(f"no {name}"))
    said = run("deploy/environment.sh", "runtime", cwd=bare, PATH=str(tools))
    assert said.returncode == 1
    assert "no Python between 3.11 and 3.14 was found" in said.stderr
    assert "apt-get install python3" in said.stderr


def test_setup_with_a_wrong_python_names_it(bare: Path) -> None:
    said = run("deploy/environment.sh", "runtime", cwd=bare, PYTHON="/nowhere/python")
    assert said.returncode == 1
    assert "PYTHON=/nowhere/python is not a Python" in said.stderr


def test_setup_without_an_index_says_what_to_do_and_leaves_no_stamp(bare: Path) -> None:
    unreachable = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "1",
        "PYTHON": sys.executable,
    }
    said = run("deploy/environment.sh", "runtime", cwd=bare, **unreachable)
    assert said.returncode == 1, said.stderr
    assert "pip could not reach its package index" in said.stderr
    assert "PIP_FIND_LINKS=wheels" in said.stderr
    assert not list((bare / ".venv").glob(".installed-*"))


def test_setup_does_nothing_when_nothing_changed(bare: Path) -> None:
    (bare / "requirements.txt").write_text("# none\n")
    (bare / ".venv" / "bin").mkdir(parents=True)
    (bare / ".venv" / "bin" / "python").symlink_to(sys.executable)
    version = sys.version.split()[0]
    (bare / ".venv" / ".installed-runtime").write_text(f"python {version}\n# none\n# no model\n")
    said = run("deploy/environment.sh", "runtime", cwd=bare)
    assert (said.returncode, said.stderr) == (0, "")
