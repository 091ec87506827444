"""`python -m data.starrocks`: writes the SQL files that come from the model and the policy."""

import argparse
import getpass
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from core.errors import GembaError
from core.governance.policy import POLICY_FILE, load_policy
from core.semantic.load import load_model
from data.starrocks.names import BadNameError
from data.starrocks.scope_views import accounts_sql, resource_group_sql, views_sql
from data.starrocks.tables import (
    retail_routine_load_sql,
    retail_tables_sql,
    routine_load_sql,
    tables_sql,
)

FOLDER: Final = Path(__file__).parent
MODELS: Final = FOLDER.parent / "models"
WRITTEN: Final = (
    "01_tables.sql",
    "02_views.sql",
    "04_accounts.sql",
    "05_resource_group.sql",
    "06_routine_load.sql",
    "retail/01_tables.sql",
    "retail/03_routine_load.sql",
)


def file_text(name: str, model_name: str = "plant", policy_file: Path = POLICY_FILE) -> str:
    """The text of one of the files that are written.

    Tables and Kafka loads are those of the demo plant, whatever the model. Raises ConfigError for
    a model or policy that cannot be read, BadNameError for a name that may not stand in SQL.
    """
    model, policy = load_model(MODELS / f"{model_name}.yaml"), load_policy(policy_file)
    match name:
        case "01_tables.sql":
            return tables_sql(load_model(MODELS / "plant.yaml"))
        case "retail/01_tables.sql":
            return retail_tables_sql(load_model(MODELS / "retail.yaml"))
        case "retail/03_routine_load.sql":
            return retail_routine_load_sql()
        case "02_views.sql":
            return views_sql(model, policy)
        case "04_accounts.sql":
            return accounts_sql(model, policy)
        case "05_resource_group.sql":
            return resource_group_sql(policy)
        case _:
            return routine_load_sql()


def password_hash(password: str) -> str:
    """The hash that StarRocks keeps of a password: SHA-1 twice, in hexadecimal after a star.

    It is the server's format (mysql_native_password), not a choice: it wants a long random
    password, because a short one is soon found from its hash.
    """
    once = hashlib.sha1(password.encode()).digest()  # noqa: S324
    return "*" + hashlib.sha1(once).hexdigest().upper()  # noqa: S324


def _ask_for_hash() -> int:
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline()
    password = password.rstrip("\r\n")
    if len(password) < 16:
        print("The password needs at least 16 characters.", file=sys.stderr)
        return 1
    print(password_hash(password))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m data.starrocks", description="Writes StarRocks SQL from model and policy."
    )
    parser.add_argument(
        "what",
        nargs="?",
        choices=(*WRITTEN, "password-hash"),
        help="the file to print; `password-hash` asks for a password and prints its hash",
    )
    parser.add_argument("--write", action="store_true", help="write all files into data/starrocks")
    parser.add_argument("--model", default="plant", help="semantic model of the views")
    parser.add_argument("--policy", type=Path, default=POLICY_FILE, help="policy file")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 done, 1 a password that is too short, 2 a file or name that will not do."""
    options = _parser().parse_args(argv)
    if options.what == "password-hash":
        return _ask_for_hash()
    if not options.write and options.what is None:
        _parser().print_help()
        return 2
    try:
        names = WRITTEN if options.write else (options.what,)
        texts = {name: file_text(name, options.model, options.policy) for name in names}
    except (GembaError, BadNameError) as error:
        print(error, file=sys.stderr)
        return 2
    for name, text in texts.items():
        if options.write:
            (FOLDER / name).write_text(text, "utf-8")
        else:
            print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
