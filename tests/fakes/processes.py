"""Whether a process is there."""

from pathlib import Path


def is_running(process: int) -> bool:
    """Whether it is there and not merely waiting to be collected by its parent."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text("utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
