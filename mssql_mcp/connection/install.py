"""The exact command that installs the ODBC driver manager or Microsoft's driver, for the system this runs on.

Pages: https://learn.microsoft.com/sql/connect/odbc/linux-mac/installing-the-microsoft-odbc-driver-for-sql-server and
https://learn.microsoft.com/sql/connect/odbc/download-odbc-driver-for-sql-server.
"""

from __future__ import annotations

import platform as platforms
import sys

ODBC_MANAGER = "unixODBC"
ODBC_DRIVER = "ODBC Driver 18"

_WINDOWS = "winget install --id Microsoft.msodbcsql.18 --exact"
_MACOS_MANAGER = "brew install unixodbc"
_MACOS_DRIVER = (
    "brew tap microsoft/mssql-release https://github.com/Microsoft/homebrew-mssql-release && "
    "HOMEBREW_ACCEPT_EULA=Y brew install msodbcsql18"
)
_REPOSITORY = (
    "after adding Microsoft's package repository "
    "(https://learn.microsoft.com/sql/connect/odbc/linux-mac/installing-the-microsoft-odbc-driver-for-sql-server)"
)
# Linux families by the ID and ID_LIKE of os-release(5).
_MANAGER_BY_FAMILY = {
    "debian": "sudo apt-get install -y unixodbc",
    "rhel": "sudo dnf install -y unixODBC",
    "suse": "sudo zypper install -y unixODBC",
    "alpine": "sudo apk add unixodbc",
}
_DRIVER_BY_FAMILY = {
    "debian": "sudo ACCEPT_EULA=Y apt-get install -y msodbcsql18",
    "rhel": "sudo ACCEPT_EULA=Y dnf install -y msodbcsql18",
    "suse": "sudo ACCEPT_EULA=Y zypper install -y msodbcsql18",
    "alpine": "sudo apk add --allow-untrusted msodbcsql18_*.apk",
}
_ALIASES = {"ubuntu": "debian", "fedora": "rhel", "centos": "rhel", "sles": "suse", "opensuse": "suse"}


def install_command(what: str, *, platform: str = sys.platform, release: dict[str, str] | None = None) -> str:
    """Give the command that installs `ODBC_MANAGER` or `ODBC_DRIVER`, in backquotes, with what must come before it.

    Args:
        what: One of the two constants of this module.
        platform: As `sys.platform`.
        release: Fields of os-release; None reads this machine's.
    """
    if platform == "win32":
        return f"`{_WINDOWS}`"
    if platform == "darwin":
        return f"`{_MACOS_DRIVER if what == ODBC_DRIVER else _MACOS_MANAGER}`"
    family = linux_family(_os_release() if release is None else release)
    if what == ODBC_MANAGER:
        return f"`{_MANAGER_BY_FAMILY[family]}`"
    return f"`{_DRIVER_BY_FAMILY[family]}` {_REPOSITORY}"


def linux_family(release: dict[str, str]) -> str:
    """Tell the family of packages of a distribution; Debian's where it is unknown."""
    names = [release.get("ID", ""), *release.get("ID_LIKE", "").split()]
    for name in names:
        family = _ALIASES.get(name, name)
        if family in _MANAGER_BY_FAMILY:
            return family
    return "debian"


def _os_release() -> dict[str, str]:
    try:
        return platforms.freedesktop_os_release()
    except OSError:
        return {}
