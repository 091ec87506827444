"""Format codes of date_format and str_to_date, as MySQL has them."""

from __future__ import annotations

import re

from sqlglot import exp
from sqlglot.dialects.starrocks import StarRocks

from core.errors import ModelFixable
from core.execution.dialect.trees import call, copied, text, try_cast

_STARROCKS = StarRocks()
_CODE = re.compile(r"%(.)", re.DOTALL)
_JAVA = {
    "yyyyMMdd": "%Y%m%d",
    "yyyy-MM-dd": "%Y-%m-%d",
    "yyyy-MM-dd HH:mm:ss": "%Y-%m-%d %H:%M:%S",
}
#: MySQL's code -> what DuckDB's strftime writes alike.
_ALIKE = {
    "a": "%a", "b": "%b", "c": "%-m", "d": "%d", "e": "%-d", "f": "%f", "H": "%H", "h": "%I",
    "I": "%I", "i": "%M", "j": "%j", "k": "%-H", "l": "%-I", "M": "%B", "m": "%m", "p": "%p",
    "r": "%I:%M:%S %p", "S": "%S", "s": "%S", "T": "%H:%M:%S", "U": "%U", "v": "%V", "W": "%A",
    "w": "%w", "x": "%G", "Y": "%Y", "y": "%y", "%": "%%",
}  # fmt: skip
#: MySQL's code -> the macro that writes it.
_WRITTEN = {"D": "sr_ordinal", "u": "sr_week1_text", "V": "sr_week2_text", "X": "sr_year2_text"}
#: MySQL's code -> most digits that it reads.
_READ = {
    "Y": 4, "m": 2, "c": 2, "d": 2, "e": 2, "H": 2, "k": 2, "i": 2, "s": 2, "S": 2, "f": 6,
}  # fmt: skip
_PARTS = ("Y", "m", "d", "H", "i", "s", "f")
_ONE_NAME = {"c": "m", "e": "d", "k": "H", "S": "s"}


def mysql_format(node: exp.Expr) -> str:
    """The format as StarRocks reads it; sqlglot holds it in Python's codes."""
    written = _STARROCKS.generator().format_time(node)
    if not written:
        raise ModelFixable("A date format must be a plain text.", hint="For example '%Y-%m-%d'.")
    return str(exp.maybe_parse(written, dialect="starrocks").this)


def write_date(at: exp.Expr, form: str) -> exp.Expr:
    """A moment written in a format. at: a TIMESTAMP."""
    if form in _JAVA:
        return call("strftime", at, text(_JAVA[form]))
    pieces: list[exp.Expr] = []
    run = ""
    done = 0
    for found in _CODE.finditer(form):
        run += form[done : found.start()]
        done = found.end()
        code = found[1]
        if code in _WRITTEN:
            if run:
                pieces.append(call("strftime", copied(at), text(run)))
            pieces.append(call(_WRITTEN[code], copied(at)))
            run = ""
        else:
            run += _ALIKE.get(code, "%%" if code == "%" else code)
    run += form[done:]
    if run or not pieces:
        pieces.append(call("strftime", copied(at), text(run)))
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = exp.DPipe(this=whole, expression=piece)
    return exp.Paren(this=whole) if len(pieces) > 1 else whole


def read_date(value: exp.Expr, form: str, to: str) -> exp.Expr:
    """A text read in a format, NULL when it does not fit; what follows is passed over, as
    StarRocks does. to: DATE or TIMESTAMP."""
    pattern, places = _pattern(form.replace("%T", "%H:%i:%s"))
    missing = {"Y", "m", "d"} - set(places)
    if missing:
        raise ModelFixable(
            "STR_TO_DATE needs a year, a month and a day in its format.",
            hint="For example '%Y-%m-%d' or '%Y-%m-%d %H:%i:%s'.",
        )
    shape = _iso(places)
    # The match decides: a text that does not fit comes through unchanged, and must be NULL.
    found = call("regexp_matches", value, text(pattern))
    parts = call("regexp_replace", copied(value), text(pattern), text(shape))
    return exp.Case(ifs=[exp.If(this=found, true=try_cast(parts, to))])


def _pattern(form: str) -> tuple[str, dict[str, int]]:
    """A regular expression for the format, and the group of each part."""
    pieces = [r"(?s)^\s*"]
    places: dict[str, int] = {}
    done = 0
    for found in _CODE.finditer(form):
        pieces.append(re.escape(form[done : found.start()]).replace(r"\ ", r"\s*"))
        done = found.end()
        code = found[1]
        part = _ONE_NAME.get(code, code)
        width = _READ.get(code)
        if width is None or part in places:
            raise ModelFixable(
                f"STR_TO_DATE does not read the code %{code} here.",
                hint="It reads %Y, %m, %d, %H, %i, %s and %f, each once.",
            )
        places[part] = len(places) + 1
        # Digits follow at once: the earlier code takes all that it may.
        full = form[done : done + 1] == "%"
        pieces.append(rf"(\d{{{width}}})\s*" if full else rf"(\d{{1,{width}}})")
    pieces.append(re.escape(form[done:]).replace(r"\ ", r"\s*"))
    pieces.append(".*$")
    return "".join(pieces), places


def _iso(places: dict[str, int]) -> str:
    """The groups in ISO order, as a replacement."""
    year, month, day, hour, minute, second, fraction = (
        rf"\{places[part]}" if part in places else "" for part in _PARTS
    )
    clock = f"{hour or '0'}:{minute or '0'}:{second or '0'}"
    return f"{year}-{month}-{day} {clock}" + (f".{fraction}" if fraction else "")
