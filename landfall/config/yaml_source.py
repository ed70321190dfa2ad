"""The configuration files: their content, read within bounds, and the line of each key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from landfall.config.fields import Key
from landfall.io import text_lines
from landfall.io.errors import InputError, InputProblem

COMMAND_LINE = "--config"
DEEPEST, LONGEST = 20, 4_200
"""Largest nesting and length of one value in a configuration file; a path has up to 4,096 characters, and Python parses
no number of more than 4,300 digits."""


def dotted(key: Key) -> str:
    """A key in words: ``models[0].distance``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key)
    return text.removeprefix(".")


class Lines:
    """Where each key of the merged configuration was written; the last file that has a key wins.

    ``faults``: of files that are not plain settings, from which no configuration is read. ``moved``: keys that
    are written under a former name, to that name. ``roots``: of each file the mapping that is the configuration: a
    section of the file where another workflow uses landfall as a module, None if it has no key of the configuration.
    """

    def __init__(self, files: Sequence[Path], source: Mapping[str, Any] | None = None) -> None:
        """Files in the order in which they are merged; one that cannot be parsed gives no lines.

        source: the merged configuration as written; the content of the files by default.
        """
        self.files = [Path(file) for file in files]
        self.source = source
        self.moved: Mapping[tuple[str, ...], tuple[str, ...]] = {}
        self.faults: list[InputProblem] = []
        self.roots: list[tuple[Path, yaml.Node | None]] = []
        for file in self.files:
            root, _, wrong = _read(file)
            self.faults += wrong
            self.roots.append((file, root if source is None else _section(root, source)))

    def of(self, key: Key) -> tuple[str, int | None]:
        """File and 1-based line of a key; (``--config``, None) for one that is given but in no file.

        A key at its default has the place where it would be written, :meth:`of_missing`.
        """
        if found := self._written(key):
            return found
        if self._elsewhere:
            return self._last()
        given = self.source is None or any(_has(self.source, name) for name in (key, self._formerly(key)))
        return (COMMAND_LINE, None) if given else self.of_missing(key)

    def _written(self, key: Key) -> tuple[str, int] | None:
        """File and 1-based line of a key; None if no file has it."""
        for written in (key, self._formerly(key)):
            for file, root in reversed(self.roots):
                mark = _mark(root, written)
                if mark is not None:
                    return str(file), mark
        return None

    @property
    def _elsewhere(self) -> bool:
        """Whether the configuration is in none of the files, as one that another workflow computes."""
        return not self.files or (bool(self.source) and all(root is None for _, root in self.roots))

    def _last(self) -> tuple[str, None]:
        """The file that is merged last; ``configuration`` if it is in no file."""
        return ("configuration" if self._elsewhere else str(self.files[-1])), None

    def _formerly(self, key: Key) -> Key:
        """The key under the former name that it, or what holds it, is written under; the key itself if under none."""
        for length in range(len(key), 0, -1):
            if key[:length] in self.moved:
                return self.moved[key[:length]] + key[length:]  # type: ignore[index] # names alone, as found
        for (
            new,
            old,
        ) in self.moved.items():  # a value of the wrong kind: ``licence: {accept: x}`` is licences.use
            below = new[len(key) :]
            if new[: len(key)] == key and old[len(old) - len(below) :] == below and len(old) > len(below):
                return old[: len(old) - len(below)]
        return key

    def written_name(self, key: Key) -> str:
        """The dotted name under which a key is given, a former one perhaps."""
        return dotted(key if self.source is None or _has(self.source, key) else self._formerly(key))

    def names(self, key: Key) -> str:
        """The dotted name of a key, after the former one if it is given under that: ``store (now score_cache)``."""
        written, present = self.written_name(key), dotted(key)
        return present if written == present else f"{written} (now {present})"

    def of_missing(self, key: Key) -> tuple[str, int | None]:
        """File and line where a missing key belongs: those of the section that should hold it."""
        if len(key) > 1:
            return self._written(key[:-1]) or self.of_missing(key[:-1])
        return self._last()

    def repeated(self) -> Iterator[InputProblem]:
        """A fault for each repeated key of a file, of which YAML would silently keep the last."""
        for file, root in self.roots:
            for key, first, again in _repeated(root, ()):
                message = f"{dotted(key)}: repeated, first in line {first}"
                yield InputProblem(str(file), again, message, "keep one of them")


def read_yaml(path: Path) -> tuple[dict[str, Any], list[InputProblem]]:
    """The mapping in a YAML file, or an empty one and the fault by which it cannot be read."""
    _, content, faults = _read(path)
    if not faults and not isinstance(content, dict):
        return {}, [
            InputProblem(str(path), 1, "has no settings", "write one setting per line, as 'key: value'")
        ]
    return {} if faults else content, faults


def _read(path: Path) -> tuple[yaml.Node | None, Any, list[InputProblem]]:
    """The nodes and the content of a YAML file, or the fault by which it cannot be read within bounds."""
    try:
        text = text_lines.whole(path, "configuration")
        if wrong := _unbounded(text):
            return None, None, [InputProblem(str(path), *wrong)]
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        return root, root and loader.construct_document(root), []
    except InputError as error:
        return None, None, error.faults
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not parsed"
        return (
            None,
            None,
            [InputProblem(str(path), mark.line + 1 if mark else None, f"not valid YAML: {problem}")],
        )
    except ValueError as error:  # an invalid date, a number of thousands of digits
        return None, None, [InputProblem(str(path), None, f"holds a value that cannot be read: {error}")]


def _unbounded(text: str) -> tuple[int, str, str] | None:
    """Line, message and remedy of content that could take a YAML reader unbounded time or depth. Raises yaml.YAMLError.

    A few lines of nested aliases expand to millions of values, and each nesting takes a part of the stack.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            return line, f"the alias *{event.anchor} is not read", "write the value out"
        if depth > DEEPEST:
            return line, f"nested more than {DEEPEST} deep", "no setting is nested so deep"
        if isinstance(event, yaml.ScalarEvent) and len(event.value) > LONGEST:
            return line, f"holds a value of more than {LONGEST} characters", "was the right file given?"
    return None


def _section(root: yaml.Node | None, source: Mapping[str, Any]) -> yaml.Node | None:
    """The mapping of a file that has most keys of the configuration, the outermost of several; None if none has any."""
    mappings, level = [], [root]
    while level:
        here = [node for node in level if isinstance(node, yaml.MappingNode)]
        mappings += here
        level = [value for node in here for _, value in node.value]

    def shared(node: yaml.MappingNode) -> int:
        return len({_name_of(name) for name, _ in node.value} & set(map(str, source)))

    best = max(mappings, key=shared, default=None)
    return best if best is not None and shared(best) else None


def _has(value: Any, key: Key) -> bool:
    """Whether a configuration has a key."""
    for part in key:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def _mark(node: yaml.Node | None, key: Key) -> int | None:
    """The 1-based line of a key below a node."""
    line = None
    for part in key:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in reversed(node.value) if _name_of(k) == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            pair = (node.value[part], node.value[part])
        else:
            pair = None
        if pair is None:
            return None
        line, node = pair[0].start_mark.line + 1, pair[1]
    return line


def _name_of(node: yaml.Node) -> str:
    """A key as ``messages.named`` gives it: ``yes`` is a truth value to YAML, and ``1`` a number."""
    text = node.tag == "tag:yaml.org,2002:str" or not isinstance(node, yaml.ScalarNode)
    return str(node.value if text else yaml.safe_load(node.value))


def _repeated(node: yaml.Node | None, above: Key) -> Iterator[tuple[Key, int, int]]:
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _repeated(item, (*above, index))
    if not isinstance(node, yaml.MappingNode):
        return
    seen: dict[str, int] = {}
    for name, value in node.value:
        line = name.start_mark.line + 1
        if name.value in seen:
            yield (*above, name.value), seen[name.value], line
        seen.setdefault(name.value, line)
        yield from _repeated(value, (*above, name.value))
