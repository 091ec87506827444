"""Who may see what: roles and accounts as data, read strictly from `data/policy/policy.yaml`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from core.errors import ConfigError, UserFixable, did_you_mean
from core.settings import ROOT
from core.types import DEFAULT_TENANT, User

POLICY_FILE = ROOT / "data" / "policy" / "policy.yaml"

#: Pages that a role may be given (core/ui/frame.py draws them).
PAGES = (
    "ask", "boards", "handover", "thresholds", "catalogue", "inspect", "alerts", "corpus", "import",
    "models", "data", "access",
)  # fmt: skip
#: Those of them that only a role which administers may have.
ADMIN_PAGES = frozenset({"corpus", "import", "models", "data"})

#: How often at most a query that does not answer goes back to the model that wrote it.
MOST_REFLECTIONS = 3

#: What a role may do with thresholds; each may what the ones before it may.
ThresholdRight = Literal["see", "edit", "approve"]
_THRESHOLD_RIGHTS: tuple[ThresholdRight, ...] = ("see", "edit", "approve")

#: A tenant's name is part of file names.
_TENANT = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

MaskKind = Literal["show", "null", "hash", "partial", "bucket"]
_MASK_KINDS: tuple[MaskKind, ...] = ("show", "null", "hash", "partial", "bucket")


@dataclass(frozen=True, slots=True)
class Mask:
    """How a column is shown.

    show: as stored; null: never; hash: a pseudonym of 8 hexadecimal digits, the same for the
    same value (it parts people, it does not hide them from somebody who has a list of names);
    partial: the first character; bucket: numbers rounded down to a multiple of `width`, dates to
    their month.
    """

    kind: MaskKind
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Role:
    """What a role may read. None for models or tables: all that are loaded.

    tables: model name -> its tables that may be read. hidden: `table.column` that do not exist
    for this role. personal: mask of personal columns that `masks` does not name. masks: column
    or `table.column` -> mask. row_cap: most rows of an answer. time_budget_s: longest time of
    one query. scan_budget_rows: most rows one query may read. concurrent_queries: at once, for
    one user. reflections: how often a language model's query may go back to it. pages: of PAGES,
    those of ADMIN_PAGES only with `administers`. handles_alerts: acknowledges, shelves and the
    like. administers: sees the whole policy and everybody's history, and curates corpus and models.
    thresholds: `see` them; `edit`: write drafts and submit them too; `approve`: approve and publish
    too.
    """

    name: str
    label: str
    row_cap: int
    time_budget_s: float
    scan_budget_rows: int
    concurrent_queries: int
    models: tuple[str, ...] | None = None
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    personal: Mask = Mask("null")
    masks: Mapping[str, Mask] = field(default_factory=dict)
    pages: tuple[str, ...] = PAGES
    administers: bool = False
    handles_alerts: bool = True
    reflections: int = MOST_REFLECTIONS
    thresholds: ThresholdRight = "see"

    def may_use(self, model: str) -> bool:
        """Whether the role may ask this model at all."""
        return self.models is None or model in self.models

    def may_read(self, model: str, table: str) -> bool:
        """Whether the role may read this table."""
        tables = self.tables.get(model)
        return self.may_use(model) and (tables is None or table in tables)

    def may_see(self, table: str, column: str) -> bool:
        """Whether the column exists for this role."""
        return column not in self.hidden and f"{table}.{column}" not in self.hidden

    def mask(self, table: str, column: str, *, personal: bool) -> Mask:
        """The mask of a column; `show` where there is none."""
        chosen = self.masks.get(f"{table}.{column}") or self.masks.get(column)
        if chosen is not None:
            return chosen
        return self.personal if personal else Mask("show")


@dataclass(frozen=True, slots=True)
class Account:
    """A person of the demo: who they are, without a password. plants: scope values; scopes: those
    in models that have their own, by model. tenant: the
    client that they are of, where the installation has several."""

    name: str
    role: str
    plants: tuple[str, ...]
    display_name: str = ""
    tenant: str = DEFAULT_TENANT
    scopes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def plants_in(self, model: str) -> tuple[str, ...]:
        """The scope values that hold in a model."""
        return self.scopes.get(model, self.plants)


@dataclass(frozen=True, slots=True)
class Policy:
    """All roles and accounts. `version` is a hash of the file."""

    version: str
    roles: Mapping[str, Role]
    accounts: Mapping[str, Account]
    default_user: str

    def role(self, user: User) -> Role | None:
        """The user's role, None when the policy has none of that name."""
        return self.roles.get(user.role)

    def user(self, name: str) -> User:
        """The account as a User; raises UserFixable for a name that the policy lacks."""
        account = self.accounts.get(name)
        if account is None:
            known = ", ".join(sorted(self.accounts))
            raise UserFixable(
                f"There is no account {name!r}.{did_you_mean(name, self.accounts)} "
                f"Accounts: {known}."
            )
        return User(
            name=account.name,
            role=account.role,
            plants=account.plants,
            display_name=account.display_name or account.name,
            tenant=account.tenant,
            scopes=tuple(sorted(account.scopes.items())),
        )

    def tenants(self, model: str = "") -> dict[str, frozenset[str] | None]:
        """The plants of each tenant in a model, those of its accounts; None for all, where there is
        one tenant alone."""
        found: dict[str, set[str]] = {}
        for account in self.accounts.values():
            found.setdefault(account.tenant, set()).update(account.plants_in(model))
        if len(found) == 1:
            return dict.fromkeys(found)
        return {tenant: frozenset(plants) for tenant, plants in sorted(found.items())}

    def scope_values(self, model: str = "") -> tuple[str, ...]:
        """Every scope value that some account has in a model, sorted."""
        return tuple(sorted({p for a in self.accounts.values() for p in a.plants_in(model)}))


def load_policy(path: Path | str = POLICY_FILE) -> Policy:
    """Read a policy file; raises ConfigError that begins with `file:line:`."""
    file = Path(path)
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The policy file {file} cannot be read: {error}.") from error
    reader = _Reader(file.name)
    try:
        root = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark is not None else 1
        raise ConfigError(f"{file.name}:{line}: {error.problem}.") from error
    except YAMLError as error:
        raise ConfigError(f"{file.name}:1: this is not YAML: {error}.") from error
    return reader.policy(root, hashlib.sha256(text.encode()).hexdigest()[:16])


class _Reader:
    """Turns YAML nodes into values; every complaint names file and line."""

    def __init__(self, file: str) -> None:
        self._file = file

    def policy(self, root: Any, version: str) -> Policy:
        top = self._keys(
            root, 1, "policy", required=("roles", "accounts"), optional=("default_user",)
        )
        roles = {
            str(name): self._role(str(name), node, self._line(top["roles"], name))
            for name, node in self._mapping(top["roles"], self._line(top, "roles"), "roles").items()
        }
        accounts_node = self._mapping(top["accounts"], self._line(top, "accounts"), "accounts")
        accounts = {
            str(name): self._account(str(name), node, self._line(accounts_node, name), roles)
            for name, node in accounts_node.items()
        }
        if not accounts:
            raise self._error(self._line(top, "accounts"), "there must be at least one account")
        default = str(top.get("default_user", next(iter(accounts))))
        if default not in accounts:
            raise self._error(
                self._line(top, "default_user"),
                f"default_user {default!r} is no account.{did_you_mean(default, accounts)}",
            )
        return Policy(version, roles, accounts, default)

    def _role(self, name: str, node: Any, line: int) -> Role:
        required = ("row_cap", "time_budget_s", "scan_budget_rows", "concurrent_queries")
        optional = (
            "label", "models", "tables", "hidden", "personal", "masks", "pages", "administers",
            "reflections", "handles_alerts", "thresholds",
        )  # fmt: skip
        top = self._keys(node, line, f"role {name!r}", required=required, optional=optional)
        models: tuple[str, ...] | None = None
        if "models" in top and top["models"] != "all":
            models = self._names(top, "models")
        tables: dict[str, tuple[str, ...]] = {}
        if "tables" in top and top["tables"] != "all":
            by_model = self._mapping(top["tables"], self._line(top, "tables"), "tables")
            tables = {str(m): self._names(by_model, m) for m in by_model}
        administers = self._flag(top, "administers") if "administers" in top else False
        masks: dict[str, Mask] = {}
        if "masks" in top:
            by_column = self._mapping(top["masks"], self._line(top, "masks"), "masks")
            masks = {str(c): self._mask(by_column, c) for c in by_column}
        return Role(
            name=name,
            label=str(top.get("label", name)),
            row_cap=int(self._number(top, "row_cap", 1, 1_000_000, whole=True)),
            time_budget_s=self._number(top, "time_budget_s", 0.1, 3600),
            scan_budget_rows=int(self._number(top, "scan_budget_rows", 1, 10**12, whole=True)),
            concurrent_queries=int(self._number(top, "concurrent_queries", 1, 1000, whole=True)),
            models=models,
            tables=tables,
            hidden=self._names(top, "hidden") if "hidden" in top else (),
            personal=self._mask(top, "personal") if "personal" in top else Mask("null"),
            masks=masks,
            pages=self._pages(top, administers=administers),
            administers=administers,
            handles_alerts=self._flag(top, "handles_alerts") if "handles_alerts" in top else True,
            reflections=int(self._number(top, "reflections", 0, MOST_REFLECTIONS, whole=True))
            if "reflections" in top
            else MOST_REFLECTIONS,
            thresholds=self._threshold_right(top),
        )

    def _threshold_right(self, top: CommentedMap) -> ThresholdRight:
        given = str(top.get("thresholds", "see"))
        for right in _THRESHOLD_RIGHTS:
            if right == given:
                return right
        raise self._error(
            self._line(top, "thresholds"),
            f"'thresholds' is {given!r}.{did_you_mean(given, _THRESHOLD_RIGHTS)} "
            f"It is one of: {', '.join(_THRESHOLD_RIGHTS)}",
        )

    def _pages(self, top: CommentedMap, *, administers: bool) -> tuple[str, ...]:
        if "pages" not in top:
            return tuple(page for page in PAGES if administers or page not in ADMIN_PAGES)
        pages = self._names(top, "pages")
        for page in pages:
            if page not in PAGES:
                raise self._error(
                    self._line(top, "pages"),
                    f"there is no page {page!r}.{did_you_mean(page, PAGES)} "
                    f"Pages: {', '.join(PAGES)}.",
                )
            if page in ADMIN_PAGES and not administers:
                raise self._error(
                    self._line(top, "pages"),
                    f"the page {page!r} is for roles with `administers: true`",
                )
        return pages

    def _flag(self, top: CommentedMap, key: str) -> bool:
        value = top[key]
        if not isinstance(value, bool):
            raise self._error(self._line(top, key), f"{key!r} must be true or false")
        return value

    def _account(self, name: str, node: Any, line: int, roles: Mapping[str, Role]) -> Account:
        top = self._keys(
            node, line, f"account {name!r}", required=("role", "plants"),
            optional=("display_name", "tenant", "scopes"),
        )  # fmt: skip
        role = str(top["role"])
        if role not in roles:
            raise self._error(
                self._line(top, "role"), f"role {role!r} is not defined.{did_you_mean(role, roles)}"
            )
        tenant = str(top.get("tenant", DEFAULT_TENANT))
        if not _TENANT.fullmatch(tenant):
            raise self._error(
                self._line(top, "tenant"),
                f"{tenant!r} is no name of a tenant: small letters, digits, - and _, 64 at most",
            )
        scopes: dict[str, tuple[str, ...]] = {}
        if "scopes" in top:
            by_model = self._mapping(top["scopes"], self._line(top, "scopes"), "scopes")
            scopes = {str(model): self._names(by_model, model) for model in by_model}
        shown = str(top.get("display_name", ""))
        return Account(name, role, self._names(top, "plants"), shown, tenant, scopes)

    def _mask(self, top: CommentedMap, key: Any) -> Mask:
        value, line = top[key], self._line(top, key)
        if isinstance(value, CommentedMap):
            inner = self._keys(value, line, f"mask of {key!r}", required=("bucket",))
            return Mask("bucket", self._number(inner, "bucket", 1e-9, 1e12))
        # YAML reads a bare `null` as nothing: here it is the mask of that name.
        kind = "null" if value is None else str(value)
        for known in _MASK_KINDS:
            if kind == known and kind != "bucket":
                return Mask(known)
        hint = " write `bucket: WIDTH` below it" if kind == "bucket" else ""
        raise self._error(
            line,
            f"{kind!r} is no mask;{hint or ' known are ' + ', '.join(_MASK_KINDS)}."
            f"{did_you_mean(kind, _MASK_KINDS) if not hint else ''}",
        )

    def _keys(
        self,
        node: Any,
        line: int,
        what: str,
        *,
        required: tuple[str, ...] = (),
        optional: tuple[str, ...] = (),
    ) -> CommentedMap:
        top = self._mapping(node, line, what)
        known = (*required, *optional)
        for key in top:
            if key not in known:
                raise self._error(
                    self._line(top, key),
                    f"unknown key {str(key)!r} in {what}.{did_you_mean(str(key), known)}",
                )
        for key in required:
            if key not in top:
                raise self._error(line, f"{what} lacks {key!r}")
        return top

    def _mapping(self, node: Any, line: int, what: str) -> CommentedMap:
        if not isinstance(node, CommentedMap):
            raise self._error(line, f"{what} must be a mapping of names to values")
        return node

    def _names(self, top: CommentedMap, key: Any) -> tuple[str, ...]:
        value, line = top[key], self._line(top, key)
        if not isinstance(value, CommentedSeq) or not all(isinstance(v, str) for v in value):
            raise self._error(line, f"{str(key)!r} must be a list of names")
        names = tuple(str(v) for v in value)
        if len(set(names)) != len(names):
            raise self._error(line, f"{str(key)!r} names something twice")
        return names

    def _number(
        self, top: CommentedMap, key: str, low: float, high: float, *, whole: bool = False
    ) -> float:
        value, line = top[key], self._line(top, key)
        is_number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:
            kind = "a whole number" if whole else "a number"
            raise self._error(line, f"{key!r} must be {kind} from {low:g} to {high:g}")
        return float(value)

    def _line(self, top: CommentedMap, key: Any) -> int:
        try:
            return int(top.lc.key(key)[0]) + 1
        except (KeyError, AttributeError, TypeError):
            return 1

    def _error(self, line: int, message: str) -> ConfigError:
        return ConfigError(f"{self._file}:{line}: {message}")
