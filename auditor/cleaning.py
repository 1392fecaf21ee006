"""Cleaning: the safe edits of an audit, applied where another audit of the result proves them right.

What may be done is narrow. Spaces and punctuation marks may change, and characters that were damaged; words, names and
numbers may not. Only boilerplate and what house rules name may be taken away; never the headline, never a part of a
quotation. After each round the text is audited again: an edit is kept when its finding is gone and no other one came.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from auditor.document import Document
from auditor.engine import Audit, Auditor
from auditor.finding import Edit, Finding
from auditor.rule import BOILERPLATE, GRAMMAR
from auditor.span import Span

REMOVES = frozenset({BOILERPLATE, "HR"})
"""The families whose edits may take words away: boilerplate, and rules of the house."""

NEVER_HEADLINES = frozenset({"BP201", "BP203"})
"""Rules whose safe edits may take away the first line: they know by its words that it is no headline."""

DECODES = "LG"
"""The family whose edits put a character in the place of its damaged form."""

MOST_AUDITS = 64
"""How often an article is audited again; one that needs more is left as it is."""

MOST_CHARACTERS = 20_000_000
"""How many characters are audited again for one article, if that is less; at least `FEWEST_AUDITS` times its length."""

FEWEST_AUDITS = 8

LONGEST = 1_000_000
"""Characters of the longest text that is cleaned; to prove the edits of a longer one would take minutes."""

BESIDE = 100
"""Characters beside an edit that are compared, so that no word is joined to another or cut."""

_Again = Callable[[Document], Audit]

_TOKEN = re.compile(r"\d+(?:[.,:’']\d+)*|[^\W\d]+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Change:
    """One edit of the original text, with why it was made.

    edit: in code points of the original; edits of one article are sorted and do not overlap.
    before: what stood there. codes, messages: of the findings that it cures, in the order in which they were cured.
    """

    edit: Edit
    before: str
    codes: tuple[str, ...]
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A finding whose safe edits were not applied, and why; its places are in the cleaned text."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What cleaning makes of an article.

    original: the audit that was given; audit: that of the cleaned text (the same one if nothing changed).
    edits: from the original to the cleaned text; `apply_edits(original text, [change.edit …])` gives it.
    refused: safe edits that were not applied.
    """

    original: Audit
    audit: Audit
    edits: tuple[Change, ...] = ()
    refused: tuple[Refused, ...] = ()

    @property
    def text(self) -> str:
        """The cleaned text."""
        return self.audit.document.text

    @property
    def left(self) -> tuple[Finding, ...]:
        """The findings of the cleaned text."""
        return self.audit.findings


def cleaned(audit: Audit, auditor: Auditor, *, audited: Callable[[Document], Audit] | None = None) -> Cleaned:
    """The text of an audit after all safe edits that hold what they promise.

    audit: of the article, by this auditor. audited: how the text is audited again, where findings were suppressed in
    the audit that was given; None for the auditor alone.
    Edits are applied in rounds until none is left, so that cleaning the result changes nothing. A round keeps an edit
    only if an audit of the new text has neither its finding nor one that was not there before. Same audit, same answer.
    An article without safe edits is not audited again, one of more than `LONGEST` characters is left as it is.
    """
    if len(audit.document.text) > LONGEST:
        reason = f"the article is longer than {LONGEST:,} characters; it was left as it is"
        return Cleaned(
            audit, audit, (), tuple(Refused(finding, reason) for finding in audit.findings if _safe(finding))
        )
    again = audited or auditor.audit
    budget = _Budget(len(audit.document.text))
    changes: tuple[Change, ...] = ()
    now = audit
    try:
        while True:
            done, new, refused = _round(now, again, budget)
            if not done:
                return Cleaned(audit, now, changes, refused)
            text = now.document.text
            changes = _composed(changes, text, _combined(text, done))
            now = new
    except _OutOfBudget:
        reason = "the article needs too many audits to prove its edits right; it was left as it is"
        return Cleaned(audit, audit, (), tuple(Refused(unit.finding, reason) for unit in _units(audit)[0]))


@dataclass(frozen=True, slots=True)
class _Unit:
    """A finding with safe edits, applied together or not at all. lines: the lines that it takes away, if it does."""

    finding: Finding
    edits: tuple[Edit, ...]
    lines: Span | None


@dataclass(frozen=True, slots=True)
class _Joint:
    """An edit of some findings, as it is applied."""

    edit: Edit
    findings: tuple[Finding, ...]


class _OutOfBudget(Exception):
    """Too many audits."""


class _Budget:
    """Counts the audits of one article, so that none takes for ever. Raises _OutOfBudget."""

    def __init__(self, characters: int) -> None:
        self._left = max(FEWEST_AUDITS, min(MOST_AUDITS, MOST_CHARACTERS // max(characters, 1)))

    def spend(self) -> None:
        """Count an audit."""
        if not self._left:
            raise _OutOfBudget
        self._left -= 1


def _round(audit: Audit, again: _Again, budget: _Budget) -> tuple[list[_Unit], Audit, tuple[Refused, ...]]:
    """What can be applied to a text at once: the units, the audit after them, and what was refused."""
    units, refused = _units(audit)
    done: list[_Unit] = []
    after = audit
    unproved: list[_Unit] = []
    while chosen := _without_conflicts(done, units, unproved):
        stack = [chosen]
        while stack:
            part = stack.pop()
            budget.spend()
            tried = _tried(audit, again, done + part)
            if tried is not None:
                done += part
                after = tried
            elif len(part) > 1:
                half = len(part) // 2
                stack += [part[half:], part[:half]]
            else:
                unproved += part
    reason = "after it the text would have another finding, or the same again"
    return done, after, (*refused, *(Refused(unit.finding, reason) for unit in unproved))


def _units(audit: Audit) -> tuple[list[_Unit], tuple[Refused, ...]]:
    """The findings whose edits are all safe and permitted, in order; and those whose edits are not permitted."""
    doc = audit.document
    units: list[_Unit] = []
    refused: list[Refused] = []
    for finding in audit.findings:
        if not _safe(finding):
            continue
        objection = next(filter(None, (_objection(doc, finding, edit) for edit in finding.edits)), None)
        if objection:
            refused.append(Refused(finding, objection))
            continue
        lines = _lines(doc.text, finding.edits[0]) if len(finding.edits) == 1 else None
        units.append(_Unit(finding, finding.edits, lines))
    units.sort(key=lambda unit: (unit.edits[0].span.start, -unit.edits[-1].span.end, unit.finding.code))
    return units, tuple(refused)


def _safe(finding: Finding) -> bool:
    return bool(finding.edits) and all(edit.safe for edit in finding.edits)


def _lines(text: str, edit: Edit) -> Span | None:
    """What an edit takes away, without the white space around, if that is whole lines."""
    removed = edit.span.of(text)
    bare = removed.strip()
    if edit.text or not bare:
        return None
    start = edit.span.start + len(removed) - len(removed.lstrip())
    end = start + len(bare)
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    rest = re.compile(r"[^\S\r\n]*(?:[\r\n]|\Z)").match(text, end)
    return Span(start, end) if rest and not text[line:start].strip() else None


def _objection(doc: Document, finding: Finding, edit: Edit) -> str:
    """Why an edit may not be applied, whatever its rule says of it; nothing when it may."""
    text = doc.text
    start, end = edit.span
    left, right = text[max(0, start - BESIDE) : start], text[end : end + BESIDE]
    old = " " if finding.family == DECODES else edit.span.of(text)
    if _TOKEN.findall(left + old + right) == _TOKEN.findall(left + edit.text + right):
        return ""
    if finding.family not in REMOVES or edit.text.strip():
        return "it would change words, names or numbers"
    return _objection_to_removal(doc, finding, edit.span)


def _objection_to_removal(doc: Document, finding: Finding, span: Span) -> str:
    """Why a passage may not be taken away; nothing when it may."""
    lines = doc.filled_lines
    title = _WORD.findall(doc.meta.get("title", "").casefold())
    if not title and lines and span.covers(lines[0]) and finding.code not in NEVER_HEADLINES:
        return "it would take away the first line, which may be the headline"
    if all(span.covers(line) for line in lines):
        return "nothing would be left"
    for place in range(bisect_right(doc.lines.starts, span.start) - 1, len(doc.lines)):
        line = doc.lines[place]
        if line.start >= span.end:
            break
        if title and span.covers(Span(line.start, line.end)) and _WORD.findall(line.of(doc.text).casefold()) == title:
            return "it would take away the headline"
    for quotation in doc.quotations:
        if quotation.span.overlaps(span) and not span.covers(quotation.span):
            return "it would take words out of a quotation"
    return ""


def _without_conflicts(done: Sequence[_Unit], units: Sequence[_Unit], unproved: Sequence[_Unit]) -> list[_Unit]:
    """Units that can be applied beside those that are done: whole lines first, then whatever starts first."""
    tried = {id(unit) for unit in (*done, *unproved)}
    chosen: list[_Unit] = []
    lines = sorted((unit for unit in done if unit.lines), key=lambda unit: unit.edits[0].span)
    others = [unit for unit in done if not unit.lines]
    for unit in units:
        if id(unit) not in tried and unit.lines and not _conflicts(unit, others):
            chosen.append(unit)
    taken = _Taken([*lines, *chosen])
    small = _Taken(others)
    for unit in units:
        if id(unit) not in tried and not unit.lines and not taken.conflicts(unit) and not small.conflicts(unit):
            chosen.append(unit)
            small.add(unit)
    return chosen


def _conflicts(unit: _Unit, others: Sequence[_Unit]) -> bool:
    return _Taken(others).conflicts(unit) if others else False


class _Taken:
    """The edits that are taken, to tell whether another one comes into their way."""

    def __init__(self, units: Iterable[_Unit]) -> None:
        self._edits: list[Edit] = []
        for unit in units:
            self.add(unit)

    def add(self, unit: _Unit) -> None:
        """Take the edits of a unit."""
        self._edits += unit.edits
        self._edits.sort(key=lambda edit: (edit.span.start, edit.span.end))

    def conflicts(self, unit: _Unit) -> bool:
        """Whether an edit of the unit overlaps or touches one that is taken and is not the same."""
        return any(self._meets(edit) for edit in unit.edits)

    def _meets(self, edit: Edit) -> bool:
        place = bisect_right(self._edits, edit.span.end, key=lambda taken: taken.span.start)
        # edits that are taken overlap only where they take away lines, and then at most with the next one
        near = self._edits[max(0, place - 3) : place]
        return any(taken != edit and taken.span.end >= edit.span.start for taken in near)


def _combined(text: str, units: Sequence[_Unit]) -> list[_Joint]:
    """The edits of units, sorted, with neighbouring lines taken away as one; equal edits are made once."""
    made: dict[Edit, list[Finding]] = {}
    run: list[_Unit] = []
    end = -1
    for unit in sorted((unit for unit in units if unit.lines), key=lambda unit: unit.lines or Span(0, 0)):
        assert unit.lines is not None
        if run and text[end : unit.lines.start].strip() and unit.lines.start > end:
            made.update(_run(text, run))
            run = []
            end = -1
        run.append(unit)
        end = max(end, unit.lines.end)
    if run:
        made.update(_run(text, run))
    for unit in units:
        if not unit.lines:
            for edit in unit.edits:
                made.setdefault(edit, []).append(unit.finding)
    return [
        _Joint(edit, tuple(findings)) for edit, findings in sorted(made.items(), key=lambda item: _in_order(item[0]))
    ]


def _run(text: str, units: Sequence[_Unit]) -> dict[Edit, list[Finding]]:
    """One edit that takes away neighbouring lines."""
    spans = [unit.lines for unit in units if unit.lines]
    whole = Span(min(span.start for span in spans), max(span.end for span in spans))
    return {Edit.delete_lines(text, whole): [unit.finding for unit in units]}


def _in_order(edit: Edit) -> tuple[int, int, str]:
    return edit.span.start, -edit.span.end, edit.text


def _tried(audit: Audit, again: _Again, units: Sequence[_Unit]) -> Audit | None:
    """The audit of the text after the edits; None if they overlap, a finding stays, or one comes that was not there."""
    doc = audit.document
    joints = _combined(doc.text, units)
    ends = [joint.edit.span.end for joint in joints]
    if any(joint.edit.span.start < end for joint, end in zip(joints[1:], ends, strict=False)):
        return None
    shift = _Shift(joint.edit for joint in joints)
    new = again(Document(shift.applied(doc.text), doc.id, doc.meta))
    if {failure.code for failure in new.failures} - {failure.code for failure in audit.failures}:
        return None
    if not _quotes_the_same(doc, new.document, shift):
        return None
    cured = {id(unit.finding) for unit in units}
    grammar = audit.grammar == new.grammar
    before = [finding for finding in audit.findings if id(finding) not in cured]
    return new if _none_is_new(before, new.findings, shift, grammar=grammar) else None


def _quotes_the_same(doc: Document, new: Document, shift: _Shift) -> bool:
    """Whether what was speech is speech after the edits, so that nothing in it is touched later, or was taken away."""
    for start, end in doc.quoted:
        span = shift.moved(Span(start, end))
        words = list(_WORD.finditer(new.text, span.start, span.end)) if span.length else []
        if words and not any(inside.covers(Span(words[0].start(), words[-1].end())) for inside in _at(new, words[0])):
            return False
    return True


def _at(doc: Document, word: re.Match[str]) -> list[Span]:
    inside = doc.quoted.at(word.start())
    return [inside] if inside else []


def _none_is_new(before: Iterable[Finding], after: Iterable[Finding], shift: _Shift, *, grammar: bool) -> bool:
    """Whether each finding after the edits is one that was there before, each taken once.

    grammar: whether LanguageTool looked at both texts; its findings count only then.
    """
    known: dict[str, list[Span]] = {}
    for finding in before:
        known.setdefault(finding.code, []).append(shift.moved(finding.span))
    left: list[Finding] = []
    for finding in after:
        if finding.family == GRAMMAR and not grammar:
            continue
        spans = known.get(finding.code, [])
        if finding.span in spans:
            spans.remove(finding.span)
        else:
            left.append(finding)
    for finding in left:
        spans = known.get(finding.code, [])
        own = next((span for span in spans if _may_be_at(finding.span, span)), None)
        if own is None:
            return False
        spans.remove(own)
    return True


def _may_be_at(now: Span, was: Span) -> bool:
    """Whether a finding may be one that was elsewhere; `was` is empty where all that it stood on was taken away."""
    return was.overlaps(now) if was.length else now.start <= was.start <= now.end


class _Shift:
    """Sorted edits that do not overlap: the text after them, and where places of the text before have gone."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        self._edits = list(edits)
        self._starts: list[int] = []
        self._gains: list[int] = []
        gain = 0
        for edit in self._edits:
            self._starts.append(edit.span.start)
            gain += len(edit.text) - edit.span.length
            self._gains.append(gain)

    def applied(self, text: str) -> str:
        """The text after the edits."""
        out = []
        position = 0
        for edit in self._edits:
            out += [text[position : edit.span.start], edit.text]
            position = edit.span.end
        out.append(text[position:])
        return "".join(out)

    def moved(self, span: Span) -> Span:
        """Where a span has gone; what an edit replaced belongs to it wholly."""
        return Span(self._moved(span.start, end=False), self._moved(span.end, end=True))

    def _moved(self, place: int, *, end: bool) -> int:
        index = bisect_right(self._starts, place - end) - 1
        if index < 0:
            return place
        edit, before = self._edits[index], self._gains[index - 1] if index else 0
        if place >= edit.span.end and (place > edit.span.start or end):
            return place + self._gains[index]
        return edit.span.start + before + (len(edit.text) if end else 0)


def _composed(changes: Sequence[Change], text: str, joints: Sequence[_Joint]) -> tuple[Change, ...]:
    """Edits of the original, and edits of the text after them, as edits of the original.

    text: the one after `changes`. Those that overlap become one, and an insertion becomes one with what it touches.
    """
    places: list[tuple[int, int, Change | _Joint]] = []
    gain = 0
    for change in changes:
        start = change.edit.span.start + gain
        gain += len(change.edit.text) - change.edit.span.length
        places.append((start, start + len(change.edit.text), change))
    places += [(*joint.edit.span, joint) for joint in joints]
    places.sort(key=lambda place: place[:2])
    groups: list[list[tuple[int, int, Change | _Joint]]] = []
    reach = -1
    for entry in places:
        touching = bool(groups) and entry[0] == reach and any(_inserts(made) for _, _, made in (entry, *groups[-1]))
        if groups and (entry[0] < reach or touching):
            groups[-1].append(entry)
        else:
            groups.append([entry])
        reach = max(reach, entry[1])
    found = []
    gain = 0
    for group in groups:
        start, end = group[0][0], max(stop for _, stop, _ in group)
        older = [change for _, _, change in group if isinstance(change, Change)]
        newer = [joint for _, _, joint in group if isinstance(joint, _Joint)]
        local = [Edit(Span(e.span.start - start, e.span.end - start), e.text, e.safe) for e in (j.edit for j in newer)]
        own = sum(len(change.edit.text) - change.edit.span.length for change in older)
        span = Span(start - gain, end - gain - own)
        before = _before(text[start:end], older, start, gain)
        told = [pair for change in older for pair in zip(change.codes, change.messages, strict=True)]
        told += [(finding.code, finding.message) for joint in newer for finding in joint.findings]
        new = _Shift(local).applied(text[start:end])
        codes, messages = (code for code, _ in told), (message for _, message in told)
        found.append(Change(Edit(span, new, safe=True), before, tuple(codes), tuple(messages)))
        gain += own
    return tuple(change for change in found if change.edit.text != change.before)


def _inserts(made: Change | _Joint) -> bool:
    return not made.edit.span.length


def _before(now: str, changes: Sequence[Change], start: int, gain: int) -> str:
    """What the original has where some changes made `now`, which begins at `start`; gain: of the changes before."""
    out = []
    place = start
    for change in changes:
        begin = change.edit.span.start + gain
        out += [now[place - start : begin - start], change.before]
        place = begin + len(change.edit.text)
        gain += len(change.edit.text) - change.edit.span.length
    out.append(now[place - start :])
    return "".join(out)
