"""A process that works on one turn until it is stopped or ended:

python -m tests.conversations.worker FOLDER URL CONVERSATION TURN
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from core.conversations import Conversations, ConversationStore
from core.conversations.beats import Beats
from core.sessions.address import read_address
from core.sessions.link import Link
from core.types import Answer, CancelToken, Progress
from tests.sessions.conftest import ANN


def main() -> None:
    folder, url, conversation, turn = sys.argv[1:]
    link = Link(read_address(url), timeout_s=2.0)
    talks = Conversations(ConversationStore(Path(folder)), Beats(link, beat_s=0.1))

    def work(stop: CancelToken) -> Iterator[Progress | Answer]:
        yield Progress("run", "Reading the data", 1.0, "SELECT 1")
        until = time.monotonic() + 60
        while not stop.is_set() and time.monotonic() < until:
            time.sleep(0.01)

    for _ in talks.follow(ANN, conversation, turn, "energy", "plant", None, work):
        print("at work", flush=True)
    print("ended", flush=True)


if __name__ == "__main__":
    main()
