"""What is executed is what was written: Microsoft's lexer and parser see the same query in both texts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from corpora import collection

from mssql_mcp.gate import Refusal, check

if TYPE_CHECKING:
    from pathlib import Path

    from scriptdom import Oracle

NAMES = ("Identifier", "QuotedIdentifier", "AsciiStringOrQuotedIdentifier")


def own_texts(repository: Path) -> list[str]:
    folder = repository / "tests" / "gate" / "cases" / "accepted"
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line)["sql"] for line in lines]


def corpus_texts() -> list[str]:
    with collection("corpus/select.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line)["sql"] for line in lines]


def meaning(oracle: Oracle, text: str) -> list[tuple[str, str]]:
    """Give the tokens with names free of their delimiters and without the semicolons around the statement."""
    found = []
    for kind, written in oracle.tokens(text):
        if kind not in NAMES:
            found.append((kind, written))
        elif written[0] in '["':
            close = "]" if written[0] == "[" else '"'
            found.append(("name", written[1:-1].replace(close * 2, close)))
        else:
            found.append(("name", written))
    while found and found[0][0] == "Semicolon":
        found.pop(0)
    while found and found[-1][0] in ("Semicolon", "Go"):
        found.pop()
    return found


def differing(oracle: Oracle, texts: list[str]) -> tuple[int, list[str]]:
    compared, wrong = 0, []
    for text in texts:
        try:
            executed = check(text).sql
        except Refusal:
            continue
        compared += 1
        if meaning(oracle, text.removeprefix("\ufeff")) != meaning(oracle, executed):
            wrong.append(text)
    return compared, wrong


def test_own_texts_keep_their_tokens(oracle: Oracle, repository: Path) -> None:
    """Comments aside, the executed text has the same tokens as the text that was given."""
    compared, wrong = differing(oracle, own_texts(repository))
    assert compared > 150
    assert wrong == []


def test_texts_of_the_corpus_keep_their_tokens(oracle: Oracle) -> None:
    """The same holds for every accepted text of the corpus."""
    compared, wrong = differing(oracle, corpus_texts())
    assert compared > 5_000
    assert wrong == []


def test_executed_texts_are_queries(oracle: Oracle, repository: Path) -> None:
    """What the parser knows of an executed text is one query, whether double quotes delimit names or not."""
    kinds: dict[str, int] = {}
    for text in own_texts(repository) + corpus_texts():
        try:
            executed = check(text).sql
        except Refusal:
            continue
        for quoted in (True, False):
            kind = oracle.judge(executed, quoted_identifier=quoted).kind
            kinds[kind] = kinds.get(kind, 0) + 1
    assert set(kinds) == {"query", "syntax"}  # syntax: newer than the parser's grammar
    assert kinds["query"] > 20 * kinds["syntax"]
