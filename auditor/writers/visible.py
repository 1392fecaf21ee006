"""Show characters that nobody sees, or that would act on a terminal or turn the reading direction, as code points."""

from __future__ import annotations

import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def visible(text: str, keep: str = "") -> str:
    """The text with control and format characters, line separators and lone surrogates as `<U+202E>`.

    keep: characters to leave as they are although they are such.
    """
    if text.isprintable():
        return text
    return "".join(
        f"<U+{ord(char):04X}>" if char not in keep and unicodedata.category(char) in _UNSEEN else char for char in text
    )
