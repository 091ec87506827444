"""Functions that people ask for and that are not offered, by their name in capitals: why, and what
to write instead. A function that is neither here nor on the allow-list is refused all the same."""

from __future__ import annotations

from core.translation import marked

_CLOCK = (
    marked("its value is the server's clock's"),
    marked("write the date as a literal, such as '2026-06-30'"),
)
_TIME = (
    marked("it gives a TIME, which results do not hold"),
    marked("TIMESTAMPDIFF(SECOND, a, b), or DATE_FORMAT"),
)
_SIZE = (
    marked("the size of its result is not bounded"),
    marked("REPEAT(' ', 10), or LPAD up to a plain length"),
)
_HASH = marked("a hash or a code of a text can be tried until it fits"), ""
_ARRAY = (
    marked("results hold no arrays, maps or JSON"),
    marked("GROUP_CONCAT, or one row for each value"),
)
_SKETCH = marked("sketches are estimates of their own kind on each store"), "COUNT(DISTINCT x)"
_BITS = marked("operators on bits bind differently in other SQL"), ""
_CHANCE = marked("its value differs each time"), ""
_SERVER = marked("it tells about the server or the user"), ""

WHY_NOT: dict[str, tuple[str, str]] = {
    **dict.fromkeys(
        ("NOW", "CURDATE", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURTIME",
         "UTC_TIMESTAMP", "UTC_DATE", "UTC_TIME", "LOCALTIMESTAMP"),
        _CLOCK,
    ),
    **dict.fromkeys(("TIME_TO_SEC", "SEC_TO_TIME", "TIMEDIFF", "TIME_FORMAT", "TIME"), _TIME),
    **dict.fromkeys(("SPACE",), _SIZE),
    **dict.fromkeys(
        ("HEX", "UNHEX", "CRC32", "SHA2", "SHA", "ORD", "CHR", "MURMUR_HASH3_32",
         "XX_HASH3_64", "TO_BASE64", "FROM_BASE64"),
        _HASH,
    ),
    **dict.fromkeys(
        ("SPLIT", "PARSE_JSON", "GET_JSON_STRING", "GET_JSON_INT", "GET_JSON_DOUBLE",
         "JSON_QUERY", "UNNEST", "NAMED_STRUCT", "MAP"),
        _ARRAY,
    ),
    **dict.fromkeys(
        ("BITMAP_UNION_COUNT", "BITMAP_COUNT", "BITMAP_UNION", "TO_BITMAP", "HLL_UNION_AGG",
         "HLL_CARDINALITY", "HLL_HASH"),
        _SKETCH,
    ),
    **dict.fromkeys(("BITAND", "BITOR", "BITXOR", "BITNOT"), _BITS),
    **dict.fromkeys(("RAND", "RANDOM", "UUID"), _CHANCE),
    **dict.fromkeys(("VERSION", "CURRENT_VERSION", "CURRENT_USER", "USER", "DATABASE",
                     "CONNECTION_ID"), _SERVER),
    "NTH_VALUE": (
        marked("StarRocks does not document it"),
        marked("FIRST_VALUE or LAST_VALUE over a frame"),
    ),
    "WIDTH_BUCKET": (
        marked("what it gives at the edges is not documented"),
        "FLOOR((x - low) / width)",
    ),
    "LOGICAL_OR": (marked("older StarRocks lack it"), "MAX(IF(condition, 1, 0))"),
    "LOGICAL_AND": (marked("older StarRocks lack it"), "MIN(IF(condition, 1, 0))"),
    "DIVIDE": (marked("the operator says the same"), "a / b"),
    "CONV": (marked("numbers in other bases are no figures"), ""),
    "JODATIME_FORMAT": (marked("there is one way to write dates"), "DATE_FORMAT"),
}  # fmt: skip
