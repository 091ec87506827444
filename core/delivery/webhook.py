"""A webhook: the notice as JSON to a URL of the settings, signed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from core.delivery.addresses import Endpoint
from core.delivery.message import Message, ToldAlert
from core.delivery.outcome import Outcome, never
from core.delivery.post import Post
from core.delivery.posting import Posting
from core.delivery.signing import KEY, sign
from core.delivery.wording import said
from core.translation import gettext as _

#: Of the form of the JSON.
VERSION: Final = 1


class Webhook(Posting):
    """key: signs each call. clock: UTC, naive."""

    def __init__(
        self,
        post: Post,
        endpoints: Mapping[str, Endpoint],
        key: str,
        clock: Callable[[], dt.datetime],
    ) -> None:
        super().__init__(post, endpoints)
        self._key = key
        self._clock = clock

    def send(self, message: Message) -> Outcome:
        """Try once. Raises Unavailable at the deadline."""
        endpoint = self._endpoints.get(message.to)
        if endpoint is None:
            return never(_("GEMBA_WEBHOOKS names no {name!r}.").format(name=message.to))
        body = body_of(message)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Gemba",
            KEY: message.key,
            **sign(body, round(self._clock().replace(tzinfo=dt.UTC).timestamp()), self._key),
        }
        return self._post.send(endpoint, body, headers)


def body_of(message: Message) -> bytes:
    """The JSON of a message: the same bytes for each try. Times are UTC in ISO 8601."""
    notice, words = message.notice, said(message.notice, message.language)
    content = {
        "version": VERSION,
        "key": message.key,
        "kind": notice.kind,
        "plant": message.plant,
        "language": message.language,
        "subject": words.subject,
        "text": words.text,
        "alerts": [_alert(alert) for alert in notice.alerts],
        "settled": notice.settled,
        "link": notice.link,
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def _alert(alert: ToldAlert) -> dict[str, Any]:
    return {
        "id": alert.alert_id,
        "severity": alert.severity,
        "asset": alert.asset,
        "place": alert.place,
        "measure": alert.measure,
        "kind": alert.kind,
        "value": alert.value,
        "limit": alert.limit,
        "unit": alert.unit,
        "raised_at": _utc(alert.raised_at),
        "returned_at": _utc(alert.returned_at),
        "action": alert.action,
    }


def _utc(moment: dt.datetime | None) -> str | None:
    return None if moment is None else f"{moment.isoformat(timespec='seconds')}Z"
