"""Stream Load over HTTP: a front end says which back end, the back end takes the batch.

A batch keeps its label through all attempts, and StarRocks takes a label once. So whatever
happened to an attempt - refused, lost in the middle, committed with its reply lost - sending the
same batch again is right. (Labels are kept for three days: label_keep_max_second.)
"""

import gzip
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Literal, Self

import httpx

from data.starrocks.batches import Batch, LoadFailedError

Outcome = Literal["loaded", "loaded, not visible yet", "was there already"]
_Kind = Literal["done", "again", "stop"]

_HOPS: Final = 3
_REPLY_BYTES: Final = 65_536
_SHOWN: Final = 500
_LONGEST_PAUSE_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Reply:
    """HTTP status and the first 64 KiB of the body."""

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reply means: `done` with an outcome, `again` later, or `stop`, with the reason."""

    kind: _Kind
    reason: str = ""
    outcome: Outcome = "loaded"


def judge(reply: Reply, batch: Batch) -> Verdict:
    """What a back end's reply to a batch means. Its Status counts, not the HTTP status: a load that
    failed comes with 200."""
    if reply.status in (401, 403):
        return Verdict(
            "stop",
            f"StarRocks refused the account (HTTP {reply.status}). Check its name and password, "
            "and that it may INSERT into the table.",
        )
    said = _object(reply.text)
    status = str(said.get("Status", ""))
    message = str(said.get("Message") or said.get("msg") or "no message")[:_SHOWN]
    match status.lower():
        case "success":
            return _loaded_in_full(said, batch)
        case "publish timeout":
            return Verdict("done", outcome="loaded, not visible yet")
        case "label already exists":
            return _label_exists(str(said.get("ExistingJobStatus", "")), message)
        case "fail" | "failed":
            return _failed(str(said.get("ErrorURL") or ""), message)
    if reply.status >= 500 or reply.status == 429:
        return Verdict("again", f"the server answered with HTTP {reply.status}")
    shown = " ".join(reply.text.split())[:_SHOWN]
    return Verdict("stop", f"The answer (HTTP {reply.status}) is none of Stream Load: {shown!r}.")


def _object(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _loaded_in_full(said: dict[str, Any], batch: Batch) -> Verdict:
    loaded = said.get("NumberLoadedRows", batch.rows)
    if loaded == batch.rows:
        return Verdict("done")
    return Verdict(
        "stop",
        f"StarRocks says it loaded {loaded} of {batch.rows} rows. Empty the table and load again.",
    )


def _label_exists(job: str, message: str) -> Verdict:
    if job.upper() in ("FINISHED", "VISIBLE", "COMMITTED"):
        return Verdict("done", outcome="was there already")
    if job.upper() in ("RUNNING", "PREPARE", "PREPARED"):
        return Verdict("again", "an earlier attempt is still running")
    return Verdict("stop", f"The label is taken by a load that is {job or 'unknown'}: {message}.")


def _failed(error_url: str, message: str) -> Verdict:
    """Rows that StarRocks cannot take come with an ErrorURL and will not get better."""
    if error_url:
        return Verdict("stop", f"StarRocks refused rows: {message}. The rows are at {error_url}")
    lasting = ("unknown database", "unknown table", "access denied", "denied", "not exist")
    if any(word in message.lower() for word in lasting):
        return Verdict("stop", f"StarRocks refused the load: {message}.")
    return Verdict("again", f"the load failed: {message}")


class _LostError(Exception):
    """An attempt without an answer; the message says how it was lost."""


class StreamLoadClient:
    """Loads batches through one front end.

    url: `http://fe:8030`, without a path. allowed: `host` or `host:port` of back ends that the
    password may be sent to; the front end's own host always may. timeout_s: the longest a load may
    take. pause: waits so many seconds between attempts.
    """

    def __init__(
        self,
        url: str,
        database: str,
        user: str,
        password: str,
        *,
        allowed: Iterable[str] = (),
        compress: bool = False,
        timeout_s: float = 600.0,
        attempts: int = 8,
        ca_file: str | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._front = _front_end(url)
        self._database = database
        self._auth = httpx.BasicAuth(user, password)
        self._allowed = {self._front.host.lower(), *(name.lower() for name in allowed)}
        self._compress = compress
        self._timeout_s = timeout_s
        self._attempts = attempts
        self._pause = pause
        # No proxy from the environment: it would be handed the password.
        self._http = httpx.Client(
            trust_env=False,
            follow_redirects=False,
            verify=_trust(ca_file),
            timeout=httpx.Timeout(connect=10.0, write=60.0, read=timeout_s + 30.0, pool=10.0),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def load(self, batch: Batch) -> Outcome:
        """Send a batch until StarRocks has it once.

        Raises LoadFailedError when it refuses the batch or cannot be reached.
        """
        reason = ""
        for attempt in range(self._attempts):
            if attempt:
                self._pause(min(2.0 ** (attempt - 1), _LONGEST_PAUSE_S))
            try:
                verdict = judge(self._send(batch), batch)
            except _LostError as lost:
                verdict = Verdict("again", str(lost))
            if verdict.kind == "done":
                return verdict.outcome
            reason = verdict.reason
            if verdict.kind == "stop":
                raise LoadFailedError(f"{_named(batch)}: {reason}")
        raise LoadFailedError(
            f"{_named(batch)}: given up after {self._attempts} attempts; the last one: {reason}. "
            "What was loaded stays; the same command goes on from here."
        )

    def _send(self, batch: Batch) -> Reply:
        """Ask the front end for a back end, send the batch there, follow where it points.

        The question has no body and no label: were the server at `url` no front end, it would
        take an empty load under the batch's name.
        """
        path = f"/api/{self._database}/{batch.table}/_stream_load"
        place = self._front.copy_with(path=path)
        answer = self._put(place, {"Expect": "100-continue"}, b"")
        if isinstance(answer, Reply):
            return _not_a_front_end(answer)
        headers, body = self._prepared(batch)
        for _ in range(_HOPS):
            place = self._checked(answer, path)
            answer = self._put(place, headers, body)
            if isinstance(answer, Reply):
                return answer
        raise LoadFailedError(f"{place.host} and others keep sending the load on: check the URL.")

    def _prepared(self, batch: Batch) -> tuple[dict[str, str], bytes]:
        headers = {
            "Expect": "100-continue",
            "label": batch.label,
            "format": "json",
            "strip_outer_array": "true",
            "max_filter_ratio": "0",
            "strict_mode": "true",
            "timezone": "UTC",
            "timeout": str(int(self._timeout_s)),
        }
        if not self._compress:
            return headers, batch.body
        return {**headers, "compression": "gzip"}, gzip.compress(batch.body, 6, mtime=0)

    def _put(self, place: httpx.URL, headers: dict[str, str], body: bytes) -> Reply | str:
        """The reply, or the Location of a redirect. Raises _LostError."""
        until = time.monotonic() + self._timeout_s + 60.0
        try:
            with self._http.stream(
                "PUT", place, headers=headers, content=body, auth=self._auth
            ) as response:
                if response.status_code in (301, 302, 307, 308):
                    return str(response.headers.get("Location", ""))
                text = b""
                for piece in response.iter_bytes():
                    text += piece
                    if len(text) >= _REPLY_BYTES or time.monotonic() > until:
                        break
                return Reply(response.status_code, text[:_REPLY_BYTES].decode("utf-8", "replace"))
        except (httpx.TransportError, httpx.DecodingError) as error:
            what = str(error) or type(error).__name__
            raise _LostError(f"no answer from {place.host}:{place.port}: {what}") from error

    def _checked(self, location: str, path: str) -> httpx.URL:
        """Where a redirect leads, when the password may go there."""
        try:
            place = httpx.URL(location)
        except httpx.InvalidURL as error:
            raise LoadFailedError(f"The front end points to {location!r}, no address.") from error
        port = place.port or (443 if place.scheme == "https" else 80)
        address = f"{place.host.lower()}:{port}"
        if place.host.lower() not in self._allowed and address not in self._allowed:
            raise LoadFailedError(
                f"The front end sends the load on to {address}, which was not named, so the "
                f"password was not sent there. If it is a back end of yours: --allow {address}"
            )
        if place.path != path or place.scheme != self._front.scheme:
            raise LoadFailedError(
                f"The front end sends the load on to {place.scheme}://{address}{place.path}; "
                f"{self._front.scheme} and {path} were expected, so the password was not sent."
            )
        return httpx.URL(scheme=place.scheme, host=place.host, port=place.port, path=path)


def _front_end(url: str) -> httpx.URL:
    """The URL of the front end; raises LoadFailedError for what is none."""
    try:
        place = httpx.URL(url)
    except httpx.InvalidURL:
        place = httpx.URL("")
    if place.scheme not in ("http", "https") or not place.host or place.path not in ("", "/"):
        raise LoadFailedError(f"{url!r} is no front end's address; it looks like http://fe:8030")
    if place.userinfo:
        raise LoadFailedError("The URL holds a password: take it out, it is asked for.")
    return place


def _trust(ca_file: str | None) -> Any:
    """The system's authorities, or those of a file; raises LoadFailedError."""
    if ca_file is None:
        return True
    import ssl

    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise LoadFailedError(f"The CA file {ca_file!r} cannot be read: {error}.") from error


def _not_a_front_end(reply: Reply) -> Reply:
    """The answer to the question itself, unless it took the empty question for a load."""
    if str(_object(reply.text).get("Status", "")).lower() in ("success", "publish timeout"):
        raise LoadFailedError(
            "The server takes loads itself: it is a back end or a proxy before one. "
            "Name the front end's HTTP port (8030 by default)."
        )
    return reply


def _named(batch: Batch) -> str:
    return f"{batch.table} {batch.month}, batch {batch.number}"
