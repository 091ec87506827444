"""The forms of an address, and what is said of those that are none."""

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.sessions.address import Address, read_address


@pytest.mark.parametrize(
    ("url", "is_"),
    [
        ("", Address("embedded")),
        ("  ", Address("embedded")),
        ("redis://h", Address("single", (("h", 6379),))),
        ("redis://u:p%40%3A%2F@h:7/3", Address("single", (("h", 7),), 3, "u", "p@:/")),
        ("redis://:only@h", Address("single", (("h", 6379),), password="only")),
        ("REDISS://u:p@[::1]:7", Address("single", (("::1", 7),), 0, "u", "p", True)),
        (
            "redis+sentinel://u:p@a:1,b/plant/2?sentinel_user=s&sentinel_password=w%20w",
            Address("sentinel", (("a", 1), ("b", 26379)), 2, "u", "p", False, "plant", "s", "w w"),
        ),
        ("rediss+cluster://a:1,b:2", Address("cluster", (("a", 1), ("b", 2)), uses_tls=True)),
    ],
)
def test_a_form_is_read(url: str, is_: Address) -> None:
    assert read_address(url) == is_


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("h:6379", "does not begin with a form"),
        ("geheim@h", "does not begin with a form"),
        ("rdis://u:geheim@h", "Did you mean 'redis'"),
        ("redis://", "no host"),
        ("redis://u:geheim@:6379", "no host"),
        ("redis://u:geheim@h:port", "no host and port"),
        ("redis://u:gehe/im@h", "no host and port"),
        ("redis://u:geheim@h:70000", "no host and port"),
        ("redis://u:geheim@a,b", "several hosts"),
        ("redis://u:geheim@h/x", "no number of a database"),
        ("redis://u:geheim@h/1/2", "no number of a database"),
        ("redis://u:geheim@h?ssl_cert_reqs=none", "option 'ssl_cert_reqs'"),
        ("redis+sentinel://u:geheim@a:1", "names no service"),
        ("redis+cluster://u:geheim@a:1/3", "database 0 alone"),
    ],
)
def test_what_is_none_is_told_without_the_password(url: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        read_address(url)
    assert "geheim" not in str(caught.value)
    assert "gehe" not in str(caught.value)


def test_a_file_of_certificates_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="GEMBA_REDIS_CA"):
        read_address("rediss://h", str(tmp_path / "none.pem"))


def test_no_password_is_shown() -> None:
    address = read_address("redis+sentinel://u:geheim@a/s?sentinel_password=auch-geheim")
    assert "geheim" not in repr(address) + address.label
