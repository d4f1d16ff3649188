"""What import-linter cannot say: the list of packages is complete, and modules stay small and well named."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.prose import ROOT, blocks_of

MOST_LINES = 300
NAMES_THAT_SAY_NOTHING = frozenset(
    {"utils", "util", "helpers", "helper", "common", "misc", "services", "exceptions", "constants"}
)
_NOT_OURS = frozenset({"var", "staticfiles", "node_modules", "build", "dist"})
# Beside the packages of the service: what checks it and what measures it.
_BESIDE = frozenset({"tests", "benchmarks", "clients"})

_LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


def packages() -> set[str]:
    """Return the folders of the repository that hold Python modules of the service."""
    return {
        folder.name
        for folder in ROOT.iterdir()
        if folder.is_dir()
        and not folder.name.startswith(".")
        and folder.name not in _NOT_OURS | _BESIDE
        and any(folder.rglob("*.py"))
    }


def modules() -> Iterator[Path]:
    """Yield every module of ours, tests included."""
    for folder in sorted(packages() | _BESIDE):
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_layers_name_every_package_and_nothing_else() -> None:
    [contract] = [
        contract
        for contract in _LINTER["contracts"]
        if contract["type"] == "layers" and "containers" not in contract
    ]
    layered = [name.strip() for layer in contract["layers"] for name in layer.split("|")]
    assert sorted(layered) == sorted(packages())
    assert sorted(_LINTER["root_packages"]) == sorted(packages())


def test_layers_are_exhaustive_inside_each_app() -> None:
    inside = {
        name: contract.get("exhaustive", False)
        for contract in _LINTER["contracts"]
        if contract["type"] == "layers"
        for name in contract.get("containers", [])
    }
    apps = {name for name in packages() if (ROOT / name / "apps.py").exists()} - {"demo"}
    assert apps <= inside.keys()
    assert all(inside.values())


def test_top_level_has_no_loose_module_but_manage() -> None:
    assert [path.name for path in ROOT.glob("*.py")] == ["manage.py"]


def test_module_is_short_enough_to_hold_one_idea() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules()
        if "migrations" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert not long


def test_module_is_named_after_its_idea() -> None:
    vague = [
        str(path.relative_to(ROOT))
        for path in modules()
        if NAMES_THAT_SAY_NOTHING & {path.stem, *path.relative_to(ROOT).parent.parts}
    ]
    assert not vague


def test_module_begins_by_saying_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules()
        if "migrations" not in path.parts
        and (source := path.read_text(encoding="utf-8")).strip()
        and ast.get_docstring(ast.parse(source)) is None
    ]
    assert not silent


def test_picture_of_the_house_and_its_table_name_every_package() -> None:
    picture = (ROOT / "docs" / "house.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'class="name(?: middle)?"[^>]*>(\w+)<', picture))
    assert drawn == packages()
    table = re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \|$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert set(table) == packages()
    told = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert all(re.search(rf"^ *{name}\b", told, re.MULTILINE) for name in packages() - {"healthcode"})


def test_tree_in_architecture_names_only_what_is_there() -> None:
    [tree] = [
        block for block in blocks_of(ROOT / "docs" / "architecture.md") if "CONTRIBUTING.md" in block.text
    ]
    entries = list(tree_entries(tree.text))
    assert packages() <= {path.parts[0] for _, path in entries}
    missing = [f"{path.parts[0]}: {word}" for word, path in entries if not is_there(ROOT / path)]
    assert not missing


def tree_entries(tree: str) -> Iterator[tuple[str, Path]]:
    """Yield what the lines of folders name, with its path; words in parentheses explain."""
    folder = ""
    for line in re.sub(r"\([^)]*\)", "", tree).splitlines():
        head = re.match(r"([a-z]\w*)/", line)
        folder = head[1] if head else folder if line.startswith(" ") else ""
        words = re.sub(r"^\w+/", "", line).split() if folder else []
        for word in words:
            before, _, several = word.rstrip("}").partition("{")
            for name in several.split(",") if several else [""]:
                yield word, Path(folder, before + name)


def is_there(path: Path) -> bool:
    return path.exists() or path.with_name(f"{path.name}.py").exists()


@pytest.mark.parametrize("name", ["healthcode", "civil_time"])
def test_rule_book_and_calendar_are_no_apps(name: str) -> None:
    assert not (ROOT / name / "apps.py").exists()
    assert not (ROOT / name / "models.py").exists()
