"""Batch: reads a batch twice, first to count its lines, then to look at those that recur; makes a pack of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from auditor.config import Config
from auditor.engine import Auditor
from auditor.errors import ConfigError
from auditor.mining.articles import Article
from auditor.mining.counting import ArticleCounter
from auditor.mining.evidence import Evidence, Gatherer
from auditor.mining.judging import Judge, Judgement, Limits
from auditor.mining.names import NameCounter
from auditor.readers import Record, read
from auditor.readers.sources import STANDARD_INPUT
from auditor.templates import Pack, SourceLines, TemplateLine
from auditor.text.template import slotted
from auditor.writers.lines import counted

RECURS: Final = 2
"""In how many articles a line must stand to be looked at: lines in two may be a variant of one in many."""

MOST_LINES: Final = 50_000
"""How many recurring lines are looked at, at most; of more, those in the most articles."""

MOST_SOURCES: Final = 1_000_000
"""Of how many sources the articles are counted, at most; of more, the largest."""

EXAMPLES: Final = 3
EXAMPLE_LENGTH: Final = 300
MAJORITY: Final = 0.5
BEFORE: Final = "The talks ended late.\nThe ministers had met at noon.\nNobody was surprised.\n"
"""Lines of an article that stand before the line that is asked about: a by-line is one at an edge."""


@dataclass(frozen=True, slots=True)
class Mined:
    """What was learnt.

    pack: to be written and reviewed. unreadable: how many records hold no article.
    left_out: how many recurring lines were taken for no template, by reason. least: in how many articles a line had to
    stand to be looked at, above 2 where too many lines recur.
    """

    pack: Pack
    unreadable: int
    left_out: Mapping[str, int] = field(default_factory=dict)
    least: int = RECURS

    def summary(self, where: str) -> str:
        """What was learnt and what was left out, in one line."""
        lines = counted(sum(len(source.lines) for source in self.pack.sources), "template line")
        told = f"{where}: {lines} of {counted(len(self.pack.sources), 'source')}"
        if self.pack.names:
            told += f" and {counted(len(self.pack.names), 'rare spelling')} of names"
        told += f" in {counted(self.pack.articles, 'article')}"
        if self.left_out:
            reasons = ", ".join(f"{count} {reason}" for reason, count in self.left_out.items())
            told += f"; recurring lines left out: {reasons}"
        if self.least > RECURS:
            told += f"; too many lines recur, so those in fewer than {self.least} articles were not looked at"
        return told


def mine(
    paths: Sequence[str],
    config: Config,
    limits: Limits | None = None,
    *,
    names: bool = False,
    unreadable: Callable[[Record], object] | None = None,
    progress: Callable[[int], object] | None = None,
) -> Mined:
    """Learn the template lines of each source of a batch.

    paths: as `auditor.readers.read` takes them, but not `-`: the batch is read twice. limits: how often a line must
    stand; None for the defaults. names: also learn rare spellings of names (see `auditor.mining.names`). unreadable: is
    called with each record without an article. progress: is called with the number of records read since the last call,
    in both readings.

    The same articles give the same answer in any order; copies of an article count once. Memory is bounded: what is
    counted beyond two million lines lies in temporary files, 16 bytes a line.

    Raises ConfigError for standard input and limits that cannot be, ReadError for a path that cannot be read,
    WriteError when there is no space for the temporary files.
    """
    limits = limits or Limits()
    if limits.articles < RECURS or not 0 <= limits.share <= 1:
        raise ConfigError("a template line must stand in at least 2 articles, and in a share of them of 0 to 1")
    if STANDARD_INPUT in paths:
        raise ConfigError(
            "mining reads its input twice, which standard input cannot be; save it to a file and name that"
        )
    count = _Reading(paths, config, progress, unreadable)
    with ArticleCounter() as lines, ArticleCounter() as sources, NameCounter() as spellings:
        for article in count:
            lines.add({key for _, key, _ in article.forms}, article.digest)
            sources.add([hash(article.source)], article.digest)
            if names:
                spellings.count(article.text, article.digest)
        recurring = lines.counted(RECURS, MOST_LINES)
        sizes = sources.counted(RECURS, MOST_SOURCES)
        gatherer = Gatherer(recurring.articles, limits.articles)
        for article in _Reading(paths, config, progress, None):
            gatherer.add(article)
            if names:
                spellings.look(article.text)
        found = tuple(spellings.names()) if names else ()
    known = {
        source: sizes.articles.get(hash(source), 0) for source in {each.source for each in gatherer.found.values()}
    }
    judged = Judge(gatherer.reference, known, limits).judge(gatherer.found.values())
    pack = Pack(sizes.pairs, tuple(_sources(judged, known)), found)
    left_out = Counter(each.left_out for each in judged if each.left_out)
    return Mined(pack, count.unreadable, dict(sorted(left_out.items())), recurring.least)


class _Reading:
    """The articles of a batch, one at a time; counts the records without one."""

    def __init__(
        self,
        paths: Sequence[str],
        config: Config,
        progress: Callable[[int], object] | None,
        tell: Callable[[Record], object] | None,
    ) -> None:
        self._records = read(paths, config)
        self._progress = progress
        self._tell = tell
        self.unreadable = 0

    def __iter__(self) -> Iterator[Article]:
        for record in self._records:
            if record.document is not None:
                yield Article.of(record.document)
            else:
                self.unreadable += 1
                if self._tell is not None:
                    self._tell(record)
            if self._progress is not None:
                self._progress(1)


def _sources(judged: Sequence[Judgement], sizes: Mapping[str, int]) -> Iterator[SourceLines]:
    """The sources that have template lines, by name, each with its lines, those of the most articles first."""
    by_source: dict[str, list[Evidence]] = {}
    for each in judged:
        if not each.left_out:
            by_source.setdefault(each.evidence.source, []).append(each.evidence)
    role = _Roles()
    for name, found in sorted(by_source.items()):
        slots = {each.line for each in found if each.slot}
        lines = [
            _line(each, sizes[name], role)
            for each in sorted(found, key=lambda each: (-each.articles, each.line))
            if each.slot or not slots or slotted(each.sample[0].raw).encode("utf-8") not in slots
        ]
        yield SourceLines(name, sizes[name], tuple(lines))


def _line(evidence: Evidence, size: int, role: _Roles) -> TemplateLine:
    examples = sorted({each.raw[:EXAMPLE_LENGTH] for each in evidence.sample})[:EXAMPLES]
    return TemplateLine(
        line=evidence.line.decode("utf-8"),
        role=role.of(evidence.sample[0].raw),
        articles=evidence.articles,
        share=round(evidence.articles / size, 4) if size else 0.0,
        place=_place(evidence),
        examples=tuple(examples),
    )


def _place(evidence: Evidence) -> str:
    for place, count in (("top", evidence.top), ("tail", evidence.tail)):
        if count > MAJORITY * evidence.seen:
            return place
    return "between"


class _Roles:
    """Tells which rule of the catalogue knows a line: what kind of boilerplate it is, where that is known."""

    def __init__(self) -> None:
        self._auditor = Auditor(Config(select=("BP",)))

    def of(self, line: str) -> str:
        """The name of the first rule that reports the line as the last of a short text; empty where none does."""
        text = f"{BEFORE}{line}"
        for finding in self._auditor.audit(text).findings:
            if finding.span.start >= len(BEFORE):
                return finding.name
        return ""
