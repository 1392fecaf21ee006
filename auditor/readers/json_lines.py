"""JSON Lines -> Records: one object a line, read leniently, its bytes kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from auditor.config import Config
from auditor.document import Document
from auditor.readers.chunks import Chunks, skipped
from auditor.readers.record import BOM, START, Mark, Note, Problem, Record, article, decoded, is_utf_8
from auditor.readers.units import WHITE, units


def json_lines(
    path: str, config: Config, chunks: Chunks, pieces: Iterable[bytes], start: Mark = START
) -> Iterator[Record]:
    r"""The records of a JSON Lines file, from `start` on.

    pieces: the bytes of `chunks`, which knows whether they are all. Lines end with `\n`; blank ones are no records,
    but count as lines. Lone surrogates, NaN and control characters inside strings are taken as they are.
    """
    utf_8 = is_utf_8(config.encoding)
    position, line, end = start.records, start.line, start.offset
    for unit in units(_lines(skipped(pieces, end)), _line_ends, offset=end, line=line):
        position += 1
        whole = unit.content
        if chunks.failure and not whole:
            found: Document | Problem = chunks.failure
        else:
            found = _read_line(unit.raw, unit.offset, config, f"{path}:{unit.line}", utf_8=utf_8, whole=whole)
        line, end = unit.next_line, unit.offset + len(unit.raw)
        last = chunks.failure is not None and not whole
        after = None if last else Mark(position, line, end)
        yield Record.of(path, position, unit.line, config.text_field, unit.raw, found, unit.offset, after=after)
        if last:
            return
    if chunks.failure:
        yield Record.of(path, position + 1, line, config.text_field, b"", chunks.failure, end)


def with_fields(raw: bytes, note: Note, encoding: str) -> bytes:
    """The bytes of a record with fields added at its end, all else unchanged.

    Only a record that has such a field already is written anew: the old one must not stand beside the new.
    """
    added = json.dumps(dict(note))[1:-1].encode("ascii")
    if any(f'"{name}"'.encode() in raw for name in note):
        text = decoded(raw, encoding, 0)
        fields = json.loads(text if isinstance(text, str) else "{}", strict=False)
        if not fields.keys().isdisjoint(note):
            return json.dumps({**fields, **note}).encode("ascii") + raw[len(raw.rstrip(WHITE)) :]
    end = raw.rindex(b"}")
    return b"%s, %s%s" % (raw[:end].rstrip(WHITE), added, raw[end:])


def _lines(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool | None]]:
    r"""Each line with its `\n`, and whether it has one; None for a blank line."""
    begun: list[bytes] = []
    for piece in pieces:
        if b"\n" not in piece:
            begun.append(piece)
            continue
        lines = piece.split(b"\n")
        begun.append(lines[0])
        lines[0] = b"".join(begun)
        begun = [lines.pop()]
        for line in lines:
            yield line + b"\n", None if _is_blank(line) else True
    last = b"".join(begun)
    if last:
        yield last, None if _is_blank(last) else False


def _is_blank(line: bytes) -> bool:
    return line.strip(WHITE) in (b"", BOM)


def _line_ends(raw: bytes) -> int:
    return raw.count(b"\n")


def _read_line(raw: bytes, offset: int, config: Config, place: str, *, utf_8: bool, whole: bool) -> Document | Problem:
    fields: Any
    try:
        fields = orjson.loads(raw.removeprefix(BOM) if utf_8 else raw.decode(config.encoding))
    except ValueError:
        text = decoded(raw, config.encoding, offset)
        if isinstance(text, Problem):
            return text
        try:
            fields = json.loads(text, strict=False)
        except RecursionError:
            return Problem("json", "the JSON is nested too deeply to be read; flatten the record")
        except ValueError as error:
            return _not_json(error, whole=whole)
    if not isinstance(fields, dict):
        kind = "a list" if isinstance(fields, list) else "a single value"
        return Problem("json", f"the line holds {kind}, not an object; each line must be one JSON object")
    if isinstance(fields.get(config.id_field), float):
        fields[config.id_field] = _number_as_spelled(raw, config)
    return article(fields, config, place)


def _number_as_spelled(raw: bytes, config: Config) -> object:
    """The id in the spelling of the file: `1e3`, `7.50`, or an integer beyond 64 bits, which orjson makes a float."""
    text = decoded(raw, config.encoding, 0)
    assert isinstance(text, str)  # it was decoded before
    try:
        return json.loads(text, strict=False, parse_int=str, parse_float=str)[config.id_field]
    except RecursionError:
        return None  # nested so deeply that only orjson reads it


def _not_json(error: ValueError, *, whole: bool) -> Problem:
    told = f"column {error.colno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else str(error)
    cure = "each line must be one JSON object" if whole else "the line has no end: was the file cut off while written?"
    return Problem("json", f"the line is not JSON ({told}); {cure}")
