"""An XML file as a small tree, read within bounds of size, depth, count and text; nothing in it is ever expanded."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from lending.exceptions import FileNotReadable

LARGEST_FILE = 20_000_000  # bytes; a few hundred applications of the Desktop Underwriter kind
DEEPEST = 64  # levels; the deepest leaf of the DU specification lies at about 20
MOST_ELEMENTS = 500_000
MOST_ATTRIBUTES = 32  # of one element
LONGEST_TEXT = 20_000  # characters of one element
BLOCK = 65_536  # bytes handed to the parser at a time, so that a limit stops it early

MISMO = "http://www.mismo.org/residential/2009/schemas"
XLINK = "http://www.w3.org/1999/xlink"
PREFIXES = {
    MISMO: "",
    XLINK: "xlink:",
    "http://www.datamodelextension.org/Schema/ULAD": "ULAD:",
    "http://www.datamodelextension.org/Schema/DU": "DU:",
    "http://www.w3.org/2001/XMLSchema-instance": "xsi:",
}
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")


class TooMuch(Exception):
    """The file passes a bound; the message says which."""


class Node:
    """One element: its name without namespace (extensions keep ``ULAD:`` or ``DU:``), attributes, text and children.

    An element of an unknown namespace, or of none, keeps it in braces. A node is ``taken`` once a field of ours holds
    what it says.
    """

    __slots__ = ("attributes", "children", "name", "parent", "taken", "text")

    def __init__(self, name: str, attributes: dict[str, str], parent: "Node | None") -> None:
        self.name = name
        self.attributes = attributes
        self.parent = parent
        self.children: list[Node] = []
        self.text = ""
        self.taken = False

    def all(self, path: str) -> Iterator["Node"]:
        """Yield every node at a path such as ``ASSETS/ASSET``, in file order."""
        first, _, rest = path.partition("/")
        for child in self.children:
            if child.name == first:
                yield from child.all(rest) if rest else (child,)

    def first(self, path: str) -> "Node | None":
        """Return the first node at a path, if there is one."""
        return next(self.all(path), None)

    def under(self, name: str) -> Iterator["Node"]:
        """Yield every node of that name at any depth below this one."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.under(name)

    def path(self, root: str) -> str:
        """Return where the node lies below its ancestor named ``root``, with its place among siblings of its name."""
        if self.parent is None or self.name == root:
            return self.name if self.parent is None else ""
        alike = [child for child in self.parent.children if child.name == self.name]
        place = f"[{alike.index(self) + 1}]" if len(alike) > 1 else ""
        above = self.parent.path(root)
        return f"{above}/{self.name}{place}" if above else f"{self.name}{place}"


class _Builder:
    """Receives the parser's events and stops it at the first bound that is passed."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._texts: list[list[str]] = []
        self._lengths: list[int] = []
        self._count = 0
        self._names: dict[str, str] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS:
            raise TooMuch(f"holds more than {MOST_ELEMENTS:,} elements. Split it.")
        if len(self._open) >= DEEPEST:
            raise TooMuch(f"is nested deeper than {DEEPEST} levels, so it is not a loan file.")
        if len(attributes) > MOST_ATTRIBUTES:
            raise TooMuch(f"has an element with more than {MOST_ATTRIBUTES} attributes, so it is not a loan file.")
        parent = self._open[-1] if self._open else None
        named = {self._short(name) if name[0] == "{" else name: value for name, value in attributes.items()}
        node = Node(self._short(tag) if tag[0] == "{" else f"{{}}{tag}", named, parent)
        if parent is None:
            self.root = node
        else:
            parent.children.append(node)
        self._open.append(node)
        self._texts.append([])
        self._lengths.append(0)

    def data(self, text: str) -> None:
        self._lengths[-1] += len(text)
        if self._lengths[-1] > LONGEST_TEXT:
            raise TooMuch(f"has an element with more than {LONGEST_TEXT:,} characters of text. Shorten it.")
        self._texts[-1].append(text)

    def end(self, tag: str) -> None:
        self._open.pop().text = "".join(self._texts.pop()).strip()
        self._lengths.pop()

    def close(self) -> "Node | None":
        return self.root

    def _short(self, tag: str) -> str:
        """Return a name that has a namespace with our prefix for it, or with the namespace where it is unknown."""
        if tag not in self._names:
            space, _, local = tag[1:].partition("}")
            self._names[tag] = PREFIXES.get(space, f"{{{space}}}") + local
        return self._names[tag]


def read_tree(path: Path) -> Node:
    """Return the root of an XML file.

    Raises ``FileNotReadable`` for a file that is too large, not UTF-8, not well-formed, or that passes a bound, and for
    any document type or entity declaration: nothing is ever expanded or fetched.
    """
    content = _content_of(path)
    builder = _Builder()
    parser = DefusedXMLParser(target=builder, encoding="utf-8", forbid_dtd=True)
    try:
        for start in range(0, len(content), BLOCK):
            parser.feed(content[start : start + BLOCK])
        parser.close()
    except DefusedXmlException as exc:
        problem = "declares a document type or entities, which no loan file needs. Export it without them."
        raise FileNotReadable(path.name, problem) from exc
    except TooMuch as exc:
        raise FileNotReadable(path.name, str(exc)) from exc
    except (ParseError, ValueError, LookupError) as exc:
        line = getattr(exc, "position", (0, 0))[0]
        raise FileNotReadable(path.name, f"is not well-formed XML (line {line}). Export it again.") from exc
    if builder.root is None:
        raise FileNotReadable(path.name, "holds no XML. Export it again.")
    return builder.root


def _content_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise FileNotReadable(path.name, f"is larger than {LARGEST_FILE:,} bytes. Split it.")
        content = path.read_bytes()
    except OSError as exc:
        raise FileNotReadable(path.name, f"cannot be read ({exc.strerror}).") from exc
    if not content.strip():
        raise FileNotReadable(path.name, "is empty. Export it again.")
    if b"\0" in content:
        raise FileNotReadable(path.name, "holds zero bytes, so it is not UTF-8 text. Export it as UTF-8.")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise FileNotReadable(path.name, f"is not UTF-8 (byte {exc.start}). Export it as UTF-8.") from exc
    declared = _DECLARED.search(content[:400])
    if declared and declared[1].lower() not in {b"utf-8", b"us-ascii", b"ascii"}:
        raise FileNotReadable(path.name, "declares an encoding other than UTF-8. Export it as UTF-8.")
    return content.removeprefix(b"\xef\xbb\xbf")


def places(children: list[Node]) -> Iterator[tuple[Node, str]]:
    """Yield each child with its step in a path: the name, and its place where siblings share it."""
    total, seen = Counter(child.name for child in children), Counter[str]()
    for child in children:
        seen[child.name] += 1
        yield child, f"{child.name}[{seen[child.name]}]" if total[child.name] > 1 else child.name
