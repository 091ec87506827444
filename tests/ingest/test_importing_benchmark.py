"""An import says how far it is and stays in its memory; its benchmark says where it does not."""

import re
import subprocess
import sys

import pytest

from benchmarks.importing import misses
from core.settings import ROOT


def imported(*options: str) -> tuple[int, str, str]:
    """Exit status, output and errors of the benchmark in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.importing", *options]
    done = subprocess.run(command, timeout=120, check=False, cwd=ROOT, capture_output=True)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_one_file_says_how_far_it_is_and_stays_within_its_memory() -> None:
    status, said, wrong = imported("--rows=300000", "--memory-mb=128", "--most-mib=256")
    assert (status, wrong) == (0, "")
    assert "300,000 rows, 0 gaps" in said
    told = re.search(r"progress +(\d+) shares", said)
    assert told is not None
    assert int(told[1]) >= 2


@pytest.mark.parametrize(
    ("option", "wrong"),
    [("--most-s=0.001", "the bar is 0.001 s."), ("--most-mib=1", "MiB; the bar is 1 MiB.")],
)
def test_more_than_it_may_take_is_told_and_ends_with_1(option: str, wrong: str) -> None:
    status, _, said = imported("--rows=2000", option)
    assert (status, wrong in said) == (1, True)


def test_what_an_import_takes_more_of() -> None:
    assert misses(59, 60, 1147, 1280, 9) == []
    assert misses(61, 60, 1147, 1280, 9) == ["It took 61.0 s; the bar is 60 s."]
    assert misses(59, 60, 1300, 1280, 9) == ["It took 1,300 MiB; the bar is 1,280 MiB."]
    assert misses(59, 60, 1147, 1280, 0) == ["It never said how far it is."]
