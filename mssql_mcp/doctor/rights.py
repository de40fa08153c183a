"""What could this login change if the gate did not exist? The login's rights are the real boundary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mssql_mcp.doctor.outcome import Check, Finding
from mssql_mcp.doctor.permissions import (
    READING_DATABASE_ROLES,
    READING_SERVER_ROLES,
    UNLIMITED,
    is_reading,
    power_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mssql_mcp.doctor.examination import Examination
    from mssql_mcp.doctor.outcome import Status

# Names that a summary spells out; the facts have all of them.
SHOWN = 5
# In `Rights.unknown` where the server tells nothing at all.
ALL_PERMISSIONS = "permissions"
_HINT = (
    "Give mssql-mcp a login that can only read: `mssql-mcp check --script` prints the statements that make one, and "
    "docs/how-to/least-privilege.md explains them."
)


@dataclass(frozen=True, slots=True)
class Rights:
    """What a login may do beyond reading, and what it may read.

    Attributes:
        server_roles: Fixed server roles that change something.
        database_roles: Roles of the database that change something, or may: own roles are not looked into by name.
        server_permissions: Effective permissions on the server beyond reading.
        database_permissions: Effective permissions on the database beyond reading.
        grants: Permissions beyond reading on single schemas and objects, in words.
        owned_schemas: Schemas that the user owns.
        reading: Roles and permissions that only read.
        unknown: What this server does not tell.
    """

    server_roles: tuple[str, ...]
    database_roles: tuple[str, ...]
    server_permissions: tuple[str, ...]
    database_permissions: tuple[str, ...]
    grants: tuple[str, ...]
    owned_schemas: tuple[str, ...]
    reading: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def changing(self) -> tuple[str, ...]:
        """Everything beyond reading, the most powerful first."""
        names = (*self.server_roles, *self.server_permissions, *self.database_roles, *self.database_permissions)
        found = [*dict.fromkeys(names), *self.grants, *(f"owner of schema {name}" for name in self.owned_schemas)]
        return tuple(sorted(found, key=lambda name: (name not in UNLIMITED, not power_of(name))))


def look(examination: Examination) -> Finding:
    """Ask the server what this login may do.

    Raises:
        ToolError: The connection is gone.
    """
    if examination.source.is_demo:
        return Finding("ok", "Nothing can be changed: the file is opened for reading only.")
    return judge(read_rights(examination))


def read_rights(examination: Examination) -> Rights:
    """Ask for roles, permissions and grants; what the server does not tell is named in `unknown`.

    Raises:
        ToolError: The connection is gone.
    """
    unknown: list[str] = []

    def names(file: str, what: str) -> list[str] | None:
        rows = examination.optional_rows(file)
        if rows is None:
            unknown.append(what)
            return None
        return [str(row["name"] if "name" in row else row["permission_name"]) for row in rows if _is_member(row)]

    server_roles = names("server_roles", "server roles") or []
    database_roles = names("database_roles", "database roles") or []
    on_server, on_database = names("server_permissions", ""), names("database_permissions", "")
    if on_server is None or on_database is None:
        asked = examination.optional_rows("asked_permissions")
        unknown = [what for what in unknown if what]
        unknown.append(ALL_PERMISSIONS if asked is None else "all permissions (only the usual ones were asked for)")
        on_server = [row["permission_name"] for row in asked or () if row["class"] == "SERVER"]
        on_database = [row["permission_name"] for row in asked or () if row["class"] == "DATABASE"]
    owned = names("owned_schemas", "owned schemas") or []
    granted = examination.optional_rows("grants")
    if granted is None:
        unknown.append("grants on single objects")
    return Rights(
        server_roles=_without(server_roles, READING_SERVER_ROLES),
        database_roles=_without(database_roles, READING_DATABASE_ROLES),
        server_permissions=tuple(name for name in on_server if not is_reading(name)),
        database_permissions=tuple(name for name in on_database if not is_reading(name)),
        grants=tuple(_grant(row) for row in granted or () if not is_reading(row["permission_name"])),
        owned_schemas=tuple(owned),
        reading=_reading((*server_roles, *database_roles), (*on_server, *on_database)),
        unknown=tuple(unknown),
    )


def judge(rights: Rights) -> Finding:
    """Say what the rights mean."""
    facts: dict[str, Any] = {
        "server_roles": list(rights.server_roles),
        "database_roles": list(rights.database_roles),
        "server_permissions": list(rights.server_permissions),
        "database_permissions": list(rights.database_permissions),
        "grants": list(rights.grants),
        "owned_schemas": list(rights.owned_schemas),
        "reading": list(rights.reading),
        "unknown": list(rights.unknown),
    }
    changing = rights.changing
    unknown = f" This server does not tell {', '.join(rights.unknown)}." if rights.unknown else ""
    if not changing:
        status: Status = "warning" if ALL_PERMISSIONS in rights.unknown else "ok"
        return Finding(status, f"This login can read and change nothing.{unknown}", facts=facts)
    told = [f"{name} ({power_of(name)})" if power_of(name) else name for name in changing[:SHOWN]]
    more = f" and {len(changing) - SHOWN} more" if len(changing) > SHOWN else ""
    if not UNLIMITED.isdisjoint(changing):
        summary = f"THIS LOGIN IS NOT LIMITED. Only the gate keeps it from writing: {', '.join(told)}{more}."
    else:
        summary = f"This login could change things if the gate did not exist: {', '.join(told)}{more}."
    return Finding("warning", summary + unknown, _HINT, facts)


def _is_member(row: dict[str, Any]) -> bool:
    return bool(row.get("is_member", 1))


def _without(names: Iterable[str], reading: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in reading)


def _reading(roles: Iterable[str], permissions: Iterable[str]) -> tuple[str, ...]:
    found = [name for name in roles if name in READING_DATABASE_ROLES | READING_SERVER_ROLES]
    return tuple(dict.fromkeys((*found, *(name for name in permissions if is_reading(name)))))


def _grant(row: dict[str, Any]) -> str:
    count = int(row["securables"])
    more = f" and {count - 1} more" if count > 1 else ""
    example = row["example"] or str(row["class_desc"]).lower()
    return f"{row['permission_name']} on {example}{more} (granted to {row['grantee']})"


CHECK = Check("rights", "Rights", look)
