"""Where a connection leads, and as whom."""

from __future__ import annotations

import pytest

from mssql_mcp.connection.identity import identity_of
from mssql_mcp.settings.odbc import parse

BASE = "Server=sql1;Database=Sales;UID=reader;PWD=canary-word"


@pytest.mark.parametrize(
    "other",
    [
        "Server=sql2;Database=Sales;UID=reader",
        "Server=sql1,1434;Database=Sales;UID=reader",
        "Server=sql1;Database=Archive;UID=reader",
        "Server=sql1;Database=Sales;UID=owner",
        "Server=sql1;Database=Sales;Trusted_Connection=yes",
        "DSN=sql1;Database=Sales;UID=reader",
    ],
)
def test_another_place_or_login_is_another_identity(other: str) -> None:
    """Each of server, database and login counts."""
    assert identity_of(parse(other)) != identity_of(parse(BASE))


def test_what_leads_nowhere_else_does_not_count() -> None:
    """Synonyms, case, the password and the application's name."""
    same = "address=SQL1;Initial Catalog=sales;User Id=reader;PWD=another;APP=x;Encrypt=no"
    assert identity_of(parse(same)) == identity_of(parse(BASE))


def test_no_secret_is_in_it() -> None:
    """It is written into files."""
    assert "canary-word" not in identity_of(parse(BASE))
