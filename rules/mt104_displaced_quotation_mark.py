"""MT104 looks for quotation marks on the wrong side of a space or a word: “now, ”he said”, “hard“wrote”."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from auditor.rulekit import Document, Edit, Hit, Severity, Span, lexicon, rule

TOKEN = re.compile('[\r\n“”„«»"‘’]')
STOPS = frozenset(".,;!?…")
SPACES = frozenset(" \u00a0")
LINE_END = frozenset("\r\n")
CLOSING = frozenset("”’")
DASHES = frozenset("–—-")
SUFFIX = re.compile(r"(?:e?s|e?d|er|ers|ing|ish|ism|ist|esque|ly|ness|like|ll|re|ve|nt|t)(?!\w)")
LETTER = r"A-Za-z\x{AA}-\x{10FFFF}"  # for the trigger: the class \pL would need a hundred times the memory
FUNCTION = "a|an|and|as|by|called|for|in|is|named|of|on|said|says|that|the|their|to|was|with"
FUNCTION_WORD_BEFORE = re.compile(rf"(?<![^\W_])(?:{FUNCTION})\Z", re.IGNORECASE)
DETERMINERS = "a|an|the|their|his|her|its|our"
DETERMINER_BEFORE = re.compile(rf"(?<![^\W_])(?:{DETERMINERS})\Z", re.IGNORECASE)
PRONOUNS = "he|she|they|it|we|I|who"


SLIP_AMONG = 8
"""One uncertain mark among so many quotation marks is a slip; among fewer it is a habit."""


@dataclass(slots=True)
class _Line:
    """What is open so far in a line, and what its marks look like."""

    open: int = 0  # curly quotations that are open
    straight: int = 0  # straight marks so far
    inches: bool = False  # a straight mark follows a digit: the count proves nothing
    german: bool = False  # „ is open, so “ closes
    padded: bool = False  # the last opening mark was followed by a space, as around a link
    danish: bool = False  # » is open, so « closes
    doubtful: int = -1  # the last mark that closes after a comma, though no attribution follows


@dataclass(frozen=True, slots=True)
class _Found:
    """A displaced mark: the characters to replace, and by what. `certain` when it needs no second one."""

    start: int
    end: int
    text: str | None
    certain: bool = True
    safe: bool = False


@rule(
    code="MT104",
    severity=Severity.MAJOR,
    trigger=(
        rf"[ \x{{00A0}}]”|(?:^|[\r\n])”|[“‘][ \x{{00A0}}\r\n:]|“$|[{LETTER}.,;:!?]“|[.,;:!?…][ \x{{00A0}}]?‘|"
        rf"[{LETTER}.,;!?]”[{LETTER}]|[.,;!?…’”–—-][ \x{{00A0}}]“[a-z]|,[ \x{{00A0}}]\"(?:[a-z]|[ \x{{00A0}}][A-Za-z])|"
        rf"[.,;!?…][ \x{{00A0}}]\"(?:[\r\n]|$)|[{LETTER}]\"[{LETTER}]|[.,;!?…]\"[a-z]|"
        rf"(?:^|[^A-Za-z])(?i:{DETERMINERS})\"[ \x{{00A0}}]|[.,;!?…]’[a-z]|(?:^|[^A-Za-z])(?i:{FUNCTION})‘|"
        rf"[{LETTER}.,;!?]»[{LETTER}]|[{LETTER}]«[{LETTER}]|[.,;!?…][ \x{{00A0}}][»’][ \x{{00A0}}{LETTER}]"
    ),
    stable=True,
    finds=("mt.quote-displacement",),
)
def displaced_quotation_mark(doc: Document) -> Iterator[Hit]:
    """A quotation mark stands on the wrong side of a space, without its space, or turned round."""
    text = doc.text
    end = 0
    for one in sorted(_confirmed(text), key=lambda found: found.start):
        span = _with_neighbours(text, one)
        if span.start < end:
            continue
        end = span.end
        edits = () if one.text is None else (Edit.replace((one.start, one.end), one.text, safe=one.safe),)
        yield Hit(span, f"In “{' '.join(span.of(text).split())}” a quotation mark is out of its place", edits)


def _confirmed(text: str) -> Iterator[_Found]:
    """All displaced marks, unless the only one is uncertain: among many marks that may be a slip of the keyboard."""
    found = _displaced(text)
    first = next(found, None)
    if first is None:
        return
    second = next(found, None)
    if first.certain or second is not None or sum(text.count(mark) for mark in '“”"') < SLIP_AMONG:
        yield first
    if second is not None:
        yield second
        yield from found


def _displaced(text: str) -> Iterator[_Found]:
    """The displaced marks of a text, read from left to right, line by line."""
    line = _Line()
    for token in TOKEN.finditer(text):
        mark, place = token[0], token.start()
        if mark in LINE_END:
            line = _Line()
            continue
        found = None
        nothing_open = line.open == 0
        if mark == "“":
            found = _opening(text, place, line)
        elif mark == "”":
            found = _closing(text, place, line)
        elif mark == '"':
            found = _straight(text, place, line)
        elif mark in "‘’":
            found = _single(text, place)
        elif mark == "„":
            line.german = True
        else:
            found = _guillemet(text, place, line)
        if found is None:
            continue
        yield found
        if nothing_open and line.doubtful >= 0 and found.text is not None and found.text.startswith("”"):
            yield _Found(line.doubtful, line.doubtful + 1, None)
            line.doubtful = -1


def _opening(text: str, place: int, line: _Line) -> _Found | None:
    """A mark “ that stands where a closing one belongs, or lacks the space before it."""
    before, after = _char(text, place - 1), _char(text, place + 1)
    if line.german:
        line.german = False
        return None
    was_open = line.open > 0
    ends = after in LINE_END or after == ""
    if before.isalpha() or before in STOPS:
        if after.isalpha() and _word_before(text, place) != 1:
            if was_open or _attribution(text, place + 1):
                line.open = 0
                return _Found(place, place + 1, "” ")
            line.open += 1
            return _Found(place, place + 1, " “")
        turned = ends or after in STOPS or after == ":" or after in SPACES
        if after in SPACES and before in STOPS and not was_open and not _char(text, place + 2).islower():
            turned = False
        if turned and _word_before(text, place) != 1:
            line.open = max(0, line.open - 1)
            return _Found(place, place + 1, "”")
    elif before in SPACES and _char(text, place - 2) in STOPS and place >= 2:
        follows = _char(text, place + 2)
        if ends and place > 1:
            line.open = 0
            return _Found(place - 1, place + 1, "”", safe=was_open)
        if after in SPACES and (was_open or (follows.islower() and _attribution(text, place + 2))):
            line.open = 0
            return _Found(place - 1, place + 1, "”", safe=was_open and _speaks(text, place + 2))
        if after.islower() and _attribution(text, place + 1) and (was_open or not _closed_soon(text, place)):
            line.open = 0
            return _Found(place - 1, place + 1, "” ", safe=was_open)
    else:
        found = _opening_elsewhere(text, place, was_open)
        if found is not None:
            line.open = 0 if found.text == "”" else line.open + 1
            return found
    line.open += 1
    line.padded = after in SPACES
    return None


def _opening_elsewhere(text: str, place: int, was_open: bool) -> _Found | None:
    """A mark “ that is out of its place, though no letter and no stop stands before it."""
    last, before = _char(text, place - 2), _char(text, place - 1)
    after, follows = _char(text, place + 1), _char(text, place + 2)
    if before == ":" and after.isupper() and last.isalpha():
        return _Found(place, place + 1, " “", safe=True)
    if before in DASHES and after in SPACES and was_open:
        return _Found(place, place + 1, "”")
    if before not in SPACES:
        return None
    if after == ":" and last.isalpha():
        return _Found(place - 1, place + (3 if follows in SPACES else 2), ": “")
    if after in SPACES and last.isalnum() and was_open and not _closed_soon(text, place):
        return _Found(place - 1, place + 1, "”")
    if after.islower() and (last in CLOSING or last in DASHES) and not was_open and not _closed_soon(text, place):
        return _Found(place, place + 1, None) if _attribution(text, place + 1) else None
    return None


def _closing(text: str, place: int, line: _Line) -> _Found | None:
    """A mark ” that has a space before it, lacks the one after it, or stands where an opening one belongs."""
    before, after, last = _char(text, place - 1), _char(text, place + 1), _char(text, place - 2)
    was_open, padded = line.open > 0, line.padded
    line.open = max(0, line.open - 1)
    line.padded = False
    ends = after in LINE_END or after == ""
    if after.isalpha() and (before in STOPS or (before.isalpha() and _word_before(text, place) > 2)):
        if SUFFIX.match(text, place + 1):
            return None
        if was_open:
            return _Found(place, place + 1, "” ")
        line.open = 1
        return _Found(place, place + 1, " “")
    if after.isalpha() and (before in LINE_END or place == 0) and "”" in text[place + 1 : place + 400]:
        line.open = 1
        return _Found(place, place + 1, "“", certain=False)
    if before == "," and was_open and after in SPACES and _goes_on(text, place):
        line.doubtful = place
    if before not in SPACES or padded or place < 2:
        return None
    if last == ":" and not was_open:
        line.open = 1
        return _Found(place, place + 2, "“") if after in SPACES else None
    if last in STOPS:
        if after.isalpha() and (was_open or after.islower()):
            return _Found(place - 1, place + 1, "” ", safe=was_open and _attribution(text, place + 1))
        if ends:
            return _Found(place - 1, place + 1, "”", certain=not was_open, safe=was_open)
        if after in SPACES and _char(text, place + 2).islower():
            return _Found(place - 1, place + 1, "”", safe=was_open and _speaks(text, place + 2))
        if after in SPACES:
            return _Found(place - 1, place + 1, "”", certain=not was_open)
    elif last.isalnum():
        if after.isalpha() and not was_open:
            line.open = 1
            return _Found(place - 1, place + 1, " “")
        if after.isalpha() and was_open:
            return _Found(place - 1, place + 1, "” ")
        if after in SPACES and not was_open and _char(text, place + 2).isalpha():
            return _Found(place - 1, place + 1, None)
        if was_open and (after in SPACES or after in ",."):
            return _Found(place - 1, place + 1, "”", certain=False)
    return None


def _straight(text: str, place: int, line: _Line) -> _Found | None:
    """A straight mark that by count closes, with a space before it or none after it."""
    before, after, last = _char(text, place - 1), _char(text, place + 1), _char(text, place - 2)
    line.straight += 1
    if before.isdigit():
        line.inches = True
    if before.isalpha() and after.isalpha():
        if last.isalpha() and _char(text, place + 2).isalpha() and not SUFFIX.match(text, place + 1):
            return _Found(place, place + 1, '" ' if line.straight % 2 == 0 else ' "')
        return None
    if (
        line.straight == 1
        and before.isalpha()
        and after in SPACES
        and DETERMINER_BEFORE.search(text, max(0, place - 6), place)
    ):
        return _Found(place, place + 2, ' "')
    if line.straight % 2 or line.inches:
        return None
    if before in STOPS:
        return _Found(place, place + 1, '" ') if after.islower() and _attribution(text, place + 1) else None
    if before not in SPACES or last not in STOPS or place < 2:
        return None
    if after in LINE_END or after == "":
        return _Found(place - 1, place + 1, '"', safe=True)
    if last == "," and after.islower() and _attribution(text, place + 1):
        return _Found(place - 1, place + 1, '" ', safe=True)
    if last == "," and after in SPACES and _attribution(text, place + 2):
        return _Found(place - 1, place + 1, '"', certain=False, safe=_speaks(text, place + 2))
    return None


def _guillemet(text: str, place: int, line: _Line) -> _Found | None:
    """A guillemet with a letter on either side, or with its space on the wrong side."""
    mark, before, after = text[place], _char(text, place - 1), _char(text, place + 1)
    if mark == "«":
        if line.danish:
            line.danish = False
        elif before.isalpha() and after.isalpha():
            return _Found(place, place + 1, " «")
        return None
    if after.isalpha():
        if before.isalpha() or before in STOPS:
            return _Found(place, place + 1, "» ")
        if before in SPACES and _char(text, place - 2) == "," and after.islower():
            return _Found(place - 1, place + 1, "» ")
        line.danish = True
    return None


def _single(text: str, place: int) -> _Found | None:
    """A closing single mark that is turned, glued or set apart before an attribution; an opening one that is glued."""
    mark, before, after = text[place], _char(text, place - 1), _char(text, place + 1)
    if mark == "‘" and before.isalpha() and after.isalpha():
        glued = FUNCTION_WORD_BEFORE.search(text, max(0, place - 8), place)
        return _Found(place, place + 1, " ‘") if glued else None
    apart = before in SPACES
    if place < 2 or text[place - 1 - apart] not in STOPS or not (apart or mark == "‘" or after.islower()):
        return None
    spaced = after in SPACES
    if not _char(text, place + 1 + spaced).islower() or not _attribution(text, place + 1 + spaced):
        return None
    return _Found(place - apart, place + 1, "’" if spaced else "’ ")


def _goes_on(text: str, place: int) -> bool:
    """Whether the words after a closing mark go on in lower case and do not say who spoke."""
    return _char(text, place + 2).islower() and not _attribution(text, place + 2)


def _char(text: str, place: int) -> str:
    """The character there, or nothing outside the text."""
    return text[place] if 0 <= place < len(text) else ""


def _word_before(text: str, place: int) -> int:
    """How many letters stand directly before the place, counted up to three; three after a stop."""
    if text[place - 1] in STOPS:
        return 3
    count = 0
    while count < 3 and _char(text, place - 1 - count).isalpha():
        count += 1
    return count


def _closed_soon(text: str, place: int) -> bool:
    """Whether a closing mark follows in the same line, near enough to belong to the mark there."""
    ahead = text[place + 1 : place + 400]
    for end in LINE_END:
        ahead = ahead.partition(end)[0]
    return "”" in ahead


@cache
def _attribution_pattern() -> re.Pattern[str]:
    """“he said”, “said Name”, “said the minister”, “Name said”."""
    verb = f"(?:{'|'.join(sorted(lexicon('speech_verbs')))})"
    gap = r"[ \u00a0]"
    return re.compile(
        rf"(?:{PRONOUNS}){gap}{verb}\b|{verb}{gap}(?:[A-Z]|the\b|a\b|his\b|her\b|their\b|he\b|she\b)"
        rf"|[A-Z][\w’'-]{{1,30}}{gap}{verb}\b"
    )


def _attribution(text: str, place: int) -> bool:
    """Whether words that say who spoke begin at the place."""
    return _attribution_pattern().match(text, place) is not None


def _speaks(text: str, place: int) -> bool:
    """Whether words in lower case that say who spoke begin at the place: with a capital a sentence may begin."""
    return _char(text, place).islower() and _attribution(text, place)


def _with_neighbours(text: str, found: _Found) -> Span:
    """The mark with the word before it and the word after it, on one line."""
    start, end = found.start, found.end
    while start > 0 and found.start - start < 40 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and text[end] in SPACES and end - found.end < 2:
        end += 1
    while end < len(text) and end - found.end < 40 and not text[end].isspace():
        end += 1
    while end > found.end and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
