"""What the rest of the archive knows of the index: a small port, without the engine behind it."""

import ast
import typing
from collections.abc import Iterator
from pathlib import Path

import archive.index as port

ROOT = Path(__file__).parents[3]
OPEN = {"archive.index", "archive.index.query", "archive.index.analysis"}


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules = [f"{node.module}.{one.name}" for one in node.names]
            yield from [node.module, *(one for one in modules if _is_module(one))]


def _is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_nothing_outside_reaches_behind_the_port() -> None:
    outside = [
        path
        for package in ("archive", "worker", "web")
        for path in (ROOT / package).rglob("*.py")
        if not path.is_relative_to(ROOT / "archive" / "index")
    ]
    behind = [
        (str(path.relative_to(ROOT)), name)
        for path in outside
        for name in _imports(path)
        if name.startswith("archive.index") and name not in OPEN
    ]

    assert len(outside) > 100
    assert behind == []


def test_an_expander_is_given_the_words_and_nothing_of_the_index() -> None:
    hints = typing.get_type_hints(port.Expander.expand)

    assert set(hints) == {"words", "return"}


def test_the_port_says_all_that_a_second_backend_must_provide() -> None:
    public = {name for name in vars(port.SearchIndex) if not name.startswith("_")}

    unnamed = [name for name in public if f"`{name}`" not in (port.__doc__ or "")]

    assert "search" in public
    assert unnamed == []
