"""Small pieces of a JSON Schema: objects, lists, and conditions on columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.semantic.model import ColumnType
from core.semantic.query import Op
from core.semantic.written import bounds

Schema = dict[str, Any]

_DAY = "(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = "T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
DATE: Schema = {"type": "string", "pattern": f"^{_DAY}$"}
MOMENT: Schema = {"type": "string", "pattern": f"^{_DAY}({_TIME})?$"}
TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": bounds.TEXT}
NUMBER: Schema = {"type": "number", "minimum": -bounds.NUMBER, "maximum": bounds.NUMBER}
TRUE: Schema = {"type": "boolean", "enum": [True]}
OF_TYPE: dict[ColumnType, Schema] = {
    "string": TEXT,
    "integer": NUMBER,
    "double": NUMBER,
    "date": DATE,
    "datetime": MOMENT,
    "boolean": {"type": "boolean"},
}
ONE = (Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE)
SAME = (Op.EQ, Op.NE)
MANY = (Op.IN, Op.NOT_IN)


def object_of(required: Schema, optional: Schema | None = None) -> Schema:
    """An object of these properties, the required ones first."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def one_of(names: Iterable[str]) -> Schema:
    """A text that is one of these."""
    return {"type": "string", "enum": [str(name) for name in names]}


def array_of(item: Schema, low: int, high: int) -> Schema:
    """A list of `low` to `high` such items."""
    return {"type": "array", "items": item, "minItems": low, "maxItems": high}


def whole(low: int, high: int) -> Schema:
    """A whole number, both ends included."""
    return {"type": "integer", "minimum": low, "maximum": high}


def any_of(*options: Schema) -> Schema:
    """What fits one of these at least."""
    return options[0] if len(options) == 1 else {"anyOf": list(options)}


def condition(names: list[str], ops: Iterable[Op], value: Schema, low: int, high: int) -> Schema:
    """A condition by one of the operators, with `low` to `high` values."""
    return object_of(
        {"column": one_of(names), "op": one_of(ops), "values": array_of(value, low, high)}
    )


def compared(names: list[str], kind: ColumnType, ops: tuple[Op, ...]) -> list[Schema]:
    """Conditions on columns of one type."""
    if not names:
        return []
    value = OF_TYPE[kind]
    found = [condition(names, ops, value, 1, 1)]
    if Op.LT in ops:
        found.append(condition(names, (Op.BETWEEN,), value, 2, 2))
    return [*found, condition(names, MANY, value, 1, bounds.VALUES)]


def conditions_on_part(part: str) -> list[Schema]:
    """Conditions on a part of the time, such as `@hour`."""
    value = whole(*bounds.PARTS[part])
    return [
        condition([part], ONE, value, 1, 1),
        condition([part], (Op.BETWEEN,), value, 2, 2),
        condition([part], MANY, value, 1, bounds.VALUES),
    ]
