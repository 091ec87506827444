"""Thinking, fences and chatter around an answer; the same however the stream was cut."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.generation.cleaning import Cleaner, Kind, cleaned

SQL = "SELECT line_name, SUM(energy_kwh) AS e\nFROM plant_obt\nGROUP BY line_name"


@pytest.mark.parametrize(
    "reply",
    [
        SQL,
        f"{SQL};",
        f"\ufeff{SQL}\n",
        f"```sql\n{SQL}\n```",
        f"```\n{SQL};\n```",
        f"~~~sql\n{SQL}\n~~~",
        f"```SQL\r\n{SQL}\r\n```\r\n".replace("\n", "\r\n").replace("\r\r", "\r"),
        f"```sql\n{SQL}",
        f"Sure! Here is the SQL:\n\n```sql\n{SQL}\n```\n\nIt sums the energy by line.",
        f"Here is the SQL: {SQL};\n\nThis query sums the energy; by line.",
        f"Sure:\n{SQL};\nLet me know if you need more.",
        f"First the tables:\n```\nplant_obt\n```\nThen:\n```sql\n{SQL}\n```",
        f"```sql\n{SQL}\n```\nor\n```sql\nSELECT 2\n```",
        f"<think>SELECT 1 would be wrong.</think>\n{SQL}",
        f"<think>a <think>b</think> SELECT 3</think>{SQL}",
        f"<THINKING>\nSELECT 1;\n</THINKING>\n```sql\n{SQL}\n```",
        f"Okay, the user wants energy. SELECT 1?\n</think>\n\n{SQL}",
        f"{SQL}\n<think>was that right? SELECT 9",
        f"\x1b[32m{SQL}\x1b[0m",
        f"\x1b]0;title\x07{SQL}",
        SQL.replace("SELECT", "SEL\u200bECT"),
        f"`{SQL}`",
        f"◁think▷hm◁/think▷{SQL}",
    ],
)
def test_the_statement_is_found(reply: str) -> None:
    assert cleaned(reply, "sql") == SQL


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        ("NONE", "NONE"),
        ("", ""),
        ("<think>I do not know", ""),
        ("</think>", ""),
        ("With the data at hand I cannot say.", "With the data at hand I cannot say."),
        ("```\nNONE\n```", "NONE"),
        (
            "SELECT ';' AS a, \"x;y\" AS b -- c;\n, 1; That is it.",
            "SELECT ';' AS a, \"x;y\" AS b -- c;\n, 1",
        ),
        ("SELECT 'it''s; fine' AS a; ok", "SELECT 'it''s; fine' AS a"),
        ("WITH a AS (SELECT 1) SELECT * FROM a;\nDone", "WITH a AS (SELECT 1) SELECT * FROM a"),
        ("WITH a (x) AS (SELECT 1) SELECT 2", "WITH a (x) AS (SELECT 1) SELECT 2"),
        ("(SELECT 1) UNION (SELECT 2)", "(SELECT 1) UNION (SELECT 2)"),
        ("SELECT a < b FROM t WHERE x <> 1", "SELECT a < b FROM t WHERE x <> 1"),
        ("SELECT '<thin' AS a", "SELECT '<thin' AS a"),
    ],
)
def test_what_is_no_chatter_stays(reply: str, kept: str) -> None:
    assert cleaned(reply, "sql") == kept


@pytest.mark.parametrize(
    "reply",
    [
        "SELECT 1; DROP TABLE plant_obt",
        "SELECT 1; select 2",
        "SELECT 1;\nDELETE FROM plant_obt",
        "SELECT 1; update plant_obt set a = 1",
        "SELECT 1; SET GLOBAL x = 1",
    ],
)
def test_a_second_statement_stays_to_be_refused(reply: str) -> None:
    assert cleaned(reply, "sql") == reply


def test_words_keep_their_marks() -> None:
    assert (
        cleaned("<think>x</think>Line 2 was up; SELECT it.", "text") == "Line 2 was up; SELECT it."
    )
    assert cleaned("```\nLine 2 was up.\n```", "text") == "Line 2 was up."
    assert cleaned("See ```code``` there", "text") == "See ```code``` there"


def test_under_a_constraint_only_thinking_goes() -> None:
    fenced = "```sql\nSELECT 1;\n```"
    assert cleaned(f"<think>x</think>{fenced}", "exact") == fenced
    assert cleaned('{"a": "\u200b"}', "exact") == '{"a": "\u200b"}'


def in_pieces(text: str, cuts: list[int]) -> list[str]:
    edges = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return [text[a:b] for a, b in itertools.pairwise(edges)]


WORDS = st.sampled_from(
    [
        "<think>",
        "</think>",
        "<thinking>",
        "</THINKING>",
        "<",
        "</",
        "<thi",
        "SELECT 1",
        "```sql\n",
        "\n```\n",
        ";",
        " ",
        "\n",
        "a < b",
        "{",
        "}",
        "WITH a AS (",
        "Sure: ",
        "\x1b[1m",
        "◁",
        "x",
        "nk>",
    ]
)
REPLIES = st.lists(WORDS, max_size=14).map("".join)
KINDS = st.sampled_from(["sql", "text", "exact"])


@given(REPLIES, st.lists(st.integers(0, 400), max_size=12), KINDS)
def test_any_cut_gives_the_same(text: str, cuts: list[int], kind: Kind) -> None:
    cleaner = Cleaner(kind)
    shown = "".join(cleaner.feed(piece) for piece in in_pieces(text, cuts))
    last, whole = cleaner.finish()
    assert whole == cleaned(text, kind)
    one = Cleaner(kind)
    once = one.feed(text)
    assert shown + last == once + one.finish()[0]


SECRET = "zq"


@given(
    st.lists(
        st.one_of(
            WORDS.filter(lambda w: "hink" not in w.lower() and "<" not in w),
            st.just(f"<think>{SECRET}</think>"),
            st.just(f"<thinking>a<think>{SECRET}</think>{SECRET}</thinking>"),
        ),
        max_size=10,
    ),
    st.sampled_from(["", f"<think>{SECRET}"]),
    st.lists(st.integers(0, 400), max_size=12),
    KINDS,
)
def test_no_thinking_is_ever_shown(parts: list[str], end: str, cuts: list[int], kind: Kind) -> None:
    cleaner = Cleaner(kind)
    shown = "".join(cleaner.feed(piece) for piece in in_pieces("".join(parts) + end, cuts))
    last, whole = cleaner.finish()
    assert SECRET not in shown + last + whole


@given(REPLIES, st.lists(st.integers(0, 400), max_size=12), st.sampled_from(["sql", "text"]))
def test_thinking_that_began_before_the_reply_is_not_shown(
    text: str, cuts: list[int], kind: Kind
) -> None:
    cleaner = Cleaner(kind)
    whole = f"{SECRET} {text} {SECRET}" + "</think>" * 14 + "SELECT 1"
    shown = "".join(cleaner.feed(piece) for piece in in_pieces(whole, cuts))
    assert SECRET not in shown + "".join(cleaner.finish())


def test_an_exact_reply_is_shown_as_it_comes() -> None:
    cleaner = Cleaner("exact")
    pieces = ["<think>", "hm", "</think>\n", "SEL", "ECT line", "_name, ", "1 <", " 2", "\n"]
    shown = [cleaner.feed(piece) for piece in pieces]
    assert shown == ["", "", "", "", "SELECT line", "_name,", " 1", " < 2", ""]
    assert cleaner.finish() == ("", "SELECT line_name, 1 < 2")


def test_an_exact_reply_that_begins_with_words_waits_for_its_end() -> None:
    cleaner = Cleaner("exact")
    assert cleaner.feed("Okay, the user wants SELECT 1") == ""
    assert cleaner.feed("</think>SELECT 2") == ""
    assert cleaner.finish() == ("SELECT 2", "SELECT 2")


@pytest.mark.parametrize(
    "reply", [SQL, f"```sql\n{SQL}\n```\nIt sums.", f"<think>x</think>\n{SQL};\nDone; or not."]
)
def test_a_statement_at_the_beginning_is_shown_as_it_comes(reply: str) -> None:
    cleaner = Cleaner("sql")
    shown = [cleaner.feed(char) for char in reply]
    assert "".join(shown) == SQL
    assert shown.count("") < len(reply) - len(SQL) + 20
    assert cleaner.finish() == ("", SQL)


@pytest.mark.parametrize(
    ("reply", "early"),
    [
        (f"Sure:\n```sql\n{SQL}\n```", ""),
        (f"Okay, energy. SELECT 1?</think>{SQL}", ""),
        ("SELECT ';' AS a FROM t", "SELECT '"),
        ("SELECT 1 AS `x` -- ~~\nFROM t", "SELECT 1 AS `x` -- ~~\nFROM t"),
        ("SELECT a\u200b, b FROM t", "SELECT a"),
        ("SELECTED are none.", ""),
        ("NONE", ""),
    ],
)
def test_what_may_be_something_else_waits_for_the_end(reply: str, early: str) -> None:
    cleaner = Cleaner("sql")
    assert "".join(cleaner.feed(char) for char in reply) == early
    last, whole = cleaner.finish()
    assert (early + last, whole) == (cleaned(reply, "sql"),) * 2


@pytest.mark.parametrize(
    "part",
    [
        "<",
        "<think>",
        "```\n",
        "```",
        "'",
        ";",
        "SELECT /*",
        "SELECT '\\",
        "WITH a (",
        "(",
        "\x1b]",
        ":",
    ],
)
def test_a_long_reply_takes_no_time(part: str) -> None:
    """Twice the text takes about twice the time; were it four times, this would be seconds."""
    started = time.process_time()
    cleaned(part * (60_000 // len(part)), "sql")
    assert time.process_time() - started < 1.5
