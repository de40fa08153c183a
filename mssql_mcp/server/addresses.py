"""Which of the addresses that clients wait for show something that a change of the schema touched."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from mssql_mcp.catalog.names import parse_name, resolve
from mssql_mcp.errors import ObjectNotFoundError, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mssql_mcp.catalog.diff import CatalogDiff
    from mssql_mcp.catalog.model import Catalog

# Resources that show the whole schema: any change of it changes them.
WHOLE = ("mssql://info", "mssql://tables", "mssql://views")
SCHEMA, TABLE, PREVIEW = "mssql://schema/", "mssql://table/", "/preview"


def touched(addresses: Iterable[str], difference: CatalogDiff, catalog: Catalog | None) -> list[str]:
    """Give those addresses, as they were written, whose resource is not what it was.

    Args:
        addresses: Of resources, with names in any spelling that reading takes: any case, with or without schema and
            brackets, with escapes (`%20`).
        difference: What changed.
        catalog: The schema as it is now, which tells what a name without schema means; None where it is not known.
    """
    return [address for address in dict.fromkeys(addresses) if _is_touched(address, difference, catalog)]


def _is_touched(address: str, difference: CatalogDiff, catalog: Catalog | None) -> bool:
    if address in WHOLE:
        return bool(difference)
    if address.startswith(SCHEMA):
        wanted = unquote(address.removeprefix(SCHEMA)).strip().strip('[]"').casefold()
        return any(schema.casefold() == wanted for schema in difference.schemas)
    if address.startswith(TABLE):
        return _is_table_touched(unquote(address.removeprefix(TABLE).removesuffix(PREVIEW)), difference, catalog)
    return False


def _is_table_touched(written: str, difference: CatalogDiff, catalog: Catalog | None) -> bool:
    try:
        name = parse_name(written)
    except ValidationError:
        return False
    wanted = (name.schema, name.name)
    if catalog is not None:
        try:
            found = resolve(catalog, name)
        except ObjectNotFoundError:
            pass  # it is gone, or there are several: whatever has the name now or had it
        else:
            wanted = (found.schema, found.name)
    schema, folded = (wanted[0] or "").casefold(), wanted[1].casefold()
    return any(
        changed.casefold() == folded and schema in ("", place.casefold()) for place, changed in difference.objects
    )
