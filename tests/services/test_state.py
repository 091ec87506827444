"""The state database when several processes begin at once."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BEGIN = """
import sys, time
from pathlib import Path
import sqlalchemy as sa
from core.state import open_state
tables = sa.MetaData()
for number in range(30):
    sa.Table(f"t{number}", tables, sa.Column("a", sa.Integer, primary_key=True))
print("here", flush=True)
sys.stdin.readline()
open_state(Path(sys.argv[1]), tables).dispose()
"""


def test_processes_that_make_it_at_the_same_time_all_have_it(tmp_path):
    for turn in range(4):
        started = [
            subprocess.Popen(
                [sys.executable, "-c", BEGIN, str(tmp_path / str(turn))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=ROOT,
                text=True,
            )
            for _ in range(4)
        ]
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == "here\n"
        for process in started:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        for process in started:
            _, error = process.communicate(timeout=30)
            assert process.returncode == 0, error
