"""Template lines: the folded form in which a recurring line of a site is the same line, and the source of an article.

Folded are letter case, punctuation, white space, numbers and dates: “Published 6:05 AM, Feb 3, 2020” and “Published
11:40 AM, 12 March 2021” are both `published 0 am 0`. A line that ends with names has a second form, in which they are a
slot: “Additional reporting by Lena Olsson and Karl Lund” is `additional reporting by *` as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from auditor.text.lexicon import lexicon

LONGEST_LINE: Final = 600
"""How many characters a line may have to be compared with template lines."""

LONGEST_SLOTTED: Final = 240
"""How many characters a line may have whose names at the end are folded."""

WORDS_OF_SHORT: Final = 12
"""In a line without a figure that has more words than that a month or weekday is no date that changes."""

FEW_SIGNS: Final = 30
"""So many different signs are replaced one by one, which is quicker."""

SLOT: Final = "*"
"""Stands for the names at the end of a folded line."""

FEWEST_FIXED_WORDS: Final = 2
"""How many words must stand before a slot."""

EVERY_SOURCE: Final = "*"
"""The source of articles that name none; its lines are looked for in articles of every source."""

SOURCE_FIELDS: Final = ("source", "url", "folder")
"""The fields of an article's `meta` that tell its source, the first that does counts."""

_TABLE: Final = bytes(
    byte
    if byte >= 128 or byte == 10
    else 48
    if 48 <= byte < 58
    else ord(chr(byte).lower())
    if chr(byte).isalpha()
    else 32
    for byte in range(256)
)
"""For `bytes.translate`: digits become 0, letters A to Z small, other ASCII signs but the line feed a space."""

_ASCII: Final = bytes(range(128))
_OTHER_SIGNS = re.compile(r"[^\x00-\x7f\w]")
_ALSO_WORDS: Final = frozenset({"may", "march"})
"""Months that are words as well: folded beside a number only."""

_NUMBERS = re.compile(rb"0[0 ]*(?:(?:st|nd|rd|th|may|march)\b[0 ]*)*")
_MONTH_BEFORE = re.compile(rb"(?:\b(?:may|march) )+0\b")
_FIRST_WORD = re.compile(r"[^\W\d_]+|[0-9]")
_NAME_LINKS = frozenset({"and", "in", "of", "for", "the", "at", "&", "de", "la", "von", "van"})
_EDGES = " \t.,;:()[]-–—•|/\"'“”‘’"


@cache
def _dates() -> Mapping[bytes, bytes]:
    words = {word.lower() for word in lexicon("months") | lexicon("weekdays")}
    return {word.encode(): b"0" for word in words - _ALSO_WORDS}


def folded_lines(text: str) -> list[bytes]:
    r"""Every line of a text folded, in UTF-8; empty for one without a letter or number and for one that is very long.

    Lines end with `\n`, `\r\n` or `\r`, as in `auditor.text.lines`, and each gives an entry. Linear; never raises.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    raw = text.encode("ascii") if text.isascii() else _encoded(text.lower())
    look_up = _dates().get
    folded = []
    for line in raw.translate(_TABLE).split(b"\n"):
        if len(line) > LONGEST_LINE:
            folded.append(b"")
            continue
        words = line.split()
        if b"0" in line or len(words) <= WORDS_OF_SHORT:
            bare = b" ".join(map(look_up, words, words))
            folded.append(_with_one_number(bare) if b"0" in bare else bare)
        else:
            folded.append(b" ".join(words))
    return folded


def _with_one_number(line: bytes) -> bytes:
    """A run of figures and dates, with what belongs to them, as one 0."""
    line = b" ".join(_NUMBERS.sub(b" 0 ", line).split())
    return _MONTH_BEFORE.sub(b"0", line) if b"may 0" in line or b"march 0" in line else line


def _encoded(text: str) -> bytes:
    """A text in UTF-8, with a space for each sign beyond ASCII that is neither letter nor number."""
    raw = text.encode("utf-8", "replace")  # a lone surrogate is a question mark
    signs = {char for char in raw.translate(None, _ASCII).decode("utf-8") if not char.isalnum()}
    if len(signs) > FEW_SIGNS:
        return _OTHER_SIGNS.sub(" ", text).encode("utf-8", "replace")
    for sign in signs:
        raw = raw.replace(sign.encode("utf-8"), b" ")
    return raw


def folded_line(line: str) -> str:
    """One line folded; white space of every kind is a space. Folding what is folded changes nothing."""
    return folded_lines(line.replace("\n", " ").replace("\r", " "))[0].decode("utf-8")


def slotted(line: str) -> str:
    """The folded form of a line that ends with names, with `*` for them; empty for any other line.

    At least two words that are no names must stand before them.
    """
    if len(line) > LONGEST_SLOTTED or not (end := line.rsplit(None, 1)) or not end[-1].strip(_EDGES)[:1].isupper():
        return ""
    words = line.split()
    last = len(words)
    fixed = last
    while fixed > FEWEST_FIXED_WORDS - 1:
        word = words[fixed - 1].strip(_EDGES)
        if word[:1].isupper() and not word.isupper():
            fixed -= 1
            last = min(last, fixed)
        elif word in _NAME_LINKS or not word or word.isupper():  # “AFP” alone is no name of a person
            fixed -= 1
        else:
            break
    if last == len(words) or fixed < FEWEST_FIXED_WORDS:
        return ""
    while fixed < len(words) and words[fixed].strip(_EDGES) in _NAME_LINKS:
        fixed += 1  # “reporting by the” is not what the site writes
    prefix = folded_line(" ".join(words[:fixed]))
    return f"{prefix} {SLOT}" if len(prefix.split()) >= FEWEST_FIXED_WORDS else ""


def first_word(line: str) -> str | None:
    """The first word of the folded form of a line, found quickly; None where only folding can tell."""
    match = _FIRST_WORD.search(line)
    if match is None:
        return "" if line.isascii() else None
    word = match.group()
    if not line.isascii():
        start, end = match.span()
        after = line[end : end + 1]
        if not word.isascii() or not (after.isascii() or not after.isalnum()) or any(map(str.isalnum, line[:start])):
            return None
    word = word.lower()
    return "0" if word.isdigit() or word.encode() in _dates() else word


def source_of(meta: Mapping[str, str]) -> str:
    """The source of an article: its field `source`, else the host of its `url`, else its folder, else `*`.

    In small letters, a host without `www.` and port; control characters are spaces. Never raises.
    """
    for field in SOURCE_FIELDS:
        value = meta.get(field, "")
        if value and (found := source_key(host(value) if field == "url" else value)):
            return found
    return EVERY_SOURCE


def source_key(name: str) -> str:
    """The name of a source in the form in which sources are compared."""
    if not name.isprintable():
        name = "".join(char if char.isprintable() else " " for char in name)
    return " ".join(name.lower().split())


def host(url: str) -> str:
    """The host of a URL without `www.` and port; empty where there is none."""
    try:
        found = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:  # brackets that hold no address
        return ""
    return found.removeprefix("www.")
