"""What is said in several files of the repository agrees: versions, names, addresses, pins."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOWS = ("tests.yml", "live.yml", "release.yml")


@pytest.fixture(name="project")
def fixture_project(repository: Path) -> dict[str, Any]:
    return tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(name="registry")
def fixture_registry(repository: Path) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads((repository / "server.json").read_text(encoding="utf-8"))
    return entry


def text_of(repository: Path, *parts: str) -> str:
    return repository.joinpath(*parts).read_text(encoding="utf-8")


def test_the_registry_s_entry_is_this_version(project: dict[str, Any], registry: dict[str, Any]) -> None:
    """server.json names the distribution and the version of pyproject.toml."""
    assert registry["version"] == project["project"]["version"]
    package = registry["packages"][0]
    assert (package["identifier"], package["version"]) == (project["project"]["name"], project["project"]["version"])
    assert registry["description"] == project["project"]["description"]
    assert len(registry["description"]) <= 100  # the registry's limit


def test_the_ownership_proof_is_where_the_registry_looks(repository: Path, registry: dict[str, Any]) -> None:
    """README and image carry the name under which the registry knows the server."""
    assert f"<!-- mcp-name: {registry['name']} -->" in text_of(repository, "README.md")
    assert f'io.modelcontextprotocol.server.name="{registry["name"]}"' in text_of(repository, "Dockerfile")


def test_the_registry_s_variables_are_read(registry: dict[str, Any]) -> None:
    """Each environment variable that server.json asks for is one that the settings read."""
    from mssql_mcp.settings.declaration import SHORT_NAMES

    assert {variable["name"] for variable in registry["packages"][0]["environmentVariables"]} <= set(SHORT_NAMES)


def test_the_repository_has_one_address(repository: Path, project: dict[str, Any]) -> None:
    """Every link to the repository has the address of pyproject.toml."""
    home = project["project"]["urls"]["Source"]
    files = [
        *repository.glob("*.md"),
        repository / "server.json",
        repository / "Dockerfile",
        *(repository / "docs").rglob("*.md"),
    ]
    own = re.compile(r"https://github\.com/[\w.-]+/(?:mssql-mcp|sqlserver-mcp)\b")
    found = {match for file in files for match in own.findall(file.read_text(encoding="utf-8"))}
    assert found == {home}
    assert all(url.startswith(home) for url in project["project"]["urls"].values())


def test_pythons_agree(repository: Path, project: dict[str, Any]) -> None:
    """Classifiers, tox and the workflow test the same versions of Python."""
    prefix = "Programming Language :: Python :: 3."
    minors = {item.removeprefix(prefix) for item in project["project"]["classifiers"] if item.startswith(prefix)}
    assert set(re.findall(r"\bpy3(\d+)", text_of(repository, "tox.ini"))) == minors
    matrix = re.search(r"python: \[(.*)\]", text_of(repository, ".github", "workflows", "tests.yml"))
    assert matrix is not None
    assert set(re.findall(r'"3\.(\d+)"', matrix[1])) == minors


def test_ruff_is_one_version(repository: Path, project: dict[str, Any]) -> None:
    """pre-commit runs a ruff that the lint group allows."""
    hooks = set(re.findall(r'"ruff==([\d.]+)"', text_of(repository, ".pre-commit-config.yaml")))
    assert len(hooks) == 1
    assert f"ruff>={hooks.pop()}," in " ".join(project["dependency-groups"]["lint"])


def test_every_tox_environment_is_described(repository: Path) -> None:
    """`tox list` says what each environment is for."""
    sections = re.split(r"^\[testenv", text_of(repository, "tox.ini"), flags=re.MULTILINE)[1:]
    assert len(sections) > 5
    assert [section.partition("]")[0] for section in sections if "\ndescription = " not in section] == []


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_actions_are_pinned_and_have_few_rights(repository: Path, workflow: str) -> None:
    """Every action is pinned to a commit and says its version; each job has its own rights; no credential stays."""
    text = text_of(repository, ".github", "workflows", workflow)
    uses = re.findall(r"uses: (.+)", text)
    loose = [use for use in uses if not re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use)]
    assert loose == []
    assert re.search(r"^permissions: \{\}$", text, re.MULTILINE)
    jobs = re.split(r"^  (?=[\w-]+:$)", text.partition("\njobs:\n")[2], flags=re.MULTILINE)[1:]
    assert jobs
    for job in jobs:
        assert "\n    permissions:" in job, job
        assert "\n    timeout-minutes: " in job, job
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")


def test_every_workflow_is_looked_at(repository: Path) -> None:
    """A new workflow is added to the list above."""
    assert sorted(path.name for path in (repository / ".github" / "workflows").iterdir()) == sorted(WORKFLOWS)
