"""The policy file is read strictly; roles decide what may be read and how it is shown."""

from pathlib import Path

import pytest

from core.errors import ConfigError, Refused, UserFixable
from core.governance.access import unknown_names
from core.governance.govern import govern
from core.governance.policy import load_policy
from core.types import User
from tests.governance import mill

GOOD = """\
roles:
  viewer:
    row_cap: 10
    time_budget_s: 5
    scan_budget_rows: 1000
    concurrent_queries: 1
    masks:
      load: {bucket: 10}
      worker: null
accounts:
  anna:
    role: viewer
    plants: [N]
"""


def _load(tmp_path: Path, text: str):
    file = tmp_path / "policy.yaml"
    file.write_text(text, "utf-8")
    return load_policy(file)


def test_the_shipped_policy_has_the_demo_accounts():
    policy = load_policy()
    assert policy.user("admin").plants == ("HAM", "AUS", "HPH")
    assert policy.user("engineer").plants == ("HAM", "AUS")
    assert policy.user("viewer").plants == ("HPH",)
    assert policy.roles["viewer"].personal.kind == "null"


def test_unknown_account_gets_a_suggestion():
    with pytest.raises(UserFixable, match="Did you mean 'engineer'"):
        load_policy().user("enginer")


def test_a_good_file(tmp_path: Path):
    policy = _load(tmp_path, GOOD)
    assert policy.roles["viewer"].mask("t", "load", personal=False).width == 10
    assert policy.default_user == "anna"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("row_cap: 10", "row_cpa: 10"), "policy.yaml:3: unknown key 'row_cpa'.*'row_cap'"),
        (("row_cap: 10", "row_cap: many"), "policy.yaml:3: 'row_cap' must be a whole number"),
        (("row_cap: 10", "row_cap: 0"), "policy.yaml:3: 'row_cap' must be"),
        (("    row_cap: 10\n", ""), "policy.yaml:2: role 'viewer' lacks 'row_cap'"),
        (("{bucket: 10}", "blur"), "policy.yaml:8: 'blur' is no mask"),
        (("{bucket: 10}", "bucket"), "policy.yaml:8:.*WIDTH"),
        (("role: viewer", "role: veiwer"), "policy.yaml:12: role 'veiwer'.*'viewer'"),
        (("plants: [N]", "plants: N"), "policy.yaml:13: 'plants' must be a list"),
        (("plants: [N]", "plants: [N, N]"), "policy.yaml:13:.*twice"),
        (("roles:", "rolls:"), "policy.yaml:1: unknown key 'rolls'.*'roles'"),
        (("plants: [N]", "plants: [N"), "policy.yaml:1[34]:"),
        (("concurrent_queries: 1", "row_cap: 1"), "policy.yaml:6"),
    ],
)
def test_mistakes_name_file_and_line(tmp_path: Path, change: tuple[str, str], message: str):
    with pytest.raises(ConfigError, match=message):
        _load(tmp_path, GOOD.replace(*change))


MODELS = "    row_cap: 10\n    models: [mill, retail]"


def test_a_role_may_be_limited_to_models(tmp_path: Path):
    policy = _load(tmp_path, GOOD.replace("    row_cap: 10", MODELS))
    role = policy.roles["viewer"]
    assert [m for m in ("mill", "retail", "plant") if role.may_use(m)] == ["mill", "retail"]
    assert not role.may_read("plant", "readings")
    sql, anna = "SELECT COUNT(*) AS n FROM readings", policy.user("anna")
    assert "readings" in govern(sql, anna, policy, mill.MODEL).sql
    only = GOOD.replace("    row_cap: 10", MODELS.replace("mill, ", ""))
    with pytest.raises(Refused) as caught:
        govern(sql, anna, _load(tmp_path, only), mill.MODEL)
    assert caught.value.rule == "ROLE"
    assert _load(tmp_path, GOOD).roles["viewer"].may_use("any that is loaded")
    with pytest.raises(ConfigError, match=r"policy.yaml:4: 'models' must be a list"):
        _load(tmp_path, GOOD.replace("    row_cap: 10", "    row_cap: 10\n    models: mill"))


def test_a_role_that_names_an_unknown_model_is_told(tmp_path: Path):
    policy = _load(tmp_path, GOOD.replace("    row_cap: 10", MODELS))
    wrong = unknown_names(policy, [mill.MODEL])
    assert "role 'viewer' names the model 'retail', which is not there" in wrong


def _as(role: str, *plants: str) -> User:
    return User("somebody", role, plants)


def test_a_user_without_plants_sees_nothing():
    for sql in ("SELECT machine FROM readings", "SELECT class FROM codes", "SELECT 1 AS a"):
        with pytest.raises(Refused) as caught:
            govern(sql, _as("reader"), mill.POLICY, mill.MODEL)
        assert caught.value.rule == "NO_SCOPE"


def test_a_page_for_who_administers_is_given_to_nobody_else(tmp_path: Path):
    assert "corpus" not in _load(tmp_path, GOOD).roles["viewer"].pages
    administers = GOOD.replace("row_cap: 10", "row_cap: 10\n    administers: true")
    assert "corpus" in _load(tmp_path, administers).roles["viewer"].pages
    with pytest.raises(ConfigError, match=r"policy.yaml:4: the page 'corpus' is for roles"):
        _load(tmp_path, GOOD.replace("row_cap: 10", "row_cap: 10\n    pages: [ask, corpus]"))


def test_a_right_on_thresholds_is_one_of_three(tmp_path: Path):
    assert _load(tmp_path, GOOD).roles["viewer"].thresholds == "see"
    edit = GOOD.replace("row_cap: 10", "row_cap: 10\n    thresholds: edit")
    assert _load(tmp_path, edit).roles["viewer"].thresholds == "edit"
    with pytest.raises(ConfigError, match=r"policy.yaml:4: 'thresholds' is 'edti'.*edit"):
        _load(tmp_path, edit.replace("thresholds: edit", "thresholds: edti"))


@pytest.mark.parametrize("role", ["elsewhere", "nobody"])
def test_a_role_without_the_model_is_refused(role: str):
    with pytest.raises(Refused) as caught:
        govern("SELECT machine FROM readings", _as(role, "N"), mill.POLICY, mill.MODEL)
    assert caught.value.rule == "ROLE"


def test_a_table_or_column_that_the_role_lacks_does_not_exist():
    with pytest.raises(Refused) as caught:
        govern("SELECT machine FROM orders", _as("narrow", "N"), mill.POLICY, mill.MODEL)
    assert caught.value.rule == "Q6"
    assert "orders" not in caught.value.allowed
    with pytest.raises(Refused) as caught:
        govern("SELECT hours FROM orders", _as("partial", "N"), mill.POLICY, mill.MODEL)
    assert caught.value.rule == "Q7"
    star = govern("SELECT * FROM orders", _as("partial", "N"), mill.POLICY, mill.MODEL)
    assert "hours" not in star.sql
    assert "hours" not in star.columns


def test_masks_show_what_they_say(tmp_path: Path):
    from core.execution.dialect import to_duckdb

    store = mill.open_direct(mill.build(tmp_path / "mill.duckdb", sites=("N",)))

    def values(role: str, column: str) -> set[object]:
        sql = f"SELECT DISTINCT {column} FROM readings"
        governed = govern(sql, _as(role, "N"), mill.POLICY, mill.MODEL)
        return {row[0] for row in store.execute(to_duckdb(governed.sql)).fetchall()}

    assert values("reader", "worker") == {None}
    assert values("partial", "worker") == {"A***", "B***", "C***", None}
    hashes = values("hasher", "worker") - {None}
    assert len(hashes) == 3
    assert all(isinstance(h, str) and len(h) == 8 for h in hashes)
    assert all(v % 10 == 0 for v in values("hasher", "load"))
    assert "Bo Quist" in values("admin", "worker")
    store.close()


def test_a_smaller_limit_is_kept_and_a_larger_one_cut():
    for asked, written in ((5, "LIMIT 5"), (5_001, "LIMIT 5001"), (90_000, "LIMIT 5001")):
        governed = govern(
            f"SELECT machine FROM readings LIMIT {asked}", mill.NORTH, mill.POLICY, mill.MODEL
        )
        assert governed.sql.endswith(written)
        assert governed.limit == 5_001
