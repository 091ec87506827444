"""What channels share that post to a URL which the settings know by a name."""

from __future__ import annotations

from collections.abc import Mapping

from core.delivery.addresses import Endpoint
from core.delivery.message import Message
from core.delivery.post import Post


class Posting:
    """endpoints: by name."""

    def __init__(self, post: Post, endpoints: Mapping[str, Endpoint]) -> None:
        self._post = post
        self._endpoints = endpoints

    @property
    def longest_s(self) -> float:
        """Seconds after which `send` is over."""
        return self._post.longest_s

    def knows(self, to: str, /) -> bool:
        """Whether the settings name it."""
        return to in self._endpoints

    def server(self, message: Message) -> str:
        """Scheme, host and port of its URL."""
        found = self._endpoints.get(message.to)
        return found.server if found is not None else ""
