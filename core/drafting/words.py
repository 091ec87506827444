"""The words of names: how a column's name is cut into parts, and what the parts tell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import sqlglot
import yaml
from sqlglot import exp

from core.semantic.units import parse_unit
from core.settings import ROOT

_FILE: Final = ROOT / "data" / "lexicon" / "drafting" / "words.yaml"
_PART: Final = re.compile(r"[^\W_]+", re.UNICODE)
_CAMEL: Final = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])|(?<=[A-Z])(?=[A-Z][a-z])")
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_GERMAN: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"} | {"Ä": "Ae"} | {
    "Ö": "Oe", "Ü": "Ue", "µ": "u", "đ": "d", "Đ": "D", "ø": "o", "æ": "ae", "ł": "l",
})  # fmt: skip
#: Letters that are no plain one with a mark, as imported headers are named.
_STROKES: Final = str.maketrans({"ß": "ss", "đ": "d", "ø": "o", "ł": "l", "æ": "ae", "µ": "u"})
_NOUN: Final = 2  # words of what a number is of, at most
_ENDINGS: Final = re.compile(r"[(~]")  # behind a word that has several forms
#: A unit in brackets, in a header or a comment: `Temp [°C]`, `Druck (bar)`.
_BRACKETS: Final = re.compile(r"[\[(]\s*([^\[\]()]{1,24}?)\s*[\])]")


@dataclass(frozen=True, slots=True)
class Words:
    """The lists of `data/lexicon/drafting/words.yaml`."""

    short: Mapping[str, str]
    table_affixes: frozenset[str]
    units: Mapping[str, str]
    unit_beside: Mapping[str, tuple[str, frozenset[str]]]
    sums: frozenset[str]
    of_the_row: frozenset[str]
    means: frozenset[str]
    codes: frozenset[str]
    ids: frozenset[str]
    ids_before: frozenset[str]
    id_endings: frozenset[str]
    flags: frozenset[str]
    personal: frozenset[str]
    impersonal: frozenset[str]
    time_first: frozenset[str]
    time_end: frozenset[str]
    time_kept: frozenset[str]
    time_planned: frozenset[str]
    time_utc: frozenset[str]
    participles: frozenset[str]
    done: Mapping[str, str]
    around_done: frozenset[str]
    closing: frozenset[str]
    still_open: frozenset[str]
    names: frozenset[str]
    pieces: frozenset[str]
    meant: frozenset[str]
    came: frozenset[str]
    keywords: frozenset[str]
    everyday: frozenset[str]


@cache
def words() -> Words:
    """The lists, read once."""
    found: dict[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    keywords = frozenset(str(found.pop("keywords")).split())
    everyday = frozenset(str(found.pop("everyday")).split())
    lists = {
        key: frozenset(map(str, value)) for key, value in found.items() if isinstance(value, list)
    }
    return Words(
        short={str(k): str(v) for k, v in found["short"].items()},
        units={str(k): str(v) for k, v in found["units"].items()},
        done={str(k): str(v) for k, v in found["done"].items()},
        unit_beside={
            str(k): (str(v["code"]), frozenset(v["beside"]))
            for k, v in found["unit_beside"].items()
        },
        keywords=keywords,
        everyday=everyday,
        **lists,
    )


@cache
def english_words(of: Literal["columns", "tables"] = "columns") -> Mapping[str, str]:
    """What a column, or a row of a table, is called in another language that questions may be in ->
    the English word, as far as it is everyday speech; those that may be several are left out."""
    found: dict[str, set[str]] = {}
    for file in sorted(_FILE.parent.glob("??.yaml")):
        said: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
        for word, texts in said[of].items():
            for text in texts:
                found.setdefault(_ENDINGS.split(str(text))[0], set()).add(str(word))
    return {text: next(iter(words)) for text, words in found.items() if len(words) == 1}


def parts_of(name: str) -> tuple[str, ...]:
    """`MotorTemp_C` -> ('motor', 'temp', 'c'), without what stands in brackets."""
    bare = _BRACKETS.sub(" ", name) if _BRACKETS.sub("", name).strip() else name
    return tuple(
        part.casefold() for word in _PART.findall(bare) for part in _CAMEL.split(word) if part
    )


def is_plain(name: str) -> bool:
    """Whether a name can stand in a model: letters, digits and `_`, and no word of SQL."""
    return _PLAIN.fullmatch(name) is not None and not is_keyword(name)


@cache
def is_keyword(name: str) -> bool:
    """Whether an engine would read the name as a word of its language."""
    for dialect in ("starrocks", "duckdb"):
        try:
            tree = sqlglot.parse_one(f"SELECT SUM({name}) FROM t GROUP BY {name}", read=dialect)
        except sqlglot.errors.SqlglotError:
            return True
        if not isinstance(tree, exp.Select) or len(list(tree.find_all(exp.Column))) != 2:
            return True
    return name.casefold() in words().keywords


def plain_name(name: str, taken: Iterable[str] = ()) -> str:
    """A name that can stand in a model: `Größe (mm)` -> `groesse_mm`, and another one where that
    is taken, whatever its capitals."""
    folded = unicodedata.normalize("NFKD", name.translate(_GERMAN))
    ascii_only = folded.encode("ascii", "ignore").decode()
    made = re.sub(r"[^A-Za-z0-9]+", "_", ascii_only).strip("_").casefold()[:56] or "field"
    if made[0].isdigit():
        made = f"c_{made}"
    if is_keyword(made):
        made = f"{made}_value"
    used = {t.casefold() for t in taken}
    found, n = made, 2
    while found.casefold() in used:
        found, n = f"{made}_{n}", n + 1
    return found


def unit_of(name: str, comment: str = "") -> str | None:
    """The UCUM code that brackets, a comment or the end of a name say; None where none does."""
    for text in (name, comment):
        for typed in _BRACKETS.findall(text):
            code = parse_unit(typed)
            if code:
                return code
    if any("/" in typed for typed in _BRACKETS.findall(comment)):
        return None  # one per another: the end of the name is only what it is per
    if "°C" in comment or "°F" in comment:
        return "Cel" if "°C" in comment else "[degF]"
    found = _unit_end(parts_of(name))
    return found[0] if found else None


def is_figure(name: str, comment: str = "") -> bool:
    """Whether a column's name or comment says that it holds numbers that are summed or averaged."""
    known, parts = words(), parts_of(name)
    spelled = tuple(known.short.get(part, part) for part in parts)
    said = says(spelled, known.means | known.sums) or says(parts, known.means | known.sums)
    return said or unit_of(name, comment) is not None


def _unit_end(parts: tuple[str, ...]) -> tuple[str, int] | None:
    """A unit that the last parts of a name say, and how many they are."""
    known = words()
    for n in (3, 2, 1):
        end = parts[-n:]
        if len(end) == n and len(parts) > n and "_".join(end) in known.units:
            return known.units["_".join(end)], n
    if len(parts) > 1 and parts[-1] in known.unit_beside:
        code, beside = known.unit_beside[parts[-1]]
        if beside & set(parts[:-1]):
            return code, 1
    if len(parts) == 1 and parts[0] in known.units and parts[0] not in ("min", "days", "ma", "w"):
        return known.units[parts[0]], 0
    return None


def label_of(name: str, *, is_key: bool = False, is_flag: bool = False) -> str:
    """What a thing is called: `temp_c` -> `Temperature`, `orderQty` -> `Order quantity`.

    is_key: the last part, such as `id`, says only that it names something, and is left out where
    something stands before it. is_flag: so is a first part such as `is`.
    """
    parts = list(parts_of(name))
    unit = _unit_end(tuple(parts))
    if unit is not None and unit[1]:
        parts = parts[: -unit[1]]
    if is_key and len(parts) > 1 and parts[-1] in ("id", "key", "uuid", "guid", "sk", "pk", "fk"):
        parts = parts[:-1]
    if is_flag and len(parts) > 1 and parts[0] in words().flags:
        parts = parts[1:]
    spelled = " ".join(words().short.get(part, part) for part in parts) or name
    return spelled[:1].upper() + spelled[1:]


def without_unit(name: str, comment: str) -> str:
    """`result` of `result_mg_kg`, by the comment `Result [mg/kg]`; the name itself elsewhere, where
    its end alone may say the unit."""
    header, _, unit = comment.partition("[")
    folded = re.sub(r"[\W_]+", "_", header.casefold()).strip("_")
    is_begun = "/" in unit and folded and name.casefold().startswith(f"{folded}_")
    return name[: len(folded)] if is_begun else name


def header_of(name: str, comment: str) -> str:
    """The header that a column's comment keeps, where the name in the store is that without its
    marks: `Sản phẩm` of `san_pham`; empty for other comments, and for headers without marks."""
    header = comment.partition("(")[0].partition("[")[0].strip()
    if header.isascii():
        return ""
    made = name.casefold()
    for text in (header.casefold().translate(_STROKES), header.casefold().translate(_GERMAN)):
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
        folded = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
        if folded and (made == folded or made.startswith(f"{folded}_")):
            return header
    return ""


def umlauted(label: str) -> tuple[str, ...]:
    """How people type what a file's name spells with two letters: `Auftraege` -> aufträge, and
    aufträgen behind a preposition; nothing where there is no such pair of letters."""
    word = label.casefold()
    typed = word
    for pair, letter in (("ae", "ä"), ("oe", "ö"), ("ue", "ü")):
        typed = typed.replace(pair, letter)
    if typed == word:
        return ()
    return (typed, f"{typed}n") if typed.endswith(("e", "er")) else (typed,)


def table_label(name: str) -> str:
    """What a table is called: `fact_sales` -> `Sales`. A name of one word is the word that people
    have for it: `press` is a machine, where `press_bar` is a pressure."""
    parts = list(parts_of(name))
    affixes = words().table_affixes
    while len(parts) > 1 and parts[0] in affixes:
        parts = parts[1:]
    while len(parts) > 1 and parts[-1] in affixes:
        parts = parts[:-1]
    short = words().short if len(parts) > 1 else {}
    spelled = " ".join(short.get(part, part) for part in parts)
    return spelled[:1].upper() + spelled[1:]


def singular(word: str) -> str:
    """`Entries` -> `entry`: the last word alone, by the plain rules of English."""
    lowered = word.casefold()
    if lowered.endswith("ies") and len(lowered) > 4:
        return lowered[:-3] + "y"
    if lowered.endswith(("sses", "xes", "ches", "shes")):
        return lowered[:-2]
    if lowered.endswith("s") and not lowered.endswith(("ss", "us", "is")):
        return lowered[:-1]
    return lowered


def says(parts: tuple[str, ...], listed: frozenset[str]) -> bool:
    """Whether one of the words, which may be several parts side by side, stands in a name."""
    joined = "_" + "_".join(parts) + "_"
    return any(part in listed for part in parts) or any(
        f"_{word}_" in joined for word in listed if "_" in word
    )


def participle_of(name: str) -> str:
    """What was done at a time, in English: `returned_on` -> `returned`, `Ngay_hoan_thanh` ->
    `completed`; empty where the name does not say."""
    known = words()
    parts = list(parts_of(plain_name(name))) if not name.isascii() else list(parts_of(name))
    while len(parts) > 1 and parts[-1] in known.around_done:
        parts.pop()
    while len(parts) > 1 and parts[0] in known.around_done:
        parts.pop(0)
    if (done := known.done.get("_".join(parts))) is not None:
        return done
    is_one = len(parts) == 1 and (
        parts[0] in known.participles or (len(parts[0]) > 4 and parts[0][-2:] == "ed")
    )
    return parts[0] if is_one else ""


def names_one(parts: tuple[str, ...]) -> bool:
    """Whether a column's name says that it is the number of one thing: `Heat no`, `Belegnummer`."""
    known = words()
    if not parts:
        return False
    is_ending = any(parts[-1].endswith(ending) for ending in known.id_endings)
    return parts[-1] in known.ids or parts[0] in known.ids_before or is_ending


def numbered(name: str) -> str:
    """What a number is of: `Heat no` -> `heat`, `ma_lenh` (a number and an order) -> `lenh`; empty
    where the name says nothing beside that it is one."""
    parts, known = list(parts_of(name)), words()
    if parts and parts[-1] in known.ids:
        parts.pop()
    elif parts and parts[0] in known.ids_before:
        parts.pop(0)
    else:
        return ""
    is_noun = len(parts) <= _NOUN and all(p.isalpha() and len(p) > 1 for p in parts)
    return " ".join(parts) if is_noun else ""
