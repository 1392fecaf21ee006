"""Show characters that nobody sees, or that would act on a terminal or turn the reading direction, as code points."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def visible(text: str, keep: str = "") -> str:
    """The text with control and format characters, line separators, lone surrogates and noncharacters as `<U+202E>`.

    keep: characters to leave as they are although they are such.
    """
    if text.isprintable():
        return text
    return "".join(f"<U+{ord(char):04X}>" if char not in keep and _is_unseen(char) else char for char in text)


def _is_unseen(char: str) -> bool:
    """Whether it is of a category that nobody sees, or a noncharacter, which XML forbids."""
    return unicodedata.category(char) in _UNSEEN or ord(char) & 0xFFFE == 0xFFFE or "\ufdd0" <= char <= "\ufdef"


_JSON_COMMAND = re.compile(r"##(?=\w*\[)")
_COMMAND = re.compile(r"^\s*::|##(?=\w*\[)")


def inert(line: str) -> str:
    """A line that no CI system takes for a command of its log: `::error`, `##[group]`, `##vso[…]` lose a sign.

    The sign that is taken is shown as its code point, as unseen characters are.
    """
    return _COMMAND.sub(lambda found: f"{found[0][:-1]}<U+{ord(found[0][-1]):04X}>", line)


def inert_json(text: str) -> str:
    """JSON in ASCII that means the same and holds no `##[command]` for the log of a CI system."""
    return _JSON_COMMAND.sub(r"#\\u0023", text)
