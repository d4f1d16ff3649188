"""What the documents say, as data: commands in shell blocks, links, headings. Read by the tests beside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
RUNBOOK = ROOT / "docs" / "operations.md"
INTEGRATORS = ROOT / "docs" / "integrators.md"
DOCUMENTS = (README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))

_FENCE = re.compile(r"^ *(`{3,}|~{3,}) *(\S*)")
_CODE = re.compile(r"(?<!`)`((?:[^`\n]|\n(?!\n))+)`(?!`)")
_LINK = re.compile(r"!?\[(?:[^\]\\]|\\.)*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
_SOURCE = re.compile(r"""\b(?:src|srcset|href)=["']([^"']+)["']""")
_HEADING = re.compile(r"^(#{1,6}) +(.+?) *#*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Block:
    """A fenced block: what its fence says it is, and its lines."""

    document: Path
    line: int
    language: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.document.relative_to(ROOT)}:{self.line}"

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    @property
    def commands(self) -> list[str]:
        """The commands of a shell block: comments left out, continued lines joined."""
        lines = [line for line in self.lines if not line.lstrip().startswith("#")]
        if self.language == "console":
            lines = [line.lstrip()[2:] for line in lines if line.lstrip().startswith("$ ")]
        joined = re.sub(r" *\\\n\s*", " ", "\n".join(lines))
        return [line.strip() for line in joined.splitlines() if line.strip()]


@dataclass(frozen=True, kw_only=True)
class Code:
    """A piece of inline code and the paragraph around it."""

    text: str
    paragraph: str


def shell_blocks_of(document: Path) -> list[Block]:
    """Return the fenced blocks that a reader would type."""
    return [block for block in blocks_of(document) if block.language in ("sh", "console")]


def blocks_of(document: Path) -> list[Block]:
    """Return the fenced blocks of a document."""
    return [part for part in _parts(document) if isinstance(part, Block)]


def prose_of(document: Path) -> str:
    """Return the text outside the fences."""
    return "\n".join(part for part in _parts(document) if isinstance(part, str))


def links_of(document: Path) -> list[str]:
    """Return the target of every link and picture."""
    prose = _CODE.sub("`", prose_of(document))
    return [*_LINK.findall(prose), *_SOURCE.findall(prose)]


def headings_of(document: Path) -> list[str]:
    """Return the headings, as written."""
    return [heading for _, heading in _HEADING.findall(prose_of(document))]


def anchors_of(document: Path) -> set[str]:
    """Return the anchors of the headings, as GitHub makes them: a second one of a name gets -1."""
    anchors: list[str] = []
    for heading in headings_of(document):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        again = sum(re.fullmatch(re.escape(slug) + r"(-\d+)?", anchor) is not None for anchor in anchors)
        anchors.append(f"{slug}-{again}" if again else slug)
    return set(anchors)


def inline_code_of(document: Path) -> list[Code]:
    """Return each piece of inline code; the paragraph of one in a table is its row."""
    found: list[Code] = []
    for paragraph in re.split(r"\n\s*\n|\n(?=\|)", prose_of(document)):
        found += [
            Code(text=re.sub(r"\s+", " ", code), paragraph=paragraph) for code in _CODE.findall(paragraph)
        ]
    return found


def is_make(command: str) -> bool:
    return re.match(r"make [a-z]", command) is not None


def make_targets() -> dict[str, list[str]]:
    """Return the targets of the Makefile with what each needs first; files are left out."""
    rules = re.findall(r"^([a-z][\w-]*):([^=\n]*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return {name: [word for word in needs.split() if word != "|"] for name, needs in rules}


def targets_run_by_ci() -> set[str]:
    """Return the targets that .ci/run makes, what these need, and `run`, which run-test makes in a clone."""
    targets = make_targets()
    waiting = re.findall(r"^make ([\w-]+)$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    reached: set[str] = set()
    while waiting:
        target = waiting.pop()
        if target in targets and target not in reached:
            reached.add(target)
            waiting += targets[target]
    first_run = (ROOT / "tests" / "first_run" / "test_first_run.py").read_text()
    if "run-test" in reached and '["make", "run"' in first_run:
        reached.add("run")
    return reached


def _parts(document: Path) -> Iterator[Block | str]:
    fence, language, begun, lines = "", "", 0, list[str]()
    for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), start=1):
        mark = _FENCE.match(line)
        if fence and mark and mark[1].startswith(fence) and not mark[2]:
            yield Block(document=document, line=begun, language=language, lines=tuple(lines))
            fence = ""
        elif fence:
            lines.append(line)
        elif mark:
            fence, language, begun, lines = mark[1], mark[2].lower(), number, []
            yield ""
        else:
            yield line
    if fence:
        raise AssertionError(f"{document.name}:{begun}: a fence without its end")
