"""A Scene as a picture in a file: SVG that needs no font, script or network of its own.

The words, places and colours are the canvas's; what the browser measures there is estimated here, from
the widths of Helvetica's letters, so that the same scene gives the same file everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from builder.boxes import MOST_LINES
from builder.captions import BLOCK_FAMILY, COLORS
from builder.kinds import Color
from builder.placing import LABEL_HEIGHT
from builder.scenes import Arrow, Box, Link, Scene

FONT = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
LEFT, RIGHT = 18, 10  # pixels: words stand between the stripe and the right edge
FIRST_LINE, LINE = 56, 15  # of a message: its first base line, and from one to the next
LOW = 40  # a box under this has room for its name alone
HEAD = 46  # of a frame, a block that is drawn open: its name stands there
TITLE, SUBTITLE, FIGURE, LABEL = 13.0, 11.5, 10.5, 11.0  # pixels high
BOLD = 1.07  # how much wider bold letters are
CHANGES = {  # what a box may be marked as: its colour on a light and on a dark page
    "added": Color("#1a7f37", "#5fd38a"),
    "removed": Color("#b3261e", "#ff9b94"),
    "changed": Color("#8a5a00", "#f0c060"),
}
FLOWING = ("ok", "warning", "checking")  # out of a box in another state nothing flows yet

# Widths of letters in hundredths of their height: Helvetica's, rounded up.
WIDTHS = {
    **dict.fromkeys("ijl'|", 23),
    **dict.fromkeys(" tfI.,:;!/[]()`·", 29),
    **dict.fromkeys('r-*"{}', 39),
    **dict.fromkeys("cksvxyzJ", 51),
    **dict.fromkeys("ABEKPSVXY&", 67),
    **dict.fromkeys("CDGHNORUQ", 78),
    **dict.fromkeys("FTLZ+=<>~×", 62),
    **dict.fromkeys("mMwW@%…", 95),
}
USUAL = 56
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Page:
    """The colours of the page under the picture, light or dark: the canvas's own."""

    background: str
    text: str
    line: str
    bad: str
    warn: str

    def tint(self, color: str, percent: float) -> str:
        """So much of a colour over the page's own."""
        return mixed(color, self.background, percent)

    @property
    def muted(self) -> str:
        return self.tint(self.text, 74)


LIGHT = Page("#ffffff", "#1b2430", "#dfe4ec", "#b3261e", "#8a5a00")
DARK = Page("#12161d", "#e7ecf3", "#2f3846", "#ff9b94", "#f0c060")


def svg(
    scene: Scene, dark: bool = False, name: str = "Network", changes: Mapping[str, str] | None = None
) -> str:
    """The scene as an SVG file's text, scene.width by scene.height pixels.

    dark  on a dark page, as the canvas has it in a dark theme.
    name  the document's; what a screen reader and a browser's tab call the picture.
    changes  box -> added, removed or changed, in that colour and with the word; the others are pale then.
    """
    page = DARK if dark else LIGHT
    width, height = f"{max(scene.width, 1):g}", f"{max(scene.height, 1):g}"
    picture = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": width,
            "height": height,
            "viewBox": f"0 0 {width} {height}",
            "role": "img",
            "font-family": FONT,
        },
    )
    _add(picture, "title", name)
    _add(picture, "rect", width=width, height=height, fill=page.background)
    states = {box.id: box.state for box in scene.boxes}
    frames = [box for box in scene.boxes if box.frame]
    for frame in frames:  # before the lines that lead into it
        _box(picture, frame, page, dark, changes)
    for link in scene.links:
        _link(picture, link, page)
    for arrow in scene.arrows:
        _arrow(picture, arrow, page, flows=states.get(arrow.source) in FLOWING)
    for arrow in scene.arrows:  # after all lines, so that none crosses a label
        _plate(picture, arrow.label, arrow.label_at, page)
    for box in scene.boxes:
        if box not in frames:
            _box(picture, box, page, dark, changes)
    ElementTree.indent(picture)
    return ElementTree.tostring(picture, encoding="unicode") + "\n"


def mixed(color: str, other: str, percent: float) -> str:
    """As CSS's color-mix(in srgb, color percent%, other); all three as #rrggbb."""
    pairs = zip(*(bytes.fromhex(each[1:]) for each in (color, other)), strict=True)
    return "#" + "".join(f"{round((a * percent + b * (100 - percent)) / 100):02x}" for a, b in pairs)


def _add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: object) -> ElementTree.Element:
    """A new element; its text is text, never markup, and holds no character that XML forbids."""
    given = {key.replace("_", "-"): _number(value) for key, value in attributes.items()}
    added = ElementTree.SubElement(parent, tag, given)
    added.text = NOT_IN_XML.sub("\ufffd", text) or None
    return added


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


# --- arrows


def _arrow(picture: ElementTree.Element, arrow: Arrow, page: Page, flows: bool) -> None:
    waiting = {} if flows else {"stroke_dasharray": "4 4", "stroke_opacity": 0.6}
    line = {"fill": "none", "stroke": page.tint(page.text, 42), "stroke_width": 1.5}
    _add(
        picture,
        "path",
        d=_line(arrow.points),
        stroke_linecap="round",
        stroke_linejoin="round",
        **line,
        **waiting,
    )


def _link(picture: ElementTree.Element, link: Link, page: Page) -> None:
    """The dotted line between two nodes that use the same weights."""
    line = "M" + "L".join(f"{x:g} {y:g}" for x, y in link.points)
    look = {"fill": "none", "stroke": page.muted, "stroke_width": 1.5, "stroke_dasharray": "2 4"}
    _add(picture, "path", d=line, stroke_linecap="round", **look)
    _plate(picture, "same weights", link.label_at, page)


def _line(points: tuple[tuple[float, float], ...]) -> str:
    """Curves that begin and end upright, and the head."""
    (x, y), pieces = points[0], [f"M{points[0][0]:g} {points[0][1]:g}"]
    for to_x, to_y in points[1:]:
        middle = (y + to_y) / 2
        pieces.append(f"C{x:g} {middle:g} {to_x:g} {middle:g} {to_x:g} {to_y:g}")
        x, y = to_x, to_y
    return "".join([*pieces, f"M{x - 4:g} {y - 6:g}L{x:g} {y - 1:g}L{x + 4:g} {y - 6:g}"])


def _plate(picture: ElementTree.Element, words: str, at: tuple[float, float] | None, page: Page) -> None:
    """Words on a plate that hides the line under them; None where the scene has no room for them."""
    if at is None:
        return
    (x, y), width = at, text_width(words, LABEL) + 16
    look = {"rx": LABEL_HEIGHT / 2, "fill": page.background, "stroke": page.line}
    _add(picture, "rect", x=x - width / 2, y=y - LABEL_HEIGHT / 2, width=width, height=LABEL_HEIGHT, **look)
    _add(picture, "text", words, x=x, y=y + 4, font_size=LABEL, fill=page.muted, text_anchor="middle")


# --- boxes


@dataclass(frozen=True)
class _Paint:
    """The colours of a box, by its family and state."""

    stripe: str
    card: str
    edge: str
    title: str
    subtitle: str
    message: str = ""  # for a box that has a problem to tell
    dashed: bool = False


def _marked(change: str, page: Page, dark: bool) -> _Paint:
    if not change:
        return _Paint(page.line, page.background, page.line, page.muted, page.muted)
    color = CHANGES[change].dark if dark else CHANGES[change].light
    card, gone = page.tint(color, 12), change == "removed"
    return _Paint(color, card, color, page.text, page.muted, dashed=gone)


def _paint(box: Box, page: Page, dark: bool) -> _Paint:
    color = COLORS.get(box.family, COLORS[BLOCK_FAMILY])
    family = color.dark if dark else color.light
    if box.state in ("error", "warning"):
        alarm = page.bad if box.state == "error" else page.warn
        return _Paint(alarm, page.tint(alarm, 8), alarm, page.text, family, alarm)
    if box.state == "waits":
        faint, muted = page.tint(page.text, 28), page.muted
        return _Paint(faint, page.background, page.tint(page.text, 38), muted, muted, dashed=True)
    return _Paint(family, page.tint(family, 6), page.tint(family, 34), page.text, family)


def _box(
    picture: ElementTree.Element, box: Box, page: Page, dark: bool, changes: Mapping[str, str] | None
) -> None:
    change, room = (changes or {}).get(box.id, ""), box.width - LEFT - RIGHT
    paint = _paint(box, page, dark) if changes is None else _marked(change, page, dark)
    low = box.height < LOW
    group = _add(picture, "g", transform=f"translate({box.x:g} {box.y:g})")
    _add(group, "title", "\n".join(filter(None, (f"{box.title}: {box.subtitle}", box.message))))
    card = {"fill": paint.card, "stroke": paint.edge}
    card |= {"stroke_dasharray": "5 4"} if paint.dashed else {}
    _add(group, "rect", width=box.width, height=box.height, rx=9, **card)
    inset, height = 6 if low else 9, HEAD if getattr(box, "frame", False) else box.height
    _add(group, "rect", x=7, y=inset, width=4, height=height - 2 * inset, rx=2, fill=paint.stripe)
    figure = change or (short_count(box.parameters) if box.parameters else "")
    taken = text_width(figure, FIGURE) + 8 if figure else 0
    title = clipped(box.title, TITLE * BOLD, room - taken)
    _words(group, title, LEFT, 17.5 if low else 20, TITLE, paint.title, font_weight=600)
    quiet = page.muted if not change else paint.stripe
    _words(group, figure, LEFT + room, 19.5, FIGURE, quiet, text_anchor="end")
    told = ", ".join((box.subtitle, *box.marks))  # in a row, frozen, and the like
    said = f"{box.message} · {box.kind}" if box.state == "waits" else told
    _words(group, "" if low else clipped(said, SUBTITLE, room), LEFT, 37, SUBTITLE, paint.subtitle)
    for place, line in enumerate(lines(box.brief, SUBTITLE, room) if paint.message else ()):
        _words(group, line, LEFT, FIRST_LINE + LINE * place, SUBTITLE, paint.message)


def _words(
    group: ElementTree.Element, text: str, x: float, y: float, size: float, fill: str, **more: object
) -> None:
    if text:
        _add(group, "text", text, x=x, y=y, font_size=size, fill=fill, **more)


def short_count(number: int) -> str:
    """A count in at most three figures: 640, 18.5 k, 138 M."""
    if number < 1000:
        return str(number)
    size, letter = next((s, n) for s, n in ((1e9, "G"), (1e6, "M"), (1e3, "k")) if number >= s)
    return f"{float(f'{number / size:.3g}'):g} {letter}"


# --- words that fit


def text_width(text: str, size: float) -> float:
    """About how wide a text is in pixels; letters of other alphabets count as wide as they are high."""
    return sum(WIDTHS.get(letter, USUAL if ord(letter) < 0x250 else 100) for letter in text) * size / 100


def clipped(text: str, size: float, room: float) -> str:
    """The text, or as much of its beginning as fits and an ellipsis."""
    if text_width(text, size) <= room:
        return text
    text = text[: int(room)]  # no letter is narrower than a pixel
    while text and text_width(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def lines(text: str, size: float, room: float, most: int = MOST_LINES) -> Iterator[str]:
    """The text in lines that fit, the last one clipped where there are too many."""
    line, words, said = "", text.split(), 0
    for place, word in enumerate(words):
        longer = f"{line} {word}".lstrip()
        if not line or text_width(longer, size) <= room:
            line = longer
        elif said == most - 1:
            line = " ".join([line, *words[place:]])
            break
        else:
            yield clipped(line, size, room)
            line, said = word, said + 1
    yield clipped(line, size, room)
