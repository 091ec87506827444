"""docs/starrocks-dialect.md says what the suite proves."""

from tests.docs.dialect_page import PAGE, page


def test_the_page_is_as_the_suite() -> None:
    text = PAGE.read_text("utf-8")
    assert text == page(text), "run: python -m tests.docs.dialect_page"
    assert text.count("<!-- from the suite: ") == 4
