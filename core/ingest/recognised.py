"""What was recognised of files, and what somebody chose instead: values that are shown before
anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from core.cells import CellType, DateForm, NumberMarks
from core.ingest.dress import Dress
from core.ingest.mapping import TagRow
from core.ingest.texts import Prepared

#: table: rows as they are. wide: a column a tag. long: a row a reading.
Shape = Literal["table", "wide", "long"]
SHAPES: Final[tuple[Shape, ...]] = ("table", "wide", "long")
#: What numbers of quality mean: OPC DA's (192 is good), OPC UA's (0 is good), percent good.
QualityCodes = Literal["da", "ua", "percent"]
QUALITY_CODES: Final[tuple[QualityCodes, ...]] = ("da", "ua", "percent")


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody said; what is None, empty or not named is recognised.

    delimiter: one mark. above: lines over the header to pass over. dates: which of `03/04` comes
    first. time_of_day: header of the column that a date's time stands in, `DATE=TIME` where there
    are several dates, or `none` to keep them apart; hours: whether hour 1 of 24 begins at 00:00, or
    is 01:00. zone: of the plant, into which times with an offset are turned. types: header -> type.
    time, tag, value, quality, unit: headers. mapping: rows of the table of tags; None: as proposed.
    bad_cells: what to do with cells that their column's type cannot hold. repeats: which of two
    readings of one tag and time counts; refuse: neither. totals: what becomes of rows that sum up
    others, where only a word says so.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal: Literal[".", ",", ""] = ""
    thousands: str | None = None
    has_header: bool | None = None
    above: int | None = None
    sheet: str = ""
    dates: Literal["dmy", "mdy", ""] = ""
    time_of_day: str = ""
    hours: Literal["begin", "end", ""] = ""
    zone: str = "UTC"
    types: Mapping[str, CellType] = field(default_factory=dict)
    shape: Shape | None = None
    time: str = ""
    tag: str = ""
    value: str = ""
    quality: str = ""
    unit: str = ""
    quality_codes: QualityCodes | None = None
    mapping: tuple[TagRow, ...] | None = None
    bad_cells: Literal["refuse", "empty"] = "refuse"
    repeats: Literal["refuse", "first", "last"] = "refuse"
    totals: Literal["leave-out", "keep", ""] = ""


@dataclass(frozen=True, slots=True)
class ClockForm:
    """How a column writes times of day. kind: `08:15`, `0815` or `8`. parts: hours and minutes (2),
    or seconds too (3). has_fraction, has_half (am, pm), has_zone: what follows. counts: what hour 1
    of 24 is, of hours that go from 1 to 24 (`24`: nobody said yet); empty for 0 to 23."""

    kind: Literal["colon", "digits", "hour"]
    parts: int = 2
    has_fraction: bool = False
    has_half: bool = False
    has_zone: bool = False
    counts: Literal["begin", "end", "24", ""] = ""

    def written(self) -> str:
        """The format for people, such as `HH:MM`."""
        if self.kind == "hour":
            return "H"
        mark = ":" if self.kind == "colon" else ""
        return (
            mark.join(("HH", "MM", "SS")[: self.parts]) + (".fff" if self.has_fraction else "")
            + (" am/pm" if self.has_half else "") + (" with zone" if self.has_zone else "")
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clock:
    """The column with the time of day of a date. place: among the columns; source: its header."""

    place: int
    source: str
    form: ClockForm


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the files. source: its header as it stands; label: that without the unit; name:
    in the store; unit: UCUM. date: how it writes times, for a date or datetime. is_typed: the file
    itself holds the type, so that no text has to be read. clock: of a date, where its time of day
    stands; they are one time then. part_of: header of the date that this is the time of day of;
    such a column is not stored on its own. dress: what stands around its numbers. is_blank: it has
    no name and holds nothing; it is not stored."""

    source: str
    name: str
    label: str
    type: CellType
    unit: str | None = None
    date: DateForm | None = None
    is_typed: bool = False
    samples: tuple[str, ...] = ()
    clock: Clock | None = None
    part_of: str = ""
    dress: Dress | None = None
    is_blank: bool = False


@dataclass(frozen=True, slots=True)
class TextFile:
    """How one file is read. order: its columns in the file's order, as places in the table's
    columns. first_line: line of its first row, from 0. factors: place -> scale and offset into the
    table's unit, where this file has another one."""

    prepared: Prepared
    order: tuple[int, ...]
    delimiter: str = ","
    first_line: int = 0
    factors: Mapping[int, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Axes:
    """Which columns say what, by their places; None where none does. qualities: place of a tag's
    column -> place of the column with its quality; of a wide file."""

    time: int | None = None
    tag: int | None = None
    value: int | None = None
    quality: int | None = None
    unit: int | None = None
    qualities: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """What the files do not decide. about: the field of Choices that answers it; options: what can
    be chosen, with its words."""

    about: str
    text: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """How rows that sum up others are told, by places of columns. first: where the word stands.
    filled: that all other rows fill. typed: of `first` those that hold no texts. labels: of
    `filled` those that say what a row is of. is_said: somebody said that all of them are."""

    first: tuple[int, ...]
    filled: tuple[int, ...]
    typed: tuple[int, ...]
    labels: tuple[int, ...] = ()
    is_said: bool = False


@dataclass(frozen=True, slots=True)
class Recognised:
    """All that was recognised.

    layout: encoding, delimiter and the like for people, by name. rows: of all files, None where
    they are only known by reading all. sums: how rows that are left out are told, None for none.
    sample: the first rows, as texts. mapping: the table of tags, for wide and long
    files. questions: to be answered before anything is written.
    """

    files: tuple[TextFile, ...]
    columns: tuple[Column, ...]
    marks: NumberMarks
    shape: Shape
    axes: Axes
    choices: Choices
    layout: tuple[tuple[str, str], ...] = ()
    rows: int | None = None
    sample: tuple[tuple[str | None, ...], ...] = ()
    mapping: tuple[TagRow, ...] = ()
    quality_codes: QualityCodes | None = None
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()
    sums: Sums | None = None

    @property
    def stored(self) -> tuple[int, ...]:
        """Places of the columns that become one of the table: all but times of day of a date and
        those that hold nothing below no name."""
        return tuple(place for place, c in enumerate(self.columns) if not (c.part_of or c.is_blank))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files."""
        return tuple(file.prepared.source.name for file in self.files)
