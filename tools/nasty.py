"""Nasty texts and files for the fuzzer: real-looking articles, damaged; records in every format, spelled oddly.

Everything is drawn from the `random.Random` that is handed in, so that a seed gives the same bytes again.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from auditor.marking import read_marked
from auditor.registry import load_page, load_rules
from tools.evaluation_data import ROOT

FORMATS = ("jsonl", "jsonl", "jsonl.gz", "stdin", "csv", "csv", "parquet", "folder")
"""The formats that files are written in; one that stands here twice is drawn twice as often."""

SCRIPTS = (
    (0x21, 0x7E),
    (0x00A1, 0x024F),
    (0x0300, 0x036F),
    (0x0370, 0x03FF),
    (0x0400, 0x04FF),
    (0x0531, 0x0587),
    (0x0590, 0x05F4),
    (0x0600, 0x06FF),
    (0x0900, 0x097F),
    (0x0E01, 0x0E5B),
    (0x10A0, 0x10FF),
    (0x1100, 0x11FF),
    (0x1E00, 0x1EFF),
    (0x2000, 0x206F),
    (0x20A0, 0x20BF),
    (0x2100, 0x214F),
    (0x2190, 0x23FF),
    (0x2460, 0x24FF),
    (0x3040, 0x30FF),
    (0x4E00, 0x4FFF),
    (0xAC00, 0xAFFF),
    (0xE000, 0xE0FF),
    (0xFE00, 0xFE2F),
    (0xFF01, 0xFFEF),
    (0x10330, 0x1034A),
    (0x1D400, 0x1D7FF),
    (0x1F1E6, 0x1F1FF),
    (0x1F300, 0x1F6FF),
    (0x20000, 0x200FF),
    (0xE0000, 0xE007F),
)
"""Ranges of code points, first and last, from which foreign and broken words are made."""

SPACES = (" ", "  ", "\t", "\u00a0", "\u2009", "\u202f", "\u3000", "\u200b", "\u00ad", "\ufeff", "\u2060", "\u180e", "")
BREAKS = ("\n", "\n\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x1e", "\x85", "\u2028", "\u2029", "\n \n", "\n\n\n\n")
QUOTES = ('"', "'", "“", "”", "„", "‟", "‘", "’", "‚", "«", "»", "‹", "›", "「", "」", "``", "''", "”“", '""', "&quot;")
STOPS = (
    ".",
    "..",
    "...",
    "…",
    "?!",
    "!",
    ",",
    ";",
    ":",
    "-",
    "–",
    "—",
    "―",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "/",
    "\\",
    "*",
    "#",
    "_",
    "|",
    "·",
    "•",
)
CONTROLS = (
    "\0",
    "\x01",
    "\x07",
    "\x08",
    "\x1b[31m",
    "\x7f",
    "\x80",
    "\x9f",
    "\u200e",
    "\u200f",
    "\u202e",
    "\u2066",
    "\ufffd",
    "\ufffe",
    "\uffff",
    "\U0010ffff",
)
SURROGATES = ("\ud800", "\ud83d", "\udbff", "\udc00", "\ude00", "\udfff", "\ude00\ud83d", "\ud83d\ude00")
MARKUP = (
    "<b>", "</p>", "<br/>", "<a href='x'>", "<!-- x -->", "<script>x</script>", "&amp;", "&nbsp;", "&#8217;",
    "&#xD800;", "&bogus;", "[[", "]]", "[link](http://x.example/?a=b&c)", "![x](y)", "**", "```", "| a | b |",
    "---\ntitle: x\n---\n", "{{x}}", "{% x %}", "@@PLACEHOLDER@@", "source site-34", "<unk>", "▁the",
    "â€™", "Ã©", "ï»¿", "https://example.org/a_(b)?q=%F0%9F#x", "www.x.example", "name@x.example",
)  # fmt: skip
NUMBERS = (
    "0", "1,000", "1.000,5", "12 345", "3.14", "1e309", "-0", "½", "٣٤", "2024-02-30", "31/02/2024", "24:61",
    "7.30 Uhr", "19 h 30", "$1.5 bn", "€ 3", "5 %", "5°C", "100km", "1st", "22th", "№ 5", "IV.", "0x1F",
    "9" * 90, "1" + ",000" * 20,
)  # fmt: skip
CELLS = (
    "=1+1",
    "+x",
    "-x",
    "@x",
    "\tx",
    '"',
    '""',
    ",",
    ";",
    "\r",
    '",\n"',
    "'=x",
    "NaN",
    "null",
    "\\N",
    "\\",
    '\\"',
    "\\ud83d",
    "{",
    '{"text": 1}',
)

Mutation = Callable[[random.Random, str], str]


@dataclass(frozen=True, slots=True)
class Written:
    """A file for the reader.

    path: what is named; `-` for standard input. data: the bytes, uncompressed; empty for Parquet and for folders.
    texts: the text of each record in order; None for a damaged file, which may hold any.
    """

    format: str
    path: str
    data: bytes
    texts: tuple[str, ...] | None


def stock() -> tuple[str, ...]:
    """Passages to begin with: the seed articles whole and by paragraph, and every example of a rule's page."""
    found = []
    for path in sorted((ROOT / "seeds").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        found += [text[:4000], *(part for part in re.split(r"\n\s*\n", text) if part.strip())]
    for rule in load_rules():
        found += [read_marked(block.body)[0] for block in load_page(rule).blocks]
    return tuple(found)


def nasty_text(rng: random.Random, passages: Sequence[str]) -> str:
    """One text: mostly a passage or some of them with a few mutations, now and then something from nothing."""
    kind = rng.random()
    if kind < 0.04:
        text = _from_nothing(rng)
    elif kind < 0.70:
        text = rng.choice(passages)
    else:
        text = rng.choice(BREAKS).join((rng.choice(passages), rng.choice(passages)))
    if len(text) > 300 and rng.random() < 0.9:
        start = rng.randrange(len(text) - 200)
        text = text[start : start + rng.randint(40, 350)]
    for _ in range(rng.choice((0, 1, 1, 2, 2, 3, 5, 12))):
        text = rng.choice(MUTATIONS)(rng, text)
    return text


def _from_nothing(rng: random.Random) -> str:
    shape = rng.randrange(7)
    if shape == 0:
        return ""
    if shape == 1:
        return rng.choice((*SPACES, *BREAKS, *QUOTES, *STOPS, *CONTROLS, *SURROGATES, *CELLS)) * rng.choice(
            (1, 2, 3, 40, 3000)
        )
    if shape == 2:
        return " ".join(_word(rng) for _ in range(rng.randint(1, 60)))
    if shape == 3:
        return "".join(
            rng.choice((*SPACES, *BREAKS, *QUOTES, *STOPS, *CONTROLS, *NUMBERS, "a", "The ", "said "))
            for _ in range(rng.randint(1, 80))
        )
    if shape == 4:
        return rng.choice(("a", "x" * 17, "é", "語", "A.", "«a» ", "‘", "“a ", "- ", "said. ")) * rng.choice(
            (50, 700, 6000)
        )
    if shape == 5:
        return "".join(chr(rng.randrange(0x110000)) for _ in range(rng.randint(1, 60)))
    return "\n".join(
        rng.choice(("Share", "Read more", "By A. B.", "", "1.", "The end.", "“Yes”"))
        for _ in range(rng.randint(1, 200))
    )


def _word(rng: random.Random) -> str:
    first, last = rng.choice(SCRIPTS)
    return "".join(chr(rng.randint(first, last)) for _ in range(rng.choice((1, 2, 5, 9, 30))))


def _place(rng: random.Random, text: str) -> int:
    return rng.randint(0, len(text))


def _inserted(choices: Sequence[str]) -> Mutation:
    def insert(rng: random.Random, text: str) -> str:
        at = _place(rng, text)
        return text[:at] + rng.choice(choices) + text[at:]

    return insert


def _replaced(pattern: str, choices: Sequence[str]) -> Mutation:
    """Some of what the pattern finds becomes one of the choices, or all of it the same one."""
    compiled = re.compile(pattern)

    def replace(rng: random.Random, text: str) -> str:
        if rng.random() < 0.2:
            new = rng.choice(choices)
            return compiled.sub(lambda _: new, text)
        share = rng.choice((0.02, 0.2, 0.8))
        return compiled.sub(lambda match: rng.choice(choices) if rng.random() < share else match[0], text)

    return replace


def _delete(rng: random.Random, text: str) -> str:
    start = _place(rng, text)
    return text[:start] + text[start + rng.choice((1, 1, 2, 7, 60)) :]


def _repeat(rng: random.Random, text: str) -> str:
    start = _place(rng, text)
    piece = text[start : start + rng.choice((1, 3, 12, 50, 200))]
    return (
        text[:start] + piece * rng.choice((2, 2, 2, 2, 3, 3, 8, 8, max(1, 2000 // max(1, len(piece))))) + text[start:]
    )


def _swap(rng: random.Random, text: str) -> str:
    words = text.split(" ")
    a, b = rng.randrange(len(words)), rng.randrange(len(words))
    words[a], words[b] = words[b], words[a]
    return " ".join(words)


def _case(rng: random.Random, text: str) -> str:
    return rng.choice((str.upper, str.lower, str.title, str.swapcase, str.casefold))(text)


def _cut(rng: random.Random, text: str) -> str:
    return text[: _place(rng, text)] if rng.random() < 0.5 else text[_place(rng, text) :]


def _foreign(rng: random.Random, text: str) -> str:
    at = _place(rng, text)
    return f"{text[:at]} {' '.join(_word(rng) for _ in range(rng.randint(1, 3)))} {text[at:]}"


def _long_word(rng: random.Random, text: str) -> str:
    at = _place(rng, text)
    return text[:at] + rng.choice(("a", "Ab", "x-", "é", "1", ".", "'")) * rng.choice((90, 700, 5000)) + text[at:]


def _accents(rng: random.Random, text: str) -> str:
    return re.sub(
        r"[aeiou]", lambda match: match[0] + (chr(rng.randint(0x300, 0x36F)) if rng.random() < 0.3 else ""), text
    )


def _one_line(rng: random.Random, text: str) -> str:
    return re.sub(r"\s*\n\s*", rng.choice((" ", "", " ⏎ ")), text)


MUTATIONS: tuple[Mutation, ...] = (
    _inserted(QUOTES),
    _inserted(STOPS),
    _inserted(CONTROLS),
    _inserted(SURROGATES),
    _inserted(MARKUP),
    _inserted(NUMBERS),
    _inserted(CELLS),
    _inserted(BREAKS),
    _replaced(r" ", SPACES),
    _replaced(r"\n+", BREAKS),
    _replaced(r"[\"'“”‘’]", QUOTES),
    _replaced(r"[.,;:!?]", STOPS),
    _replaced(r"\d+", NUMBERS),
    _replaced(r"\b(?:the|a|he|she|said|of)\b", ("the", "the the", "he", "she", "said", "said.", "", "THE", "de", "la")),
    _delete,
    _delete,
    _repeat,
    _swap,
    _case,
    _cut,
    _foreign,
    _long_word,
    _accents,
    _one_line,
)


def joined(text: str) -> str:
    """The text with each pair of surrogates as the one character that they stand for, as JSON reads it."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def encodable(text: str) -> str:
    """The text with `?` for lone surrogates, so that it can be written as UTF-8."""
    return joined(text).encode("utf-8", "replace").decode("utf-8")


def write_file(rng: random.Random, format: str, texts: Sequence[str], folder: Path, *, damage: bool = True) -> Written:
    """Write texts as records of one file, with odd ids and further fields; with `damage`, now and then broken bytes."""
    if format == "folder":
        return _folder(rng, texts, folder / "in")
    if format == "parquet":
        return _parquet(rng, texts, folder / "in.parquet")
    damaged = rng.random() < 0.15 and damage
    data, kept = _csv(rng, texts) if format == "csv" else _json_lines(rng, texts)
    if damaged:
        data = _damaged(rng, data)
    path = folder / f"in.{format}"
    if format != "stdin":
        path.write_bytes(gzip.compress(data, 1) if format.endswith(".gz") else data)
    return Written(format, "-" if format == "stdin" else str(path), data, None if damaged else tuple(kept))


def _json_lines(rng: random.Random, texts: Sequence[str]) -> tuple[bytes, list[str]]:
    lines = [b"\xef\xbb\xbf"] if rng.random() < 0.05 else []
    for text in texts:
        members = [f'"text": {_json_string(rng, text)}']
        if rng.random() < 0.7:
            members.append(f'"id": {_json_id(rng)}')
        for key in ("title", "source", "url", "date", "extra", ""):
            if rng.random() < 0.15:
                members.append(f"{json.dumps(key)}: {_json_id(rng)}")
        if rng.random() < 0.03:
            members.insert(0, '"text": "the first of two fields of one name"')
        else:
            rng.shuffle(members)
        space = rng.choice(("", "", " ", "\t"))
        line = f"{space}{{{', '.join(members)}{space}}}{space}"
        lines.append(line.encode("utf-8") + rng.choice((b"\n", b"\n", b"\n", b"\r\n", b"\n\n", b"\n \t\r\n")))
    if rng.random() < 0.3:
        lines[-1] = lines[-1].rstrip()
    return b"".join(lines), [joined(text) for text in texts]


def _json_string(rng: random.Random, text: str) -> str:
    kind = rng.random()
    if kind < 0.6:
        return json.dumps(text)
    if kind < 0.9:
        return json.dumps(joined(text), ensure_ascii=False) if encodable(text) == joined(text) else json.dumps(text)
    return f'"{"".join(_json_character(rng, char) for char in text)}"'


def _json_character(rng: random.Random, char: str) -> str:
    """A character as it is or in one of its escapes; control characters may stand as they are, which JSON forbids."""
    if "\ud800" <= char <= "\udfff" or rng.random() < 0.1:
        units = char.encode("utf-16-be", "surrogatepass").hex()
        return "".join(
            rng.choice((rf"\u{units[at : at + 4]}", rf"\u{units[at : at + 4].upper()}"))
            for at in range(0, len(units), 4)
        )
    if char in '"\\\n':
        return {'"': '\\"', "\\": "\\\\", "\n": "\\n"}[char]
    return "\\/" if char == "/" and rng.random() < 0.5 else char


def _json_id(rng: random.Random) -> str:
    return rng.choice(
        (
            f'"{rng.randrange(10**6)}"', "7", "7.50", "1e3", "-0", "true", "null", "[]", '{"a": [1]}', '""', '" "',
            '"\\n"', '"\\ud83d"', '"=1"', '"é|`<"', "123456789012345678901234567890", "NaN", "-Infinity", '"\\u0000"',
            json.dumps("x" * 3000), '"2024-01-02"',
        )
    )  # fmt: skip


def _csv(rng: random.Random, texts: Sequence[str]) -> tuple[bytes, list[str]]:
    kept = [encodable(text) for text in texts]
    out = io.StringIO()
    ending = rng.choice(("\n", "\r\n"))
    quoting: Literal[0, 1] = csv.QUOTE_ALL if ending == "\n" else rng.choice((csv.QUOTE_ALL, csv.QUOTE_MINIMAL))
    writer = csv.writer(out, delimiter=rng.choice(",;\t|"), lineterminator=ending, quoting=quoting)
    columns = rng.sample(("id", "text", "title", "source"), 4)
    writer.writerow(columns)
    for number, text in enumerate(kept, 1):
        values = {
            "id": str(number),
            "text": text,
            "title": rng.choice((*CELLS[:8], "A title")),
            "source": rng.choice(("", "x", "é")),
        }
        writer.writerow([values[column] for column in columns])
    mark = b"\xef\xbb\xbf" if rng.random() < 0.1 else b""
    return mark + out.getvalue().encode("utf-8"), kept


def _parquet(rng: random.Random, texts: Sequence[str], path: Path) -> Written:
    kept = [encodable(text) for text in texts]
    type = rng.choice((pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())))
    ids = pa.array([rng.choice((None, "", "x", str(number))) for number in range(len(kept))], pa.string())
    numbers = pa.array(range(len(kept)), pa.int64())
    table = pa.table({"id": rng.choice((ids, numbers)), "text": pa.array(kept, pa.string()).cast(type), "n": numbers})
    pq.write_table(
        table, path, row_group_size=rng.choice((1, 7, 1000)), compression=rng.choice(("none", "snappy", "zstd"))
    )
    return Written("parquet", str(path), b"", tuple(kept))


def _folder(rng: random.Random, texts: Sequence[str], path: Path) -> Written:
    path.mkdir()
    kept = []
    for number, text in enumerate(texts):
        text = encodable(text)
        suffix = rng.choice((".txt", ".text", ".md", ".markdown"))
        if suffix.startswith(".m") and rng.random() < 0.5:
            text = f"---\ntitle: {rng.choice(('A title', '“', '=1', '[x](y)'))}\nid: {number}\n---\n{text}"
        (path / f"{number:04}{suffix}").write_bytes(text.encode("utf-8"))
        kept.append(text.removeprefix("\ufeff"))
    return Written("folder", str(path), b"", tuple(kept))


def _damaged(rng: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 3, 30))):
        at = rng.randrange(len(out) + 1)
        kind = rng.randrange(4)
        if kind == 0:
            out[at:at] = rng.choice(
                (b"\xff", b"\xed\xa0\x80", b"\0", b'"', b"\n", b"\r", b",", b"}", b"\\", b"\xef\xbb\xbf", b"\xc3")
            )
        elif kind == 1:
            del out[at : at + rng.choice((1, 2, 50))]
        elif kind == 2 and at < len(out):
            out[at] = rng.randrange(256)
        elif rng.random() < 0.2:
            del out[at:]
    return bytes(out)
