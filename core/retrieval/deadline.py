"""HTTP requests that keep to the deadline of the call that they are part of.

httpx bounds each step alone. Here each step gets what is left of the call's time, and the body is
cut off at its end.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import httpx

from core.deadlines import time_left


class DeadlineTransport(httpx.HTTPTransport):
    """A transport whose requests keep to the deadline of the `Bounded` call that they are part of.

    most_bytes: a longer answer is an error, so that a wrong server cannot fill the memory.
    """

    def __init__(self, *, verify: ssl.SSLContext, most_bytes: int = 64 * 2**20) -> None:
        super().__init__(verify=verify, trust_env=False)
        self._most_bytes = most_bytes

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        left = time_left()
        if left is not None:
            if left <= 0:
                raise httpx.ReadTimeout("out of time", request=request)
            request.extensions["timeout"] = dict.fromkeys(
                ("connect", "read", "write", "pool"), left
            )
        response = super().handle_request(request)
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_UntilDeadline(response.stream, request, self._most_bytes),
            extensions=response.extensions,
        )


class _UntilDeadline(httpx.SyncByteStream):
    def __init__(
        self,
        stream: httpx.SyncByteStream | httpx.AsyncByteStream,
        request: httpx.Request,
        most_bytes: int,
    ) -> None:
        if not isinstance(stream, httpx.SyncByteStream):
            raise TypeError("a stream of a synchronous transport is expected")
        self._stream = stream
        self._request = request
        self._most_bytes = most_bytes

    def __iter__(self) -> Iterator[bytes]:
        seen = 0
        for piece in self._stream:
            left = time_left()
            if left is not None and left <= 0:
                raise httpx.ReadTimeout("out of time in the answer", request=self._request)
            seen += len(piece)
            if seen > self._most_bytes:
                raise httpx.ReadError("the answer is too long", request=self._request)
            yield piece

    def close(self) -> None:
        self._stream.close()
