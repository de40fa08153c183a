"""T-SQL text to a tree: sqlglot's parser, kept from rewriting what T-SQL means.

sqlglot turns the functions that it knows into general ones and loses their T-SQL details on the way (`LEN` becomes a
length of a cast, `DATEDIFF` a difference of casts). So every function that the demo knows is renamed before the parser
sees it, and comes out as a plain call with its arguments as they were written. The same is done to `REAL`, which would
become a FLOAT, to literals of money, which the tokenizer does not know, and to `?`, which gets its number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp
from sqlglot.dialects.tsql import TSQL
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from mssql_mcp.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Collection

PREFIX = "f$"
"""What a renamed function's name begins with; no T-SQL name can begin so unquoted."""
PARAMETER = "PARAMETER"
"""The function that a `?` becomes; its argument is the mark's number in the text, from 1."""
_SUBQUERY = (
    (TokenType.L_PAREN, "("),
    (TokenType.SELECT, "SELECT"),
    (TokenType.STAR, "*"),
    (TokenType.FROM, "FROM"),
)
_NOT_ORDERED = {"<": (TokenType.GTE, ">="), ">": (TokenType.LTE, "<=")}
# What has a syntax of its own, which sqlglot knows and keeps.
_KEPT = {"APPLY", "CAST", "CONVERT", "EXISTS", "OPENJSON", "TRIM", "TRY_CAST", "TRY_CONVERT"}
_TYPE_NAMES = {"CHAR", "NCHAR"}
_TYPE_CONTEXT = {"AS", "CONVERT", "TRY_CONVERT", "("}


def read(sql: str, functions: Collection[str]) -> exp.Expr:
    """Parse one statement.

    Args:
        sql: T-SQL.
        functions: Upper-case names of the functions that come out as `exp.Anonymous` named `f$NAME`.

    Raises:
        UnsupportedError: The text cannot be read, or is not one statement.
    """
    dialect = TSQL()
    try:
        trees = dialect.parser().parse(_renamed(dialect.tokenize(sql), functions), sql)
    except SqlglotError as error:
        raise UnsupportedError(
            f"The demo cannot read this statement: {_reason(error)}.",
            code="unsupported.demo",
            hint="The demo reads one SELECT; put it in another way, or ask a real SQL Server.",
        ) from None
    # A semicolon with a comment behind it comes back as a statement of its own.
    statements = [tree for tree in trees if tree is not None and not isinstance(tree, exp.Semicolon)]
    if not statements:
        raise UnsupportedError("There is no statement in the text.", code="unsupported.demo")
    if len(statements) != 1:
        raise UnsupportedError("The demo runs one statement at a time.", code="unsupported.demo")
    tree: exp.Expr = statements[0]
    return tree


def _reason(error: SqlglotError) -> str:
    errors = getattr(error, "errors", None)
    if errors:
        first = errors[0]
        what, line, where = (first.get(key) for key in ("description", "line", "highlight"))
        return f"{what or 'unexpected text'} at line {line}, near {where!r}"
    return str(error).splitlines()[0].rstrip(".")


def _renamed(tokens: list[Token], functions: Collection[str]) -> list[Token]:
    tokens = _wrapped_openjson(tokens)
    found: list[Token] = []
    position = marks = 0
    while position < len(tokens):
        token = tokens[position]
        following = tokens[position + 1] if position + 1 < len(tokens) else None
        name = token.text.upper()
        is_word = token.token_type not in {TokenType.IDENTIFIER, TokenType.STRING, TokenType.NATIONAL_STRING}
        if is_word and _is_call(tokens, position, functions) and not (name in _TYPE_NAMES and _names_type(found)):
            token = _like(token, TokenType.VAR, PREFIX + name)
        elif (
            token.token_type == TokenType.NOT and token.text == "!" and following is not None and following.text in "<>"
        ):
            found.append(_like(token, *_NOT_ORDERED[following.text]))
            position += 2
            continue
        elif token.token_type == TokenType.PLACEHOLDER:
            marks += 1
            found.extend(_call(token, PARAMETER, marks))
            position += 1
            continue
        elif name == "0X" and token.end - token.start == 1:
            # No digit: the empty binary, which the tokenizer takes for a name.
            token = _like(token, TokenType.HEX_STRING, "")
        elif is_word and name == "REAL" and token.token_type == TokenType.FLOAT:
            token = _like(token, TokenType.VAR, PREFIX + "real")
        elif is_word and name == "$" and _text(tokens, position + 1) == "-":
            # $-5 is -$5.
            found.append(_like(token, TokenType.DASH, "-"))
            tokens = [
                *tokens[: position + 1],
                _like(token, TokenType.VAR, "$" + _text(tokens, position + 2)),
                *tokens[position + 3 :],
            ]
            position += 1
            continue
        elif is_word and (
            (name.startswith("$") and name[1:].replace(".", "", 1).isdigit())
            or (name == "$" and _text(tokens, position + 1) == ".")
        ):
            position += _money(tokens, position, found)
            continue
        found.append(token)
        position += 1
    return found


def _is_call(tokens: list[Token], position: int, functions: Collection[str]) -> bool:
    """Whether a function that is to be renamed is called here: one of ours, or one that sqlglot would rewrite."""
    token = tokens[position]
    name = token.text.upper()
    rewritten = token.token_type == TokenType.VAR and name in TSQL.Parser.FUNCTIONS and name not in _KEPT
    if _text(tokens, position + 1) != "(" or not (name in functions or rewritten):
        return False
    # `) x(a, b)` and `AS x(a, b)` name columns, and so does `x(a, b) AS (` in WITH.
    before = _text(tokens, position - 1) if position else ""
    end = _closing(tokens, position + 1)
    names_columns = before == "AS" or (before == ")" and not _ends_top(tokens, position - 1))
    return not names_columns and not (_text(tokens, end) == "AS" and _text(tokens, end + 1) == "(")


def _ends_top(tokens: list[Token], position: int) -> bool:
    """Whether the parenthesis that closes here is that of `TOP (n)`."""
    depth = 0
    while position >= 0:
        kind = tokens[position].token_type
        depth += (kind == TokenType.R_PAREN) - (kind == TokenType.L_PAREN)
        if depth == 0:
            return position > 0 and _text(tokens, position - 1) == "TOP"
        position -= 1
    return False


def _wrapped_openjson(tokens: list[Token]) -> list[Token]:
    """Put `APPLY OPENJSON(...) WITH (...)` into a subquery: sqlglot reads WITH there, and not behind APPLY."""
    found: list[Token] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        found.append(token)
        position += 1
        if token.text.upper() != "APPLY" or _text(tokens, position) != "OPENJSON":
            continue
        end = _closing(tokens, position + 1)
        if _text(tokens, end) != "WITH":
            continue
        end = _closing(tokens, end + 1)
        for kind, text in _SUBQUERY:
            found.append(_like(token, kind, text))
        found += tokens[position:end]
        found.append(_like(token, TokenType.R_PAREN, ")"))
        position = end
    return found


def _text(tokens: list[Token], position: int) -> str:
    return tokens[position].text.upper() if position < len(tokens) else ""


def _closing(tokens: list[Token], opening: int) -> int:
    """Give the position behind the parenthesis that closes the one at `opening`."""
    depth = 0
    for position in range(opening, len(tokens)):
        depth += (tokens[position].token_type == TokenType.L_PAREN) - (tokens[position].token_type == TokenType.R_PAREN)
        if depth == 0:
            return position + 1
    return len(tokens)


def _names_type(before: list[Token]) -> bool:
    """Whether a type stands here: after AS, or as the first argument of CONVERT."""
    if not before:
        return False
    if before[-1].text.upper() == "AS":
        return True
    return len(before) > 1 and before[-1].text == "(" and before[-2].text.upper() in _TYPE_CONTEXT


def _money(tokens: list[Token], position: int, found: list[Token]) -> int:
    """Replace `$12.50` by CAST('12.50' AS money); give how many tokens it was."""
    token = tokens[position]
    digits, used = token.text[1:], 1
    rest = tokens[position + 1 : position + 3]
    if rest and rest[0].token_type == TokenType.DOT and rest[0].start == token.end + 1:
        digits, used = digits + ".", 2
        if len(rest) > 1 and rest[1].token_type == TokenType.NUMBER and rest[1].start == rest[0].end + 1:
            digits, used = digits + rest[1].text, 3
    for kind, text in (
        (TokenType.VAR, "CAST"),
        (TokenType.L_PAREN, "("),
        (TokenType.STRING, digits),
        (TokenType.ALIAS, "AS"),
        (TokenType.MONEY, "money"),
        (TokenType.R_PAREN, ")"),
    ):
        found.append(_like(token, kind, text))
    return used


def _call(token: Token, name: str, argument: int) -> list[Token]:
    return [
        _like(token, TokenType.VAR, PREFIX + name),
        _like(token, TokenType.L_PAREN, "("),
        _like(token, TokenType.NUMBER, str(argument)),
        _like(token, TokenType.R_PAREN, ")"),
    ]


def _like(token: Token, kind: TokenType, text: str) -> Token:
    return Token(kind, text, token.line, token.col, token.start, token.end)
