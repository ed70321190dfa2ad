"""The SVG elements of the figures; every text and attribute is escaped here."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

Value = str | float | int


def number(value: float) -> str:
    """A coordinate with one decimal at most, for small and reproducible files."""
    text = f"{value:.1f}"
    return text.removesuffix(".0").replace("-0", "0") if text in ("-0.0", "0.0") else text.removesuffix(".0")


def element(name: str, content: str | Markup = "", **attributes: Value) -> Markup:
    """One element; underscores in attribute names become hyphens, ``cls`` becomes ``class``."""
    parts = []
    for key, value in attributes.items():
        shown = value if isinstance(value, str) else number(value)
        parts.append(f'{"class" if key == "cls" else key.replace("_", "-")}="{escape(shown)}"')
    head = " ".join([name, *parts])
    return Markup(f"<{head}>{escape(content)}</{name}>" if content else f"<{head}/>")


def text(x: float, y: float, words: str, cls: str = "", anchor: str = "start") -> Markup:
    """A line of text; ``anchor`` is start, middle or end."""
    return element("text", words, x=x, y=y, cls=cls, text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, cls: str) -> Markup:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, cls=cls)


def rect(x: float, y: float, width: float, height: float, cls: str, radius: float = 0) -> Markup:
    return element("rect", x=x, y=y, width=max(width, 0), height=height, cls=cls, rx=radius)


def path(d: str, cls: str) -> Markup:
    return element("path", d=d, cls=cls)


def points(*pairs: tuple[float, float]) -> str:
    """Coordinates for a polygon."""
    return " ".join(f"{number(x)},{number(y)}" for x, y in pairs)


def picture(width: float, height: float, title: str, parts: Iterable[Markup], scales: bool = True) -> Markup:
    """A whole drawing, which scales with the page or keeps its size; the title is its text for screen readers."""
    body = element("title", title) + Markup("\n").join(parts)
    box = f"0 0 {number(width)} {number(height)}"
    size: dict[str, Value] = {} if scales else {"width": width, "height": height}
    return element(
        "svg", body, viewBox=box, role="img", aria_label=title, xmlns="http://www.w3.org/2000/svg", **size
    )
