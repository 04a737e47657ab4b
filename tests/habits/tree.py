"""What lies in the repository."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows, or would if they were added."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = sorted(ROOT / name for name in listed.split("\0") if name)
    return [path for path in paths if path.is_file()]


def name_of(path: Path) -> str:
    """As people write it."""
    return path.relative_to(ROOT).as_posix()


def text(name: str) -> str:
    """A file's text."""
    return (ROOT / name).read_text(encoding="utf-8")


def section(markdown: str, heading: str) -> str:
    """What stands under a heading, up to the next of its kind or a higher one."""
    level = heading.count("#")
    found = re.search(
        rf"^{re.escape(heading)}$\n(.*?)(?=^#{{1,{level}}} |\Z)", markdown, re.M | re.S
    )
    assert found, f"there is no heading '{heading}'"
    return found[1]


def rows(markdown: str) -> list[list[str]]:
    """Cells of the tables, without their heads."""
    lines = [line for line in markdown.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    rules = [at for at, row in enumerate(cells) if set("".join(row)) <= set("-: ")]
    heads = {*rules, *(at - 1 for at in rules)}
    return [row for at, row in enumerate(cells) if at not in heads]


def braced(source: str, opening: str) -> str:
    """What stands between the braces that follow some text."""
    at = source.index("{", source.index(opening))
    depth = 0
    for end in range(at, len(source)):
        depth += {"{": 1, "}": -1}.get(source[end], 0)
        if depth == 0:
            return source[at + 1 : end]
    raise AssertionError(f"the braces after '{opening}' don't close")


def uncommented(source: str) -> str:
    """Rust without its comments and attributes."""
    source = re.sub(r"//.*", "", source)
    return re.sub(r"#\[[^\]]*\]", "", source)


def variants(body: str) -> dict[str, list[str]]:
    """Names of an enum's variants, each with the names of its fields."""
    found = re.findall(r"(\w+)\s*(?:\{([^}]*)\}|\([^)]*\))?\s*(?:,|\Z)", uncommented(body))
    return {name: re.findall(r"(\w+)\s*:(?!:)", fields) for name, fields in found}
