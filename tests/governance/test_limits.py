"""Time and stack on any text, on both of sqlglot's builds; speed; what an upgrade must check."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlglot

from core.governance.allowed import NODES
from core.governance.govern import govern, inspect
from tests.governance import builds, fixtures, mill, nasty
from tests.governance.queries import Queries

ROOT = Path(__file__).resolve().parent.parent.parent


def test_no_text_takes_long():
    took, name, _ = nasty.slowest()
    assert took < 250, f"{name} took {took:.0f} ms"


@pytest.fixture(scope="module")
def python_build(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which sqlglot is the build in Python."""
    folder = tmp_path_factory.mktemp("python_build")
    shutil.copytree(
        Path(sqlglot.__file__).parent, folder / "sqlglot", ignore=shutil.ignore_patterns("*.so")
    )
    return {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}


def _run(module: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    return done.stdout.strip()


@pytest.mark.thorough
def test_no_text_takes_long_with_the_build_in_python(python_build: dict[str, str]):
    build, took, name, _ = _run("tests.governance.nasty", python_build).split("\t")
    assert build == "py"
    assert float(took) < 500, f"{name} took {took} ms"


def test_thirty_lines_are_quick():
    """The aim is 8 ms at the 95th percentile (benchmarks/guard.py); three times that here, since
    other programs share the machine. The best of three: other work is not the statement's."""
    cases = fixtures.read("long.sql")
    assert len(cases) >= 4
    for case in cases:
        assert case.sql.count("\n") >= 29, case.title
        times = []
        for _ in range(3):
            started = time.process_time()
            govern(case.sql, mill.NORTH, mill.POLICY, mill.MODEL)
            times.append((time.process_time() - started) * 1000)
        assert min(times) < 24, case.title


def test_governing_is_quick():
    """The aim is 5 ms for a usual query and 8 ms for thirty lines; three times that here, since
    other programs share the machine."""
    texts = [c.sql for c in fixtures.read("accepted.sql")] + [
        Queries(seed).query() for seed in range(100)
    ]
    times = []
    for sql in texts:
        started = time.process_time()
        govern(sql, mill.NORTH, mill.POLICY, mill.MODEL)
        times.append((time.process_time() - started) * 1000)
    times.sort()
    assert times[len(times) // 2] < 5
    assert times[int(len(times) * 0.95)] < 15


def test_pin_the_classes_of_sqlglot():
    """An upgrade may bring classes, or give a class another argument. When this fails, read
    sqlglot's changes, look at core/governance/allowed/ for what is named here, then write the list
    anew: `python -m tests.governance.builds classes > tests/sql/governance/sqlglot_classes.txt`.
    Names that an upgrade reads as an allowed function are found by tests/governance/products.py."""
    kept = (fixtures.FOLDER / "sqlglot_classes.txt").read_text("utf-8").splitlines()
    there = builds.classes()
    assert sorted(set(there) - set(kept)) == [], "new or changed in the installed sqlglot"
    assert sorted(set(kept) - set(there)) == [], "gone from the installed sqlglot, or changed"
    assert sum(line.startswith("+") for line in kept) == len(NODES)
    assert sqlglot.__version__.startswith("30.")


@pytest.mark.thorough
def test_both_builds_of_sqlglot_decide_alike(python_build: dict[str, str]):
    done = _run("tests.governance.builds", python_build)
    assert done == f"py {builds.digest()}"
    assert builds.build() == "so", "the compiled build is what an installation has"


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "   ",
        "\n\n",
        ";",
        "--",
        "/* */",
        "😀",
        "\x00SELECT 1",
        "SELECT '\ud800'",
        "ＳＥＬＥＣＴ 1",
        "SELECT 1" + " " * 20_000,
        "SELECT 'e\u0301'",
    ],
)
def test_odd_texts_are_refused_and_never_raise(sql: str):
    inspection = inspect(sql, mill.ADMIN, mill.POLICY, mill.MODEL)
    assert inspection.governed is None
    assert inspection.refusal is not None


def test_windows_line_ends_are_fine():
    assert govern("SELECT machine\r\nFROM readings\r\n", mill.ADMIN, mill.POLICY, mill.MODEL)
