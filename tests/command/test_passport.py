"""`passport`: what an answer was made from, for who may see it, and what a new run finds."""

from __future__ import annotations

from tests.command.conftest import Run

QUESTION = "energy by plant last week"


def asked(run: Run, account: str = "engineer") -> str:
    (found,) = run("ask", QUESTION, "--as", account, "--session", "s1", "--json").objects
    return str(found["id"])


def test_a_passport_and_a_run(run: Run) -> None:
    ident = asked(run)
    said = run("passport", ident, "--as", "engineer")
    assert (said.status, QUESTION in said.out, "plant_id IN" in said.out) == (0, True, True)
    (kept,) = run("passport", ident, "--as", "engineer", "--json").objects
    assert (kept["id"], kept["session"], kept["user"]) == (ident, "s1", "engineer")
    said = run("passport", ident, "--as", "engineer", "--rerun")
    assert said.status == 0
    assert "The same rows.\nNothing else has changed since." in said.out
    (done,) = run("passport", ident, "--rerun", "--json").objects
    assert (done["verdict"], done["difference"]["came"]) == ("differ", 1)


def test_another_sees_none(run: Run) -> None:
    ident = asked(run)
    for arguments in ((), ("--rerun",)):
        said = run("passport", ident, "--as", "viewer", *arguments)
        assert (said.status, said.out) == (2, "")
        assert "no passport" in said.err
        assert said.is_plain()


def test_an_account_that_is_none(run: Run) -> None:
    said = run("passport", "0123456789ab", "--as", "nobody")
    assert (said.status, "nobody" in said.err) == (2, True)
