"""The page of models over the real desk: what is drafted is seen, edited, tried and published."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import accounts
from core import models as core_models
from core.drafting.init import Wanted, init
from core.errors import Refused, UserFixable
from core.model_files import ModelFiles
from core.services import Services
from core.settings import Settings
from core.ui import runtime
from tests.drafting.shop import sqlite_shop
from tests.ui.conftest import PASSWORDS, SHELL, _recorded


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the shop drafted."""
    folder = tmp_path_factory.mktemp("shop")
    shop = sqlite_shop(folder / "shop.db")
    init(Wanted(str(shop)), ModelFiles(folder / "none", folder / "models"), folder)
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """Services over a shipped model that is in force, and the drafted shop."""
    data, shipped = tmp_path / "data", tmp_path / "shipped"
    shutil.copytree(made, data)
    shipped.mkdir()
    text = (data / "models" / "drafts" / "shop.yaml").read_text("utf-8")
    (shipped / "base.yaml").write_text(text.replace("label: Shop", "label: Base"), "utf-8")
    monkeypatch.setattr(core_models, "MODELS_DIR", shipped)
    built = Services.open(Settings(data_dir=data, model="base", rate_user="1000/minute"))
    monkeypatch.setattr(runtime, "build_services", lambda: built)
    monkeypatch.setattr(
        accounts.Accounts, "at", classmethod(lambda cls, s: cls(s.state_dir / "a.yaml", rounds=4))
    )
    st.cache_resource.clear()
    st.cache_data.clear()
    _recorded(monkeypatch)
    yield built
    st.cache_resource.clear()
    built.close()


def opened(name: str = "admin", view: str = "", model: str = "shop") -> AppTest:
    app = AppTest.from_file(str(SHELL), default_timeout=30).run()
    app.text_input[0].set_value(name)
    app.text_input[1].set_value(PASSWORDS[name])
    app.button[0].click().run()
    app.query_params["m"] = model
    if view:
        app.session_state["models.view"] = view
    app.switch_page("../../pages/models.py").run()
    assert not app.exception, app.exception
    return app


def click(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception, app.exception
    return app


def text(app: AppTest) -> str:
    shown = [*app.markdown, *app.caption, *app.error]
    return "\n".join(str(one.value) for one in shown).replace("\\", "")


def draft_of(services: Services) -> str:
    admin = services.policy.user("admin")
    return services.model_desk.open("shop", admin).text


def field(app: AppTest, *parts: str) -> str:
    """The key of a field as it is drawn now."""
    start = ".".join(("models", "shop", *parts))
    keys = [
        str(one.key)
        for kind in (app.text_input, app.selectbox, app.text_area, app.checkbox)
        for one in kind
    ]
    return next(key for key in keys if key.startswith(start + "."))


def test_only_who_administers_has_the_page(desk: Services) -> None:
    engineer = desk.policy.user("engineer")
    for act in (
        lambda d: d.listed(engineer),
        lambda d: d.open("shop", engineer),
        lambda d: d.publish("shop", engineer),
        lambda d: d.save_text("shop", "x", engineer, ""),
        lambda d: d.roll_back("shop", 1, engineer),
        lambda d: d.preview("shop", "Quantity", engineer),
    ):
        with pytest.raises(Refused):
            act(desk.model_desk)


def test_a_column_is_corrected_confirmed_and_published(desk: Services) -> None:
    app = opened()
    assert "confirmed by nobody yet" in text(app)
    app.selectbox(key="models.column").set_value("discount_pct").run()
    app.text_input(key=field(app, "orders", "discount_pct", "label")).set_value("Rebate")
    app.text_input(key=field(app, "orders", "discount_pct", "said")).set_value("discount, cut")
    click(app, "models.save_column")
    assert "discount_pct is kept in the draft" in text(app)
    assert "label: Rebate\n        default_agg: avg\n" in draft_of(desk).replace(
        "        unit: '%'\n", ""
    )
    assert "synonyms: [discount, cut]" in draft_of(desk)
    assert desk.models.names() == ("base",)

    app.session_state["models.view"] = "publish"
    app.run()
    click(app, "models.publish")
    assert "In force. It can be asked from now on." in text(app)
    assert desk.models.names() == ("base", "shop")
    assert "shop" in app.selectbox(key="frame.model").options or any(
        "Shop" in o for o in app.selectbox(key="frame.model").options
    )
    admin = desk.policy.user("admin")
    answer = desk.answer("mean rebate by status", admin, model="shop")
    assert answer.status == "answered"
    assert [v.number for v in desk.model_desk.versions("shop", admin)] == [1]


def test_an_edit_that_breaks_is_not_kept(desk: Services) -> None:
    app = opened()
    before = draft_of(desk)
    app.selectbox(key="models.column").set_value("qty").run()
    app.text_input(key=field(app, "orders", "qty", "unit")).set_value("parsnips")
    click(app, "models.save_column")
    assert "This was not kept" in text(app)
    assert "parsnips" in text(app)
    assert draft_of(desk) == before


def test_a_text_with_problems_shows_them_at_their_lines(desk: Services) -> None:
    app = opened(view="text")
    key = field(app, "text")
    broken = draft_of(desk).replace("type: double", "type: dubble", 1)
    line = broken[: broken.index("dubble")].count("\n") + 1
    app.text_area(key=key).set_value(broken)
    click(app, "models.save_text")
    assert f"Line {line}" in text(app)
    assert "dubble" in app.code[0].value
    with pytest.raises(UserFixable, match="cannot be put in force"):
        desk.model_desk.publish("shop", desk.policy.user("admin"))


def test_a_draft_is_tried_before_it_is_in_force(desk: Services) -> None:
    app = opened(view="try")
    app.text_input(key="models.question").set_value("Quantity by status").run()
    assert "had the highest quantity" in text(app)
    assert desk.conversations is not None
    app.text_input(key="models.question").set_value("Quantity by flavour").run()
    assert "flavour" in text(app)


def test_a_metric_is_added_and_taken_out(desk: Services) -> None:
    app = opened(view="metrics")
    app.selectbox(key="models.metric").set_value("").run()
    app.text_input(key=field(app, "metric", "new", "name")).set_value("basket")
    app.text_input(key=field(app, "metric", "new", "label")).set_value("Basket")
    app.selectbox(key=field(app, "metric", "new", "table")).set_value("orders")
    app.text_area(key=field(app, "metric", "new", "sql")).set_value(
        "SUM(net_amount_eur) / NULLIF(COUNT(*), 0)"
    )
    click(app, "models.save_metric")
    admin = desk.policy.user("admin")
    assert "basket" in draft_of(desk)
    answer = desk.model_desk.preview("shop", "basket by status", admin)
    assert answer.status == "answered"
    app.selectbox(key="models.metric").set_value("basket").run()
    click(app, "models.drop_metric")
    assert "basket" not in draft_of(desk)


def test_everything_is_confirmed_at_once_and_a_version_taken_back(desk: Services) -> None:
    app = opened()
    click(app, "models.confirm_all")
    assert "drafted" not in draft_of(desk)
    app.session_state["models.view"] = "publish"
    app.run()
    click(app, "models.publish")
    admin = desk.policy.user("admin")
    desk.model_desk.set_table("shop", "orders", {"label": "Sales"}, admin)
    found = desk.model_desk.difference("shop", admin)
    assert found.changed == ("table orders: label",)
    app.run()
    assert any("label: Sales" in c.value for c in app.code)
    click(app, "models.publish")
    click(app, "models.back.1")
    assert "label: Sales" not in draft_of(desk)
    assert [v.back_to for v in desk.model_desk.versions("shop", admin)] == [1, 0, 0]


def test_a_model_that_ships_is_looked_at_and_not_changed(desk: Services) -> None:
    app = opened(model="base")
    assert "comes with Gemba and is changed with it" in text(app)
    assert app.button(key="models.save_column").disabled
    with pytest.raises(UserFixable, match="ships with Gemba"):
        desk.model_desk.confirm("base", desk.policy.user("admin"))


def test_a_draft_that_does_not_fit_its_data_is_not_published(desk: Services) -> None:
    admin = desk.policy.user("admin")
    before = draft_of(desk)
    changed = before.replace("      qty:\n", "      quantity_sold:\n", 1).replace(" qty,", "", 1)
    desk.model_desk.save_text("shop", changed, admin, before)
    with pytest.raises(UserFixable, match="does not hold what model 'shop' names"):
        desk.model_desk.publish("shop", admin)
    assert desk.models.names() == ("base",)


def test_proposals_are_taken_over_or_thrown_away(desk: Services) -> None:
    admin = desk.policy.user("admin")
    before = draft_of(desk)
    proposed = before.replace(
        "label: Quantity\n",
        "label: Quantity\n        proposed: {description: What was sold., synonyms: [pieces]}\n",
    )
    desk.model_desk.save_text("shop", proposed, admin, before)
    app = opened()
    app.selectbox(key="models.column").set_value("qty").run()
    assert "Proposed by the language model" in text(app)
    assert desk.model_desk.preview("shop", "pieces by status", admin).status != "answered"
    click(app, "models.proposed.True")
    assert "proposed" not in draft_of(desk)
    assert "synonyms: [qty, pieces]" in draft_of(desk)
    assert desk.model_desk.preview("shop", "pieces by status", admin).status == "answered"


def test_a_broken_model_is_named_and_the_others_stay(desk: Services) -> None:
    folder = desk.settings.data_dir / "models"
    (folder / "odd.yaml").write_text("label: x\norigin: {database: x}\ntables: 3\n", "utf-8")
    (folder / "pies.yaml").write_text(draft_of(desk), "utf-8")
    app = opened(model="odd")
    assert "odd.yaml:3:" in text(app)
    states = {m.name: m.state for m in desk.model_desk.listed(desk.policy.user("admin"))}
    assert states == {"base": "published", "odd": "broken", "pies": "published", "shop": "draft"}


def test_what_was_seen_of_a_column_is_shown(desk: Services) -> None:
    app = opened()
    app.selectbox(key="models.table").set_value("orders").run()
    app.selectbox(key="models.column").set_value("qty").run()
    said = "\n".join(str(one.value) for one in app.caption).replace("\\", "")
    assert "Seen in 3,000 rows · 8 different values · 0 % empty · 1 to 8" in said
    frame = app.dataframe[0].value
    row = frame[frame["name"] == "qty"].iloc[0]
    assert (row["different"], row["empty"], row["range"]) == (8, 0, "1 … 8")
    app.selectbox(key="models.column").set_value("customer_email").run()
    said = "\n".join(str(one.value) for one in app.caption).replace("\\", "")
    assert "different values · 0 % empty" in said
    assert "example" not in said
    assert "example" not in frame.to_string().replace("customer_email", "")
    # Nobody sees values of a column that was found to be personal later.
    app.selectbox(key="models.column").set_value("qty").run()
    next(
        c for c in app.checkbox if str(c.key).startswith("models.shop.orders.qty.personal")
    ).check()
    click(app, "models.save_column")
    frame = app.dataframe[0].value
    assert frame[frame["name"] == "qty"].iloc[0]["range"] == ""
