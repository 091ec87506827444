"""docs/delivery.md: its lines for receivers do what they say."""

from __future__ import annotations

import subprocess
import sys
import time

from core.delivery.signing import sign
from tests.scaffold.tree import ROOT


def test_the_check_of_a_signature_that_the_page_gives() -> None:
    page = (ROOT / "docs" / "delivery.md").read_text("utf-8")
    begin = page.index("    import hashlib, hmac, time")
    lines = page[begin : page.index("\n## E-mail")].splitlines()
    snippet = "\n".join(line.removeprefix("    ") for line in lines)
    body, now, key = b'{"a": "\xc3\xbc"}', round(time.time()), "a key of enough letters"
    asks = [
        (body, now, key, True),
        (body + b" ", now, key, False),
        (body, now, "another key of letters", False),
        (body, now - 400, key, False),
    ]
    calls = [
        f"assert is_from_gemba({sign(body, at, key)!r}, {told!r}, {tried!r}) is {expected}"
        for told, at, tried, expected in asks
    ]
    program = "\n".join([snippet, *calls])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
