"""LG505 looks for control characters in the text: Windows quotes read as Latin-1, NULs, stray escapes."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, Span, rule

CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]+")


@rule(
    code="LG505",
    severity=Severity.MINOR,
    trigger=r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x{84}\x{86}-\x{9f}\x{fffe}\x{ffff}]",
    english=False,
    stable=True,
    finds=("other",),
)
def control_character(doc: Document) -> Iterator[Hit]:
    """A control character stands in the text."""
    for match in CONTROL.finditer(doc.text):
        meant = "".join(windows_character(character) for character in match[0])
        codes = " ".join(f"U+{ord(character):04X}" for character in match[0][:4])
        left = f", Windows-1252 for “{meant}”" if meant else ""
        yield Hit(
            Span(*match.span()),
            f"{codes}{' …' if len(match[0]) > 4 else ''} is no character of a text{left}",
            (Edit.replace(match.span(), meant, safe=not any(map(str.isalnum, meant))),),
            suggestion=meant or None,
        )


def windows_character(character: str) -> str:
    """The character that Windows-1252 has at this place; nothing for a true control character."""
    if not "\x80" <= character <= "\x9f":
        return ""
    try:
        return character.encode("latin-1").decode("cp1252")
    except UnicodeDecodeError:
        return ""
