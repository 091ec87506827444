"""Accounts: made once, kept as hashes, locked after failures, revoked by a change."""

from __future__ import annotations

import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit_authenticator.utilities.hasher import Hasher

from core.accounts import SAMPLE_KEYS, Accounts, announcement
from core.errors import ConfigError, UserFixable
from core.types import User

USER = User("ada", "engineer", ("P1", "P2"))


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock) -> Accounts:
    return Accounts(tmp_path / "state" / "accounts.yaml", clock=clock, rounds=4)


def test_first_run_makes_each_account_once(accounts: Accounts) -> None:
    made = accounts.ensure(["ada", "bob"])
    assert [new.name for new in made] == ["ada", "bob"]
    assert len({new.password for new in made}) == 2
    assert accounts.ensure(["ada", "bob"]) == ()
    (third,) = accounts.ensure(["ada", "bob", "cy"])
    assert third.name == "cy"
    for new in (*made, third):
        accounts.check(new.name, new.password)


def test_the_file_is_private_and_holds_no_password(accounts: Accounts) -> None:
    (new,) = accounts.ensure(["ada"])
    text = accounts.path.read_text("utf-8")
    assert new.password not in text
    assert stat.S_IMODE(accounts.path.stat().st_mode) == 0o600
    assert not list(accounts.path.parent.glob(".accounts-*"))
    assert len(bytes.fromhex(accounts.cookie_key)) >= 32


def test_the_hashes_are_those_of_the_sign_in_library(accounts: Accounts) -> None:
    (new,) = accounts.ensure(["ada"])
    stored = re.search(r"\$2b\$\S{56}", accounts.path.read_text("utf-8"))
    assert stored
    assert Hasher.check_pw(new.password, stored.group().rstrip("}"))


def test_two_installations_share_nothing(tmp_path: Path) -> None:
    one, two = (Accounts(tmp_path / name / "a.yaml", rounds=4) for name in "ab")
    assert one.ensure(["ada"])[0].password != two.ensure(["ada"])[0].password
    assert one.cookie_key != two.cookie_key


@pytest.mark.parametrize("key", [*sorted(SAMPLE_KEYS), "a" * 64, "abc123"])
def test_a_published_or_short_cookie_key_is_refused(accounts: Accounts, key: str) -> None:
    accounts.ensure(["ada"])
    text = accounts.path.read_text("utf-8").replace(accounts.cookie_key, key)
    accounts.path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match="cookie key"):
        accounts.ensure(["ada"])


@pytest.mark.parametrize("text", ["", "[1, 2]", "cookie: {", "cookie: {key: x}", "\x00"])
def test_a_damaged_file_is_named_and_left_alone(accounts: Accounts, text: str) -> None:
    accounts.ensure(["ada"])
    accounts.path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=r"accounts\.yaml"):
        accounts.ensure(["ada", "bob"])
    assert accounts.path.read_text("utf-8") == text


@pytest.mark.parametrize("password", ["", "wrong", "x" * 73, "a\0b", "ü" * 40])
def test_a_wrong_password_and_an_unknown_name_read_the_same(
    accounts: Accounts, password: str
) -> None:
    accounts.ensure(["ada"])
    with pytest.raises(UserFixable) as wrong:
        accounts.check("ada", password)
    with pytest.raises(UserFixable) as unknown:
        accounts.check("nobody", password)
    assert str(wrong.value) == str(unknown.value)


def test_failures_lock_the_name_for_a_growing_time(accounts: Accounts, clock: Clock) -> None:
    ada, bob = accounts.ensure(["ada", "bob"])
    for _ in range(5):
        with pytest.raises(UserFixable, match="do not match"):
            accounts.check("ada", "wrong")
    with pytest.raises(UserFixable, match="Wait 30 s"):
        accounts.check("ada", ada.password)
    accounts.check("bob", bob.password)
    clock.now += 31
    with pytest.raises(UserFixable, match="do not match"):
        accounts.check("ada", "wrong")
    with pytest.raises(UserFixable, match="Wait 60 s"):
        accounts.check("ada", ada.password)
    clock.now += 61
    accounts.check("ada", ada.password)
    with pytest.raises(UserFixable, match="do not match"):
        accounts.check("ada", "wrong")


def test_an_unknown_name_is_locked_too(accounts: Accounts) -> None:
    accounts.ensure(["ada"])
    for _ in range(5):
        with pytest.raises(UserFixable, match="do not match"):
            accounts.check("nobody", "x")
    with pytest.raises(UserFixable, match="Wait"):
        accounts.check("nobody", "x")


def test_a_reset_replaces_the_password_and_the_stamp(accounts: Accounts) -> None:
    (old,) = accounts.ensure(["ada"])
    before = accounts.stamp(USER)
    new = Accounts(accounts.path, rounds=4).reset("ada")  # another process
    accounts.check("ada", new.password)
    with pytest.raises(UserFixable):
        accounts.check("ada", old.password)
    assert accounts.stamp(USER) != before
    with pytest.raises(UserFixable, match="no account 'bob'"):
        accounts.reset("bob")


def test_the_stamp_changes_with_role_and_plants(accounts: Accounts) -> None:
    accounts.ensure(["ada"])
    stamp = accounts.stamp(USER)
    assert stamp
    assert accounts.stamp(replace(USER, plants=("P2", "P1"))) == stamp
    assert accounts.stamp(replace(USER, role="admin")) != stamp
    assert accounts.stamp(replace(USER, plants=("P1",))) != stamp
    assert accounts.stamp(replace(USER, name="bob")) is None


def test_the_announcement_lists_what_was_made(tmp_path: Path, accounts: Accounts) -> None:
    made = accounts.ensure(["ada", "bob"])
    text = announcement(made, accounts.path)
    assert all(new.name in text and new.password in text for new in made)
    assert announcement((), accounts.path) == ""


def test_a_folder_that_cannot_be_written_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    with pytest.raises(ConfigError, match="cannot be written"):
        Accounts(tmp_path / "state" / "accounts.yaml", rounds=4).ensure(["ada"])
