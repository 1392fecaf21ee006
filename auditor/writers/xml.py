"""XML from untrusted text: characters that XML forbids are shown as code points, all else is escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping

from auditor.writers.visible import visible

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SIGNS = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&apos;",
    "\n": "&#10;",
    "\r": "&#13;",
    "\t": "&#9;",
}
_ESCAPED = re.compile("[&<>\"'\n\r\t]|##(?=\\w*\\[)|^\\s*::", re.MULTILINE)


def escaped(text: str, keep: str = "") -> str:
    """Text for an attribute or an element. keep: control characters of XML to keep, as the line feed in an element.

    What is invisible, turns the reading direction or is forbidden in XML 1.0 is `<U+202E>`, as everywhere. What a CI
    system would take for a command in its log is written as character references.
    """
    shown = _FORBIDDEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", visible(text, keep))
    return _ESCAPED.sub(lambda found: _reference(found[0], keep), shown)


def attributes(values: Mapping[str, object]) -> str:
    """Attributes with a space before each; those without a value are left out."""
    return "".join(f' {name}="{escaped(str(value))}"' for name, value in values.items() if value is not None)


def _reference(found: str, keep: str) -> str:
    if len(found) == 1:
        return found if found in keep else _SIGNS[found]
    return f"{found[:-1]}&#{ord(found[-1])};"
