"""Untrusted text inside Markdown: it shows as it is, and never acts as markup, HTML, a link or a table border."""

from __future__ import annotations

import html
import re
import unicodedata

from auditor.writers.visible import visible

_INLINE = re.compile(r"[\\`*\[\]|~$<>&]|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=www)\.", re.IGNORECASE)
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_BLOCK = re.compile(r"\A(?:(?P<digits>\d+)(?=[.)](?:\s|$)))?(?P<sign>[#+\-=.):])")


def escape(text: str) -> str:
    """The text on one line, for any place of a Markdown file: start of a paragraph, quotation, table cell, emphasis.

    Line breaks become `⏎`, other characters that nobody sees their code points; white space around is dropped.
    """
    return escape_start(text.strip())


def escape_start(text: str) -> str:
    """The same for what begins a line and is followed by more: white space at its end stays."""
    return _BLOCK.sub(lambda found: f"{found['digits'] or ''}\\{found['sign']}", escape_inside(text.lstrip()), count=1)


def escape_inside(text: str) -> str:
    """The same for a place inside a line, after other characters; white space around stays."""
    line = visible(text.replace("\r\n", "⏎").replace("\n", "⏎"))
    return _INLINE.sub(_replacement, line)


def escape_marked(text: str) -> str:
    """The same for a marked passage, whose white space may be the defect: it is shown where it is not one space."""
    if " " in text or not text.isprintable():
        text = "".join(_space(text, index) for index in range(len(text)))
    return escape_inside(text)


def escape_attribute(text: str) -> str:
    """The text on one line inside a quoted attribute of HTML in Markdown."""
    return html.escape(visible(" ".join(text.split())))


def _space(text: str, index: int) -> str:
    char = text[index]
    if char == " ":
        alone = 0 < index < len(text) - 1 and not text[index - 1].isspace() and not text[index + 1].isspace()
        return " " if alone else "␣"
    if unicodedata.category(char) == "Zs":
        return f"<U+{ord(char):04X}>"
    return char


def _replacement(match: re.Match[str]) -> str:
    return _ENTITIES.get(match[0], f"\\{match[0]}")
