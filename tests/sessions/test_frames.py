"""Rows come back as they were, and nothing else comes back at all."""

import datetime as dt
import hashlib
import struct
import subprocess
import sys
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sessions import frames
from core.sessions.frames import CEILING, NotAFrame, pack, unpack
from tests.scaffold.tree import ROOT

ROWS = pa.table(
    {
        "n": pa.array([1, None, 3], pa.int64()),
        "tiny": pa.array([1, 2, 3], pa.uint8()),
        "share": pa.array([0.5, float("nan"), None], pa.float64()),
        "amount": pa.array([Decimal("1.50"), None, Decimal("99999999.99")], pa.decimal128(20, 2)),
        "asset": ["PMP-03", "Kühlturm ↯", None],
        "is_down": [True, None, False],
        "day": [dt.date(2026, 3, 29), None, dt.date(1, 1, 1)],
        "at": pa.array([dt.datetime(2026, 3, 29, 1, 59), None, dt.datetime(2026, 10, 25)]),
        "at_utc": pa.array([0, 1, None], pa.timestamp("us", tz="UTC")),
        "took": pa.array([1, None, 3], pa.duration("ms")),
        "nothing": pa.nulls(3),
        "raw": [b"\x00\xff", None, b""],
    }
)


def test_every_plain_type_comes_back_as_it_was() -> None:
    packed = pack(ROWS, "df:k", notes={"why": "“↯”"})
    assert packed is not None
    data, rows = packed
    frame = unpack(data, "df:k")
    assert (rows, frame.of, frame.is_cut, frame.notes) == (3, 3, False, {"why": "“↯”"})
    assert frame.table.schema.equals(ROWS.schema)
    assert frame.table.drop_columns(["share"]).equals(ROWS.drop_columns(["share"]))
    assert str(frame.table["share"].to_pylist()) == "[0.5, nan, None]"


@pytest.mark.parametrize(
    "rows", [ROWS.slice(0, 0), ROWS.slice(1, 1), pa.table({}), ROWS.select([])]
)
def test_small_tables_come_back(rows: pa.Table) -> None:
    packed = pack(rows, "k")
    assert packed is not None
    assert unpack(packed[0], "k").table.schema.equals(rows.schema)


def test_a_slice_carries_its_own_rows_alone() -> None:
    long = pa.table({"text": [f"row {i} " + "x" * 500 for i in range(5_000)]})
    packed = pack(long.slice(4_000, 3), "k")
    assert packed is not None
    assert len(packed[0]) < 5_000
    assert unpack(packed[0], "k").table["text"][0].as_py().startswith("row 4000 ")


def test_dictionaries_are_written_out() -> None:
    packed = pack(pa.table({"a": pa.array(["x", None, "x"]).dictionary_encode()}), "k")
    assert packed is not None
    assert unpack(packed[0], "k").table.equals(pa.table({"a": ["x", None, "x"]}))


@pytest.mark.parametrize(
    "column",
    [
        pa.array([[1], [2]]),
        pa.array([{"a": 1}, {"a": 2}]),
        pa.array(["a", "b"], pa.string_view()),
        pa.array([b"ab", b"cd"], pa.binary(2)),
    ],
    ids=str,
)
def test_other_types_are_not_kept(column: pa.Array) -> None:
    assert pack(pa.table({"a": column}), "k") is None


def _noise(rows: int, width: int = 8) -> pa.Table:
    """Rows that do not shrink."""
    seed = b"".join(
        hashlib.sha512(struct.pack("<I", i)).digest() for i in range(rows * width // 64 + 1)
    )
    return pa.table({"n": [seed[i * width : (i + 1) * width] for i in range(rows)]})


@pytest.mark.parametrize(("rows", "width"), [(200_000, 48), (9, 1_000_000)])
def test_what_is_too_large_is_cut_and_says_so(rows: int, width: int) -> None:
    table = _noise(rows, width)
    packed = pack(table, "k")
    assert packed is not None
    data, kept = packed
    assert 0.95 * CEILING * 0.9 < len(data) <= CEILING or rows < 10
    frame = unpack(data, "k")
    assert (frame.table.num_rows, frame.of, frame.is_cut) == (kept, rows, True)
    assert frame.table.equals(table.slice(0, kept))
    more = pack(table.slice(0, kept + max(1, kept // 50)), "k")
    assert more is not None
    assert more[1] <= kept + max(1, kept // 50)
    assert kept >= 4


def test_a_row_that_fits_nowhere_keeps_none() -> None:
    assert pack(_noise(1, 6_000_000), "k") is None


def test_rows_that_shrink_well_are_bounded_as_they_stand_in_memory() -> None:
    packed = pack(pa.table({"n": pa.array([7], pa.int64()).take(pa.array([0] * 20_000_000))}), "k")
    assert packed is not None
    assert packed[1] <= frames.MOST_ROWS


def test_a_frame_is_bound_to_its_key() -> None:
    packed = pack(ROWS, "df:acme:{ann:1} a")
    assert packed is not None
    with pytest.raises(NotAFrame, match="another key"):
        unpack(packed[0], "df:acme:{ben:1} a")


@given(st.data())
def test_a_changed_byte_is_refused(data: st.DataObject) -> None:
    packed = pack(ROWS, "k")
    assert packed is not None
    written = bytearray(packed[0])
    at = data.draw(st.integers(0, len(written) - 1))
    written[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(NotAFrame):
        unpack(bytes(written), "k")


@given(st.binary(max_size=300))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(NotAFrame):
        unpack(data, "k")


def forged(body: bytes, notes: bytes = b'{"of":3,"rows":3}', key: str = "k") -> bytes:
    """A frame by somebody who knows how a digest is made."""
    rest = struct.pack("<I", len(notes)) + notes + body
    return b"GMB1" + frames._digest(key, rest) + rest


def _stream(table: pa.Table, **options: object) -> bytes:
    sink = pa.BufferOutputStream()
    made = pa.ipc.IpcWriteOptions(**{"compression": "lz4", **options})  # type: ignore[arg-type]
    with pa.ipc.new_stream(sink, table.schema, options=made) as writer:
        writer.write_table(table)
    found: bytes = sink.getvalue().to_pybytes()
    return found


@given(st.data())
def test_forged_bytes_never_crash(data: st.DataObject) -> None:
    body = bytearray(_stream(ROWS))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        body = body[: data.draw(st.integers(0, len(body)))]
    try:
        frame = unpack(forged(bytes(body)), "k")
    except NotAFrame:
        return
    assert len(str(frame.table.to_pylist())) < 100_000


_LYING = [
    b"", b"[]", b"{}", b"null", b"[" * 60_000, b"\xff",
    b'{"of":3,"rows":2}', b'{"of":2,"rows":3}', b'{"of":3.0,"rows":3}', b'{"of":true,"rows":3}',
    b'{"of":"3","rows":"3"}', b'{"of":NaN,"rows":3}',
]  # fmt: skip


@pytest.mark.parametrize("notes", _LYING)
def test_notes_that_lie_are_refused(notes: bytes) -> None:
    with pytest.raises(NotAFrame):
        unpack(forged(_stream(ROWS), notes), "k")


def test_an_honest_forgery_is_read() -> None:
    """So that the refusals here are for what they seem to be for."""
    assert unpack(forged(_stream(ROWS)), "k").table.num_rows == 3
    assert unpack(forged(_stream(ROWS, compression=None)), "k").table.num_rows == 3


@pytest.mark.parametrize(
    "column",
    [
        pa.array([[1]] * 3),
        pa.array(["a"] * 3, pa.string_view()),
        pa.array(["a"] * 3).dictionary_encode(),
        pa.RunEndEncodedArray.from_arrays(pa.array([3], pa.int32()), pa.array([1])),
    ],
    ids=lambda c: str(c.type),
)
def test_types_that_stand_for_more_than_they_take_are_refused(column: pa.Array) -> None:
    with pytest.raises(NotAFrame):
        unpack(forged(_stream(pa.table({"a": column}))), "k")


def test_rows_that_take_nothing_are_counted() -> None:
    many = 50_000_000
    body = _stream(pa.table({"a": pa.nulls(many)}))
    assert len(body) < 10_000
    with pytest.raises(NotAFrame, match="more than it may"):
        unpack(forged(body, f'{{"of":{many},"rows":{many}}}'.encode()), "k")


_LIES = """
import resource, struct, sys
import pyarrow as pa
from core.sessions.frames import NotAFrame, unpack
from tests.sessions.test_frames import _stream, forged

{make}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    unpack(forged(body, b'{{"of":%d,"rows":%d}}' % (rows, rows)), "k")
except NotAFrame as error:
    print(error)
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
assert grown < 40, f"{{grown}} MiB"
"""
_BOMB = """
rows = 60_000_000
body = _stream(pa.table({"n": pa.nulls(rows, pa.int64()).fill_null(0)}))
assert len(body) < 5 * 2**20, len(body)
"""
_WORD = """
rows = 1000
body = bytearray(_stream(pa.table({"n": list(range(1000))})))
at = body.index(struct.pack("<q", 8000))
body[at:at + 8] = struct.pack("<q", 1 << 46)
body = bytes(body)
"""


@pytest.mark.parametrize("make", [_BOMB, _WORD], ids=["bomb", "word"])
def test_no_head_makes_a_reader_take_memory(make: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _LIES.format(make=make)],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-800:]
    assert "more than it may" in ran.stdout
