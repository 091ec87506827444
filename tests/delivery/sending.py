"""A sender in a process of its own: python -m tests.delivery.sending FOLDER URL NOW."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

from core.delivery.channels import open_sender
from core.delivery.outbox import Outbox
from core.settings import Settings


def main(folder: str, url: str, now: str) -> None:
    settings = Settings(
        webhooks=f"scada={url}",
        webhook_key="a key of enough letters",
        webhook_hosts=url.split("/")[2],
        delivery_timeout_s=20.0,
    )

    def clock() -> dt.datetime:
        return dt.datetime.fromisoformat(now)

    open_sender(settings, Outbox(Path(folder)), clock).send_due()


if __name__ == "__main__":
    main(*sys.argv[1:])
