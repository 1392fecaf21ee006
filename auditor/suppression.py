"""Suppression: findings that somebody lives with, named by record, by passage, or by path or source in the settings."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from auditor.document import Document
from auditor.engine import Audit, Auditor, Skipped, Suppressed
from auditor.errors import ConfigError, nearest
from auditor.finding import Finding
from auditor.readers.record import IGNORE_FIELD
from auditor.registry import checked_prefixes
from auditor.repository import path_below, repository_root
from auditor.span import Span

DIRECTIVES = ("ignore", "end")
"""What a comment `<!-- auditor: … -->` in a text may say."""

MOST_COMMENTS = 1000
"""How many comments of one article are read."""

_COMMENT = re.compile(r"<!--[ \t]*auditor:([^<>]*)-->", re.IGNORECASE)
_SEPARATORS = re.compile(r"[,;\s]+")


@dataclass(eq=False, slots=True)
class _Claim:
    """A place that names codes, the part of the text for which it does (None for all), and which codes had effect."""

    by: str
    where: str
    codes: tuple[str, ...]
    span: Span | None = None
    used: set[str] = field(default_factory=set)

    def takes(self, finding: Finding) -> bool:
        """Whether it suppresses a finding, which counts as its use."""
        if self.span is not None and not self.span.start <= finding.span.start < max(self.span.end, 1):
            return False
        code = next((code for code in self.codes if finding.code.startswith(code)), None)
        if code is None:
            return False
        self.used.add(code)
        return True


@dataclass(eq=False, slots=True)
class _Glob:
    """A pattern of the configuration, its claim, and whether any article fitted it."""

    fits: re.Pattern[str] | str
    claim: _Claim
    met: bool = False


class Suppressions:
    """Takes the findings that are suppressed out of audits, and remembers which suppressions did nothing.

    auditor: whose configuration and rules count. root: the folder from which paths count. inline: whether comments in
    texts and fields of records are obeyed; None for what the configuration says.
    Raises ConfigError for an unknown or retired code in the configuration.
    """

    def __init__(self, auditor: Auditor, root: Path, *, inline: bool | None = None) -> None:
        self._auditor = auditor
        self._root = root
        self._inline = auditor.config.inline_ignore if inline is None else inline
        self._paths = [
            _Glob(path_pattern(pattern), claim) for pattern, claim in self._claims("path", auditor.config.per_path)
        ]
        self._sources = [
            _Glob(pattern.casefold(), claim) for pattern, claim in self._claims("source", auditor.config.per_source)
        ]

    def applied(self, audit: Audit, path: str) -> Audit:
        """The audit without the findings that are suppressed in it.

        path: of the article's file, as it was named. What is wrong with the suppressions of the article itself, and
        which of their codes suppressed nothing, is added to what was skipped.
        """
        told: list[Skipped] = []
        own = list(self._own(audit.document, told)) if self._inline else []
        claims = [*own, *self._configured(audit.document, path)]
        if not claims and not told:
            return audit
        kept: list[Finding] = []
        suppressed = list(audit.suppressed)
        for finding in audit.findings:
            claim = next((claim for claim in claims if claim.takes(finding)), None)
            if claim is None:
                kept.append(finding)
            else:
                suppressed.append(Suppressed(finding, claim.by, claim.where))
        told += [self._unused(claim, code) for claim in own for code in self._idle(claim, audit)]
        return audit._replace(findings=tuple(kept), suppressed=tuple(suppressed), skipped=(*audit.skipped, *told))

    def unused(self) -> tuple[Skipped, ...]:
        """The codes of the configuration that suppressed nothing in the whole run; for a run over all articles only."""
        ran = {rule.code for rule in self._auditor.rules}
        return tuple(
            self._unused(glob.claim, code, "" if glob.met else "no article fits the pattern")
            for glob in (*self._paths, *self._sources)
            for code in glob.claim.codes
            if code not in glob.claim.used and any(each.startswith(code) for each in ran)
        )

    def _claims(self, by: str, table: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, _Claim]]:
        for pattern, codes in table.items():
            where = f"per-{by} “{pattern}”"
            try:
                checked = checked_prefixes(self._auditor.catalogue, codes)
            except ConfigError as error:
                raise ConfigError(f"{where}: {error}") from None
            yield pattern, _Claim(by, where, checked)

    def _configured(self, doc: Document, path: str) -> Iterator[_Claim]:
        if self._sources and (source := doc.meta.get("source", "").casefold()):
            for glob in self._sources:
                if isinstance(glob.fits, str) and fnmatchcase(source, glob.fits):
                    glob.met = True
                    yield glob.claim
        if self._paths and path:
            below = path_below(path, self._root)
            for glob in self._paths:
                if isinstance(glob.fits, re.Pattern) and glob.fits.fullmatch(below):
                    glob.met = True
                    yield glob.claim

    def _own(self, doc: Document, told: list[Skipped]) -> Iterator[_Claim]:
        """The claims of the article itself, those of a passage first; what is wrong with them goes into `told`."""
        if "<!--" in doc.text:
            for where, words, span in _passages(doc, told):
                yield from self._checked("text", where, words, span, told)
        if doc.meta.get(IGNORE_FIELD, "").strip():
            words = doc.meta[IGNORE_FIELD].strip().strip("[]")
            yield from self._checked("record", f"“{IGNORE_FIELD}” of the record", words, None, told)

    def _checked(self, by: str, where: str, words: str, span: Span | None, told: list[Skipped]) -> Iterator[_Claim]:
        codes = [word.strip("\"'") for word in _SEPARATORS.split(words) if word.strip("\"'")]
        if not codes:
            told.append(_wrong(f"{where} names no rule; say which: MT101, or BP2 for all whose codes begin so"))
        good: list[str] = []
        for code in dict.fromkeys(codes):
            try:
                good += checked_prefixes(self._auditor.catalogue, [code])
            except ConfigError as error:
                told.append(_wrong(f"{where}: {error}"))
        if good:
            yield _Claim(by, where, tuple(good), span)

    def _idle(self, claim: _Claim, audit: Audit) -> Iterator[str]:
        """The codes of a claim that suppressed nothing, although their rules ran on the article to the end."""
        if len(claim.used) == len(claim.codes):
            return
        ran = self._auditor.judged(audit)
        for code in claim.codes:
            if code not in claim.used and any(each.startswith(code) for each in ran):
                yield code

    def _unused(self, claim: _Claim, code: str, why: str = "") -> Skipped:
        what = IGNORE_FIELD if claim.by in ("text", "record") else f"per-{claim.by}"
        reason = f"{claim.where}: {code} suppresses nothing{f', {why}' if why else ''}; take it out"
        return Skipped(what, reason, "unused")


def configured_suppressions(auditor: Auditor) -> Suppressions:
    """Those of the configuration alone, for articles that are not ours and so must not speak for themselves."""
    return Suppressions(auditor, repository_root(Path.cwd()), inline=False)


def path_pattern(pattern: str) -> re.Pattern[str]:
    """The regular expression of a pattern of paths, as in `.gitignore`: for a whole path with `/`.

    `*` and `?` stand for characters but `/`, `**` for any; a pattern without `/` fits the name of a file in any folder,
    one that ends in `/` all files below a folder. Runs of stars take no more time than one.
    """
    rest = pattern.removeprefix("./").removeprefix("/")
    if rest.endswith("/"):
        rest += "**"
    parts = [] if "/" in pattern.removeprefix("./") else ["(?:.*/)?"]
    for token in re.findall(r"\*\*+/|\*\*+|\*|\?|[^*?]+", rest):
        if token.startswith("**"):
            parts.append("(?:.*/)?" if token.endswith("/") else ".*")
        elif token == "*":
            parts.append("[^/]*")
        else:
            parts.append("[^/]" if token == "?" else re.escape(token))
    return re.compile("".join(parts), re.DOTALL)


def _passages(doc: Document, told: list[Skipped]) -> Iterator[tuple[str, str, Span]]:
    """Where each comment stands, what it names, and the span that it covers.

    A comment that an `end` closes covers all between them; of nested ones the inner is closed first. Any other covers
    its own line if there is text beside it, or else the next line with text.
    """
    begun: list[tuple[re.Match[str], str]] = []
    for number, found in enumerate(_COMMENT.finditer(doc.text)):
        if number == MOST_COMMENTS:
            told.append(_wrong(f"only the first {MOST_COMMENTS} comments of an article are read; use “{IGNORE_FIELD}”"))
            break
        word, _, names = found[1].strip().partition(" ")
        word = word.casefold()
        if word == "ignore":
            begun.append((found, names))
        elif word == "end" and begun:
            first, named = begun.pop()
            yield _where(doc, first), named, Span(first.start(), found.end())
        elif word == "end":
            told.append(Skipped(IGNORE_FIELD, f"{_where(doc, found)} ends nothing; take it out", "unused"))
        elif nearest(word, DIRECTIVES):
            told.append(_wrong(f"{_where(doc, found)} says “{word}”{nearest(word, DIRECTIVES)}"))
    if begun:
        filled = [index for index, line in enumerate(doc.lines) if _COMMENT.sub("", line.of(doc.text)).strip()]
        for found, names in begun:
            yield _where(doc, found), names, _line_of(doc, found, filled)


def _line_of(doc: Document, comment: re.Match[str], filled: Sequence[int]) -> Span:
    """The line of a comment, or, where nothing else stands on it, from the comment to the end of the next filled line.

    filled: the indices of the lines that hold more than comments.
    """
    own = doc.lines.index_at(comment.start())
    at = bisect_left(filled, own)
    if at == len(filled):
        return Span(comment.start(), len(doc.text))
    return doc.lines[own] if filled[at] == own else Span(comment.start(), doc.lines[filled[at]].end)


def _where(doc: Document, comment: re.Match[str]) -> str:
    return f"the comment on line {doc.line_and_column(comment.start())[0]}"


def _wrong(reason: str) -> Skipped:
    return Skipped(IGNORE_FIELD, reason, "suppression")
