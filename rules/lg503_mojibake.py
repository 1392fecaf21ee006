"""LG503 looks for text that was decoded with the wrong encoding: “donâ€™t”, “MÃ¼ller”."""

from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, Span, lazy_pattern, rule

TAIL = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
"""What the bytes 80 to BF become in Windows-1252 (or Latin-1), the encodings that UTF-8 is mistaken for."""

LETTER_TAIL = "\u00a0-\u00bf€‚ƒ„†‡ˆ‰Š‹ŒŽ•˜š›œžŸ"
"""The same without the marks that close a word in upper case: “PÅ”, “JOSÉ…” are no damage."""

UNIT = lazy_pattern(
    f"â€[{TAIL}]?|â[„‚ˆ†‰—„™œž][{TAIL}]|Ã[{TAIL}]|Â[\u00a0-\u00bf]|[ÅÄ][{LETTER_TAIL}]"
    f"|(?:[ÐÑ][{TAIL}]){{2,}}|ðŸ[{TAIL}]{{2}}|ï»¿|ï¿½"
)
RUN = lazy_pattern(f"(?:{UNIT.pattern})+")


@rule(
    code="LG503",
    severity=Severity.MAJOR,
    trigger=f"â€|â[„‚ˆ†‰—„™œž]|Ã[{TAIL}]|Â[\u00a0-\u00bf]|[ÅÄ][{LETTER_TAIL}]|[ÐÑ][{TAIL}][ÐÑ]|ðŸ|ï»¿|ï¿½",
    english=False,
    stable=True,
    finds=("other",),
)
def mojibake(doc: Document) -> Iterator[Hit]:
    """UTF-8 was read as if it were a one-byte encoding."""
    for match in RUN.finditer(doc.text):
        meant = decoded(match[0])
        message = f"“{match[0]}” is damaged encoding" + (f" of “{meant}”" if meant else "")
        edits = (Edit.replace(match.span(), meant),) if meant else ()
        yield Hit(Span(*match.span()), message, edits, suggestion=meant)


def decoded(damaged: str) -> str | None:
    """What the characters meant before they were read wrongly; None when their bytes are no UTF-8."""
    raw = bytearray()
    for character in damaged:
        try:
            raw += character.encode("cp1252")
        except UnicodeEncodeError:
            try:
                raw += character.encode("latin-1")
            except UnicodeEncodeError:
                return None
    try:
        meant = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return meant if meant.isprintable() else None
