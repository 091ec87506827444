"""docs/settings.md has each setting with its default and help, as core/settings.py has them."""

import dataclasses

from core.settings import PREFIX, Settings
from deploy import document_settings
from tests.scaffold.tree import ROOT


def test_the_page_is_as_the_table_of_settings() -> None:
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    assert text == document_settings.page(text), "run: make docs"
    for setting in dataclasses.fields(Settings):
        assert f"`{PREFIX}{setting.name.upper()}`" in text
        assert setting.metadata["help"] in text


def test_no_page_names_a_setting_that_is_not_there() -> None:
    import re

    from tests.docs.pages import name_of, pages

    known = {PREFIX + f.name.upper() for f in dataclasses.fields(Settings)}
    for page in pages():
        named = set(re.findall(r"\bGEMBA_[A-Z_]*[A-Z]\b", page.read_text("utf-8")))
        assert named <= known, f"{name_of(page)}: {sorted(named - known)}"
