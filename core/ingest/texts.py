"""Text files as UTF-8: which encoding they are in, and a copy where they are not what can be read.

A file that is UTF-8 already is read in its place, after all of it was checked; any other, and one
that is packed, is written to the workspace as UTF-8. Both go through the file once, in pieces.
"""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

from core.errors import UserFixable
from core.ingest.finding import Source
from core.ingest.workspace import Progress, Workspace, size_text
from core.translation import told

#: What can be chosen; the first that fits is recognised.
ENCODINGS: Final = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1")
_CHUNK: Final = 4 * 1024 * 1024
_SAMPLE: Final = 1024 * 1024
#: A packed file may grow by so much; a column that never changes gives some hundreds.
MOST_RATIO: Final = 400
_RATIO_FROM: Final = 64 * 1024 * 1024
#: Bytes that cp1252 leaves free.
_NOT_CP1252: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_NUL: Final = b"\0"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that can be read. path: of the UTF-8 text, or of the packed columns. encoding: what
    the source is in; None where it has none. lines: of a text, the empty ones too; None where they
    are not known. size: bytes of what is read."""

    source: Source
    path: Path
    encoding: str | None
    lines: int | None
    size: int
    is_canonical: bool = False


def recognise_encoding(sample: bytes, *, is_cut: bool) -> str:
    """The encoding of a text by some of its bytes; `latin-1` is never guessed."""
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Text of Latin letters in UTF-16 has a NUL in every other byte.
    half = len(sample) // 2
    if half > 1:
        if sample[1::2].count(0) > 0.4 * half and sample[::2].count(0) < 0.1 * half:
            return "utf-16-le"
        if sample[::2].count(0) > 0.4 * half and sample[1::2].count(0) < 0.1 * half:
            return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=not is_cut)
    except UnicodeDecodeError:
        return "utf-8" if _is_mostly_utf8(sample) else "cp1252"
    return "utf-8"


def _is_mostly_utf8(sample: bytes) -> bool:
    """Whether letters beyond ASCII are UTF-8's, so that one byte that is not is an error."""
    good = len(re.findall(rb"[\xc3-\xf4][\x80-\xbf]+", sample))
    beyond = len(re.findall(rb"[\x80-\xff]+", sample))
    return good > 0.5 * beyond


def prepare(
    source: Source,
    encoding: str | None,
    place: Workspace,
    number: int,
    most_bytes: int,
    progress: Progress,
) -> Prepared:
    """A text file that DuckDB can read. number: of the file, which names its copy.

    encoding: as chosen; None to recognise it. most_bytes: that a packed file may grow to. Raises
    UserFixable with line and byte for what is not of the encoding, and for a file that grows
    without measure.
    """
    sample, is_cut = _sample(source)
    if _NUL * 64 in sample and not sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UserFixable(
            told("{name} holds no text but NUL bytes. Get the file again.", name=source.name)
        )
    name = encoding or recognise_encoding(sample, is_cut=is_cut)
    if name == "cp1252" and encoding is None and _NOT_CP1252.search(sample):
        raise UserFixable(
            told(
                "{name} is neither UTF-8 nor cp1252. Say with the option for the encoding what "
                "it is in, or save it as UTF-8.",
                name=source.name,
            )
        )
    must_copy = source.is_gzip or name not in ("utf-8", "utf-8-sig")
    if not must_copy:
        seen = _Seen(name)
        for piece in _pieces(source, most_bytes, progress):
            seen.take(source, piece)
        seen.end(source)
        if not seen.has_mixed_ends and not seen.has_nul:
            return Prepared(source, source.path, name, seen.lines, source.size)
    return _copied(source, name, place, number, most_bytes, progress)


class _Seen:
    """Goes through bytes: whether they are UTF-8, how many lines they have and how they end."""

    def __init__(self, name: str) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.name = name
        self.lines = 0
        self.bytes = 0
        self._crlf = 0
        self._cr = 0
        self._last = b""
        self.has_nul = False

    @property
    def has_mixed_ends(self) -> bool:
        """Whether lines end in more than one way."""
        plain = self.lines - self._crlf
        alone = self._cr - self._crlf
        return sum(count > 0 for count in (plain, self._crlf, alone)) > 1

    def take(self, source: Source, piece: bytes) -> None:
        if not piece.isascii() or self._decoder.getstate()[0]:
            try:
                self._decoder.decode(piece)
            except UnicodeDecodeError as error:
                pending = len(error.object) - len(piece)
                self._refuse(source, piece, error.start - pending, error.object[error.start])
        self.has_nul = self.has_nul or _NUL in piece
        self.lines += piece.count(b"\n")
        self._cr += piece.count(b"\r")
        self._crlf += piece.count(b"\r\n") + (self._last == b"\r" and piece[:1] == b"\n")
        self._last = piece[-1:]
        self.bytes += len(piece)

    def end(self, source: Source) -> None:
        try:
            self._decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            self._refuse(source, b"", -len(error.object), error.object[0])
        if self.lines == 0 and self._cr:
            self.lines = self._cr
        if self._last not in (b"\n", b"\r") and self.bytes:
            self.lines += 1

    def _refuse(self, source: Source, piece: bytes, at: int, byte: int) -> None:
        line = self.lines + piece[: max(at, 0)].count(b"\n") + 1
        raise UserFixable(
            told(
                "{name}, line {line}: the byte 0x{byte} at {at} of the file is not UTF-8. Nothing "
                "was imported. Mend that line, or say that the file is in cp1252 or latin-1.",
                name=source.name,
                line=f"{line:,}",
                byte=f"{byte:02X}",
                at=f"{self.bytes + at:,}",
            )
        )


def _copied(
    source: Source,
    name: str,
    place: Workspace,
    number: int,
    most_bytes: int,
    progress: Progress,
) -> Prepared:
    """A copy as UTF-8 with plain line ends."""
    path = place.folder / f"{number}.txt"
    if not source.is_gzip:
        place.need(source.size * (2 if name in ("cp1252", "latin-1") else 1), source.name)
    decoder = codecs.getincrementaldecoder(name)()
    is_utf8 = name in ("utf-8", "utf-8-sig")
    seen = _Seen("utf-8")
    lines, size, ends, text = 0, 0, b"", b""
    with path.open("wb") as out:
        for piece in _pieces(source, most_bytes, progress):
            if is_utf8:
                seen.take(source, piece)
                text = piece
            else:
                text = _decoded(source, decoder, piece, lines).encode()
            text, ends = _plain_ends(ends + text)
            text = text.replace(_NUL, b"")
            lines += text.count(b"\n")
            size += out.write(text)
            _check_room(place, source, size)
        if is_utf8:
            seen.end(source)
        else:
            rest = _decoded(source, decoder, b"", lines, final=True).encode()
            ends += rest
        last = ends.replace(b"\r", b"\n")
        size += out.write(last)
        lines += last.count(b"\n") + (not (last or text).endswith(b"\n"))
    if size == 0:
        raise UserFixable(told("{name} is empty. Get the file again.", name=source.name))
    return Prepared(source, path, name, lines, size)


def _decoded(
    source: Source,
    decoder: codecs.IncrementalDecoder,
    piece: bytes,
    lines: int,
    *,
    final: bool = False,
) -> str:
    try:
        return decoder.decode(piece, final=final)
    except UnicodeDecodeError as error:
        raise UserFixable(
            told(
                "{name}, near line {line}: some bytes are not {encoding}. Nothing was imported. "
                "Choose another encoding, or save the file as UTF-8.",
                name=source.name,
                line=f"{lines + piece[: error.start].count(10) + 1:,}",
                encoding=error.encoding,
            )
        ) from error


def _plain_ends(piece: bytes) -> tuple[bytes, bytes]:
    """The piece with line feeds alone at line ends, and a last return that waits for what comes."""
    rest = b"\r" if piece.endswith(b"\r") else b""
    piece = piece[: len(piece) - len(rest)]
    if b"\r" in piece:
        piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return piece, rest


def _sample(source: Source) -> tuple[bytes, bool]:
    """The first bytes of a file, unpacked, and whether there are more."""
    with opened(source) as file:
        try:
            sample = file.read(_SAMPLE)
        except (OSError, EOFError, zlib.error) as error:
            raise broken_gzip(source) from error
    return sample, len(sample) == _SAMPLE


def _pieces(source: Source, most_bytes: int, progress: Progress) -> Iterator[bytes]:
    """All bytes of a file, unpacked. Raises UserFixable where it grows without measure."""
    grown = 0
    with source.path.open("rb") as packed:
        file = cast("IO[bytes]", gzip.GzipFile(fileobj=packed)) if source.is_gzip else packed
        while True:
            try:
                piece = file.read(_CHUNK)
            except (OSError, EOFError, zlib.error) as error:
                raise broken_gzip(source) from error
            if not piece:
                return
            grown += len(piece)
            if source.is_gzip:
                check_growth(source.name, source.size, grown, most_bytes)
            progress("read", min(1.0, packed.tell() / max(1, source.size)))
            yield piece


def is_too_much(packed: int, grown: int, most_bytes: int) -> bool:
    """Whether so many bytes unpack into more than they may."""
    return grown > most_bytes or (grown > _RATIO_FROM and grown > MOST_RATIO * packed)


def check_growth(name: str, packed: int, grown: int, most_bytes: int) -> None:
    """Raises UserFixable for a packed file that unpacks into more than it may."""
    if is_too_much(packed, grown, most_bytes):
        raise UserFixable(
            told(
                "{name} is {packed} packed and over {grown} unpacked, which is more than may be "
                "({most}, or {ratio} times). Nothing was imported. If the file is right, unpack "
                "it first, or raise GEMBA_IMPORT_UNPACKED_GB.",
                name=name,
                packed=size_text(packed),
                grown=size_text(grown),
                most=size_text(most_bytes),
                ratio=MOST_RATIO,
            )
        )


def opened(source: Source) -> IO[bytes]:
    """A file for reading, unpacked."""
    if source.is_gzip:
        return cast("IO[bytes]", gzip.open(source.path, "rb"))
    return source.path.open("rb")


def broken_gzip(source: Source) -> UserFixable:
    """What to say of a packed file that ends early or is none."""
    if not source.is_gzip:
        return UserFixable(
            told("{name} cannot be read to its end. Get the file again.", name=source.name)
        )
    return UserFixable(
        told("{name} is broken or not complete. Get the file again.", name=source.name)
    )


def _check_room(place: Workspace, source: Source, size: int) -> None:
    if size % (64 * _CHUNK) < _CHUNK:
        place.need(_CHUNK, source.name)
