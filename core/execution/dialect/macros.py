"""DuckDB macros that give StarRocks' values where DuckDB's own functions differ.

They live in the connection's temporary schema, made before the configuration is locked. Each has a
row in tests/execution/test_dialect.py; the sources are in that table.
"""

from __future__ import annotations

_LENIENT = (
    "'%Y%m%d%H%M%S', '%Y%m%d', '%y%m%d', '%Y.%m.%d', '%Y.%m.%dT%H.%M.%S', '%Y/%m/%d', "
    "'%Y/%m/%d %H:%M:%S'"
)

MACROS: tuple[str, ...] = (
    # A text is read leniently, so is a whole number such as 20260630; what is no date is NULL.
    f"""CREATE TEMP MACRO sr_datetime(x) AS CASE
        WHEN typeof(x) IN ('VARCHAR', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT')
            THEN COALESCE(TRY_CAST(x AS TIMESTAMP), try_strptime(CAST(x AS VARCHAR), [{_LENIENT}]))
        ELSE TRY_CAST(x AS TIMESTAMP) END""",
    # A number is cut, not rounded; a text must be a whole number; a date is 20260630.
    r"""CREATE TEMP MACRO sr_bigint(x) AS CASE
        WHEN typeof(x) IN ('DOUBLE', 'FLOAT') OR typeof(x) LIKE 'DECIMAL%'
            THEN TRY_CAST(trunc(TRY_CAST(x AS DOUBLE)) AS BIGINT)
        WHEN typeof(x) = 'VARCHAR'
            THEN CASE WHEN regexp_full_match(CAST(x AS VARCHAR), '\s*[+-]?[0-9]+\s*')
                THEN TRY_CAST(x AS BIGINT) END
        WHEN typeof(x) = 'DATE'
            THEN TRY_CAST(strftime(TRY_CAST(x AS DATE), '%Y%m%d') AS BIGINT)
        WHEN typeof(x) = 'TIMESTAMP'
            THEN TRY_CAST(strftime(TRY_CAST(x AS TIMESTAMP), '%Y%m%d%H%M%S') AS BIGINT)
        ELSE TRY_CAST(x AS BIGINT) END""",
    # Booleans are 1 and 0, whole doubles have no point.
    """CREATE TEMP MACRO sr_text(x) AS CASE
        WHEN typeof(x) = 'BOOLEAN' THEN CASE CAST(x AS VARCHAR) WHEN 'true' THEN '1'
            WHEN 'false' THEN '0' END
        WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN regexp_replace(CAST(x AS VARCHAR), '\\.0$', '')
        ELSE CAST(x AS VARCHAR) END""",
    # week(d, 0): weeks from Sunday, 0-53. week(d, 1): from Monday, week 1 has four days or more.
    "CREATE TEMP MACRO sr_week0(d) AS CAST(strftime(sr_datetime(d), '%U') AS BIGINT)",
    """CREATE TEMP MACRO sr_week1(d) AS CAST(floor((dayofyear(sr_datetime(d)) - 1
        + isodow(date_trunc('year', sr_datetime(d))) - 1) / 7) AS BIGINT)
        + CASE WHEN isodow(date_trunc('year', sr_datetime(d))) <= 4 THEN 1 ELSE 0 END""",
    # Complete months from a to b, by day of month and time of day.
    """CREATE TEMP MACRO sr_months(a, b) AS
        (year(b) * 12 + month(b)) - (year(a) * 12 + month(a))
        - CASE WHEN b >= a AND (b - date_trunc('month', b)) < (a - date_trunc('month', a)) THEN 1
            WHEN b < a AND (b - date_trunc('month', b)) > (a - date_trunc('month', a)) THEN -1
            ELSE 0 END""",
    """CREATE TEMP MACRO sr_diff(unit, a, b) AS CAST(CASE unit
        WHEN 'year' THEN trunc(sr_months(a, b) / 12)
        WHEN 'quarter' THEN trunc(sr_months(a, b) / 3)
        WHEN 'month' THEN sr_months(a, b)
        WHEN 'week' THEN trunc(date_diff('microsecond', a, b) / 604800000000)
        WHEN 'day' THEN trunc(date_diff('microsecond', a, b) / 86400000000)
        WHEN 'hour' THEN trunc(date_diff('microsecond', a, b) / 3600000000)
        WHEN 'minute' THEN trunc(date_diff('microsecond', a, b) / 60000000)
        WHEN 'second' THEN trunc(date_diff('microsecond', a, b) / 1000000)
        WHEN 'millisecond' THEN trunc(date_diff('microsecond', a, b) / 1000) END AS BIGINT)""",
    "CREATE TEMP MACRO sr_div(a, b) AS TRY_CAST(trunc(a / NULLIF(b, 0)) AS BIGINT)",
    """CREATE TEMP MACRO sr_substring(s, p, n) AS CASE WHEN p = 0 OR n <= 0
        THEN CASE WHEN s IS NOT NULL THEN '' END ELSE substring(s, p, n) END""",
    """CREATE TEMP MACRO sr_tail(s, p) AS CASE WHEN p = 0
        THEN CASE WHEN s IS NOT NULL THEN '' END ELSE substring(s, p) END""",
    """CREATE TEMP MACRO sr_part(s, d, n) AS CASE WHEN len(string_split(s, d)) >= n
        THEN split_part(s, d, n) END""",
    "CREATE TEMP MACRO sr_bounded(x) AS CASE WHEN x < TIMESTAMP '10000-01-01' THEN x END",
    "CREATE TEMP MACRO sr_finite(x) AS CASE WHEN isfinite(CAST(x AS DOUBLE)) THEN x END",
    "CREATE TEMP MACRO sr_ln(x) AS CASE WHEN x > 0 THEN ln(x) END",
    "CREATE TEMP MACRO sr_log(b, x) AS CASE WHEN x > 0 AND b > 0 AND b <> 1 THEN ln(x) / ln(b) END",
    "CREATE TEMP MACRO sr_log10(x) AS CASE WHEN x > 0 THEN log10(x) END",
    "CREATE TEMP MACRO sr_log2(x) AS CASE WHEN x > 0 THEN log2(x) END",
    "CREATE TEMP MACRO sr_sqrt(x) AS CASE WHEN x >= 0 THEN sqrt(x) END",
    "CREATE TEMP MACRO sr_asin(x) AS CASE WHEN abs(x) <= 1 THEN asin(x) END",
    "CREATE TEMP MACRO sr_acos(x) AS CASE WHEN abs(x) <= 1 THEN acos(x) END",
)
