"""Prose that is run cannot rot: commands, links, paths and citations of the documents are true.

Blocks of other commands than make are executed: the README's by test_readme_story.py, those of
docs/operations.md by test_runbook.py, those of docs/integrators.md by tests/clients/test_integrators_page.py.
"""

import os
import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandParser, get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandError

from demo.accounts import ACCOUNTS
from tests.project.prose import (
    DOCUMENTS,
    INTEGRATORS,
    README,
    ROOT,
    RUNBOOK,
    Block,
    anchors_of,
    blocks_of,
    headings_of,
    inline_code_of,
    is_make,
    links_of,
    make_targets,
    shell_blocks_of,
    targets_run_by_ci,
)

_KNOWN_FENCES = frozenset(
    {"", "sh", "console", "json", "python", "html", "text", "csv", "ndjson", "sql", "http"}
)
_HERE = frozenset({"127.0.0.1", "localhost", "testserver"})
_STANDARDS = frozenset({"www.apache.org", "www.w3.org", "www.rfc-editor.org"})
_MANAGE = re.compile(r"(?:\S*python\S* )?manage\.py ([\w-]+)(.*)")
_FILE = re.compile(r"(?:[\w.-]+/)+[\w.-]+\.(?:py|md|json|toml|html|svg|png|txt|in)")
_FOLDERS_OF_ONE_MACHINE = re.compile(
    r"(?<![\w.*/:-])/(?:home|mnt|media|tmp|builds?|Users|opt|private|runner|workspaces?)/\w"
)
_SOURCE_FILES = [
    path
    for folder in ("civil_time", "healthcode", "identity", "records", "lookup", "demo", "healthkit", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
]


def named(document: Path) -> str:
    return str(document.relative_to(ROOT))


each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=named)


@each_document
def test_fence_says_what_it_holds_so_that_no_command_hides(document: Path) -> None:
    unknown = [
        f"{block} ```{block.language}" for block in blocks_of(document) if block.language not in _KNOWN_FENCES
    ]
    assert not unknown
    hidden = [
        f"{block}: {line}"
        for block in blocks_of(document)
        if block.language not in ("sh", "console")
        for line in block.lines
        if re.match(r"\s*\$ |\s*(make [a-z]+$|curl |\S*python3? )", line) and not is_true_synopsis(line)
    ]
    assert not hidden


def test_is_true_synopsis_compares_the_options_with_the_command() -> None:
    assert is_true_synopsis("python manage.py sync [--source NAME]")
    assert not is_true_synopsis("python manage.py sync [--source NAME] [--faster]")
    assert not is_true_synopsis("python manage.py sync --source laboratory-east")


@pytest.mark.parametrize(
    "block", [block for document in DOCUMENTS for block in shell_blocks_of(document)], ids=str
)
def test_command_is_one_that_ci_runs(block: Block) -> None:
    assert block.commands, "a shell block without a command"
    for command in block.commands:
        if is_make(command):
            assert problem_with_make(command) is None, command
        elif command == ".ci/run":
            assert os.access(ROOT / ".ci" / "run", os.X_OK)
        elif manage := _MANAGE.fullmatch(command):
            assert problem_with_manage(manage[1], shlex.split(manage[2])) is None, command
        else:
            assert block.document in (README, RUNBOOK, INTEGRATORS), f"nothing runs `{command}`"


def test_problem_with_make_sees_a_target_that_is_missing_or_beside_ci() -> None:
    assert problem_with_make("make test") is None
    assert problem_with_make("make run PORT=8001") is None
    assert problem_with_make("make magic") == "no such target"
    assert problem_with_make("make clean") == "CI does not run it"


def test_problem_with_manage_sees_a_command_or_option_that_is_missing() -> None:
    assert problem_with_manage("sync", ["--source", "laboratory-east"]) is None
    assert problem_with_manage("sync", ["--faster"]) is not None
    assert problem_with_manage("levitate", []) == "no such command"


@each_document
def test_inline_command_exists_unless_it_is_planned(document: Path) -> None:
    for code in inline_code_of(document):
        if "planned" in code.paragraph.lower():
            continue
        if is_make(code.text):
            assert code.text.split()[1] in make_targets(), code.text
        elif manage := _MANAGE.match(code.text):
            assert manage[1] in get_commands(), code.text


@each_document
def test_link_leads_somewhere(document: Path) -> None:
    dead = [target for target in links_of(document) if is_dead(target, document)]
    assert not dead


def test_is_dead_tells_a_link_from_a_dead_one() -> None:
    adr = ROOT / "docs" / "adr" / "README.md"
    for living in ("../domain.md", "../domain.md#reasons", "#decision-records", "../../LICENSE"):
        assert not is_dead(living, adr), living
    for dead in ("../domains.md", "../domain.md#rhyme", "#decisions", "https://example.org/"):
        assert is_dead(dead, adr), dead


@each_document
def test_file_named_in_prose_exists_unless_it_is_planned(document: Path) -> None:
    missing = [
        code.text
        for code in inline_code_of(document)
        if _FILE.fullmatch(code.text)
        and "planned" not in code.paragraph.lower()
        and not (ROOT / code.text).exists()
        # What a run writes is there only afterwards.
        and not code.text.startswith("var/")
    ]
    assert not missing


def test_document_cited_by_code_exists_and_has_the_section() -> None:
    cited = {
        (match[1], match[2] or "", named(path))
        for path in _SOURCE_FILES
        for match in re.finditer(r"\b(docs/[\w/.-]+\.md)(?:, (\d+))?", path.read_text(encoding="utf-8"))
    }
    assert len(cited) > 20
    for file, section, by in sorted(cited):
        assert (ROOT / file).exists(), f"{by} cites {file}"
        numbered = [heading for heading in headings_of(ROOT / file) if heading.startswith(f"{section}. ")]
        assert not section or numbered, f"{by} cites {file}, {section}"


@each_document
def test_prose_names_no_path_of_one_machine(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert not _FOLDERS_OF_ONE_MACHINE.findall(text)
    assert str(ROOT) not in text
    assert str(Path.home()) not in re.split(r"[\s`'\"(]", text)


@pytest.mark.parametrize(
    "file",
    [
        *DOCUMENTS,
        *(
            ROOT / name
            for name in ("Makefile", ".ci/run", ".env.example", "requirements.in", "requirements-dev.in")
        ),
        *(ROOT / name for name in ("requirements.txt", "requirements-dev.txt", "pyproject.toml")),
    ],
    ids=named,
)
def test_no_other_infrastructure_is_named(file: Path) -> None:
    urls = re.findall(
        r"\b(?:https?|redis|postgres(?:ql)?)://[^\s`'\"<>)\]]+", file.read_text(encoding="utf-8")
    )
    hosts = {urlsplit(url).hostname or "" for url in urls}
    elsewhere = {
        host
        for host in hosts - _HERE - _STANDARDS
        if host not in ("host", "") and not host.endswith((".example", ".invalid"))
    }
    assert not elsewhere
    assert "--index-url" not in file.read_text(encoding="utf-8")


def test_runbook_and_example_name_every_variable_of_production_and_no_other() -> None:
    production = (ROOT / "healthkit" / "settings" / "production.py").read_text()
    read = set(re.findall(r"_env\.\w+\(\s*\"([A-Z_]+)\"", production))
    assert len(read) > 8
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", RUNBOOK.read_text(), re.MULTILINE))
    not_ours = {"DJANGO_SETTINGS_MODULE", "PROMETHEUS_MULTIPROC_DIR"}
    assert table & (read | not_ours) == read | not_ours
    example = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    # DEBUG is read in order to be refused, so nobody should copy it.
    assert example == read - {"DEBUG"} | {"DJANGO_SETTINGS_MODULE"}


def test_readme_names_every_account_of_the_demo() -> None:
    rows = {
        (account.role, account.mobile.removeprefix("+86"), account.password): account for account in ACCOUNTS
    }
    told = re.findall(r"^\| `(\w+)` \| (\d{11}) \| (\S+) \|", README.read_text(), re.MULTILINE)
    assert sorted(told) == sorted(rows)


def test_readme_shows_every_screenshot() -> None:
    taken = {f"docs/screenshots/{path.name}" for path in (ROOT / "docs" / "screenshots").iterdir()}
    assert taken <= set(links_of(README))


def problem_with_make(command: str) -> str | None:
    """Return what is untrue about a make command; variables and options may follow the target."""
    target = command.split()[1]
    if target not in make_targets():
        return "no such target"
    return None if target in targets_run_by_ci() else "CI does not run it"


def problem_with_manage(name: str, arguments: list[str]) -> str | None:
    """Return what is untrue about a manage.py command: it is not there, or does not take these arguments."""
    if name not in get_commands():
        return "no such command"
    try:
        parser_of(name).parse_args(arguments)
    except CommandError as refused:
        return str(refused)
    return None


def is_true_synopsis(line: str) -> bool:
    """Tell whether a line shows what a manage.py command takes, optional parts in brackets, and is right."""
    manage = _MANAGE.fullmatch(line.strip())
    if manage is None or "[" not in line or manage[1] not in get_commands():
        return False
    takes = parser_of(manage[1]).format_help()
    return all(option in takes.split() for option in re.findall(r"\[(--[\w-]+)", manage[2]))


def parser_of(name: str) -> CommandParser:
    """Return the parser of a manage.py command."""
    app = get_commands()[name]
    command = load_command_class(app, name) if isinstance(app, str) else app
    assert isinstance(command, BaseCommand)
    parser: CommandParser = command.create_parser("manage.py", name)
    parser.called_from_command_line = False
    return parser


def is_dead(target: str, document: Path) -> bool:
    """Tell whether a link leads nowhere: outside, to a missing file, or to a missing heading."""
    if urlsplit(target).scheme:
        return urlsplit(target).hostname not in _HERE | _STANDARDS
    file, _, anchor = target.partition("#")
    where = (document.parent / file).resolve() if file else document
    if not where.exists() or not where.is_relative_to(ROOT):
        return True
    return bool(anchor) and anchor not in anchors_of(where)
