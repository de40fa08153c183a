"""The command that installs what is missing fits the system."""

from __future__ import annotations

import pytest

from mssql_mcp.connection.install import ODBC_DRIVER, ODBC_MANAGER, install_command, linux_family


@pytest.mark.parametrize(
    ("what", "platform", "release", "command"),
    [
        (ODBC_MANAGER, "linux", {"ID": "debian"}, "`sudo apt-get install -y unixodbc`"),
        (ODBC_MANAGER, "linux", {"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "`sudo apt-get install -y unixodbc`"),
        (ODBC_MANAGER, "linux", {"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "`sudo dnf install -y unixODBC`"),
        (ODBC_MANAGER, "linux", {"ID": "fedora"}, "`sudo dnf install -y unixODBC`"),
        (ODBC_MANAGER, "linux", {"ID": "alpine"}, "`sudo apk add unixodbc`"),
        (ODBC_MANAGER, "linux", {}, "`sudo apt-get install -y unixodbc`"),
        (ODBC_MANAGER, "darwin", {}, "`brew install unixodbc`"),
        (ODBC_DRIVER, "win32", {}, "`winget install --id Microsoft.msodbcsql.18 --exact`"),
    ],
)
def test_the_command_fits_the_system(what: str, platform: str, release: dict[str, str], command: str) -> None:
    """Each system gets its own package manager's command."""
    assert install_command(what, platform=platform, release=release) == command


@pytest.mark.parametrize("family", ["ubuntu", "rhel", "suse", "alpine"])
def test_microsofts_driver_needs_its_repository_on_linux(family: str) -> None:
    """On Linux the driver's package comes from Microsoft's repository, and the command says so."""
    command = install_command(ODBC_DRIVER, platform="linux", release={"ID": family})
    assert "msodbcsql18" in command
    assert "Microsoft's package repository" in command


def test_macos_takes_microsofts_tap() -> None:
    """Homebrew gets the driver from Microsoft's tap, with the licence accepted."""
    command = install_command(ODBC_DRIVER, platform="darwin")
    assert "brew tap microsoft/mssql-release" in command
    assert "HOMEBREW_ACCEPT_EULA=Y" in command


def test_this_machine_has_a_family() -> None:
    """Without a given release the machine's own is read."""
    assert install_command(ODBC_MANAGER, platform="linux").startswith("`sudo ")
    assert linux_family({"ID": "opensuse-leap", "ID_LIKE": "suse opensuse"}) == "suse"
