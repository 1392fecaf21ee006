"""Comparison: what became worse or better from one run to another, told only where it is beyond chance or a threshold.

Rates are articles per 1,000, as articles are what was drawn: ten findings in one article are no ten observations.

- Runs on different articles: Fisher's exact test, two-sided (Fisher 1935, J. R. Stat. Soc. 98, 39-82), and above 10,000
  articles of a kind in both together the pooled z-test for two proportions, which is then the same to three digits.
- Runs on the same articles, by their ids, in the same order: McNemar's exact test on the articles that changed (McNemar
  1947, Psychometrika 12, 153-157). It stays valid where ids are by chance the same.
- Many rules are looked at together: p-values are adjusted by Holm's method (Holm 1979, Scand. J. Stat. 6, 65-70), for
  rules, grades, verdicts and sources each.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from auditor.config import GRADES, VERDICTS
from auditor.errors import ConfigError, ReadError
from auditor.figures import Figures, source_of, stored_articles, stored_figures

KINDS = ("rule", "grade", "verdict", "source")
"""What is compared, in the order in which it is told."""
ALPHA = 0.05
"""The usual chance of telling, for one kind, any change where there is none."""

_EXACT = 10_000
"""Up to so many articles with the thing in both runs together the exact tests are computed."""
_SLACK = 1 + 1e-7
"""Two tables are equally probable when their probabilities differ by rounding alone."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was compared.

    kind: one of `KINDS`; name: the code of a rule, a grade or verdict and worse, a source; label: for people.
    before, after: articles with it; before_of, after_of: of so many. changed: articles that got it and that lost it,
    where the same articles were compared, else None. p: the chance of so large a difference if nothing changed;
    adjusted: the same by Holm's method; told: whether it is beyond chance or the threshold.
    """

    kind: str
    name: str
    label: str
    before: int
    before_of: int
    after: int
    after_of: int
    changed: tuple[int, int] | None
    p: float
    adjusted: float = 1.0
    told: bool = False

    @property
    def before_rate(self) -> float:
        """Articles per 1,000 in the run before."""
        return 1000 * self.before / self.before_of if self.before_of else 0.0

    @property
    def after_rate(self) -> float:
        """Articles per 1,000 in the run after."""
        return 1000 * self.after / self.after_of if self.after_of else 0.0

    @property
    def direction(self) -> str:
        """worse, better or same: more articles with it is worse, as everything compared is a fault."""
        difference = self.after_rate - self.before_rate
        return "worse" if difference > 0 else "better" if difference < 0 else "same"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, and each thing that was compared in them.

    same_articles: whether both hold the same articles in the same order; notes: what to know when reading it;
    changes: by kind, the surest first.
    """

    before: Figures
    after: Figures
    same_articles: bool
    alpha: float
    threshold: float | None
    notes: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def told(self) -> tuple[Change, ...]:
        """The changes that are beyond chance or the threshold."""
        return tuple(change for change in self.changes if change.told)


@dataclass(slots=True)
class _Pairs:
    """How many articles got a thing and lost it, by (kind, name), where both runs hold the same articles."""

    got: Counter[tuple[str, str]]
    lost: Counter[tuple[str, str]]


def compare_runs(before: Path, after: Path, *, alpha: float = ALPHA, threshold: float | None = None) -> Comparison:
    """Compare two folders that `report` or `filter` wrote; memory does not grow with them.

    alpha: see `ALPHA`; threshold: a change of so many articles per 1,000 is told too, though it may be chance.
    Raises ReadError when a folder holds no tables or no article, ConfigError for a bad alpha or threshold.
    """
    one, two = stored_figures(before, str(before)), stored_figures(after, str(after))
    for run, figures in ((before, one), (after, two)):
        if not figures.articles:
            raise ReadError(f"{run}: there is no article in the run, so there is no rate to compare")
    return compare_figures(one, two, pairs=_pairs(before, after, one, two), alpha=alpha, threshold=threshold)


def compare_figures(
    before: Figures,
    after: Figures,
    *,
    pairs: _Pairs | None = None,
    alpha: float = ALPHA,
    threshold: float | None = None,
) -> Comparison:
    """Compare the figures of two runs. Raises ConfigError for a bad alpha or threshold."""
    if not 0 < alpha < 1:
        raise ConfigError(f"alpha must lie between 0 and 1, not be {alpha:g}; 0.05 is usual")
    if threshold is not None and not threshold >= 0:
        raise ConfigError(f"the threshold is a number of articles per 1,000, from 0 on, not {threshold:g}")
    changes: list[Change] = []
    for kind in KINDS:
        found = [
            Change(kind, name, label, one, one_of, two, two_of, _moved(pairs, kind, name), 1.0)
            for name, label, one, one_of, two, two_of in _things(kind, before, after)
        ]
        found = [replace(change, p=_p(change)) for change in found]
        changes += sorted(_adjusted(found, alpha, threshold), key=lambda change: (change.p, change.name))
    return Comparison(before, after, pairs is not None, alpha, threshold, tuple(_notes(before, after)), tuple(changes))


def fails(comparison: Comparison, what: Iterable[str]) -> bool:
    """Whether something became worse that is to fail: `worse` for anything, or one of `KINDS`."""
    wanted = set(what)
    return any(
        change.direction == "worse" and ("worse" in wanted or change.kind in wanted) for change in comparison.told
    )


def sentences(comparison: Comparison) -> list[str]:
    """Each change that is told as a sentence, after what is to be known, for reports."""
    nothing = f"nothing changed beyond chance from {comparison.before.name} to {comparison.after.name}"
    return [*comparison.notes, *(list(map(sentence, comparison.told)) or [nothing])]


def sentence(change: Change) -> str:
    """A change in one line: what, both rates, both counts, the adjusted p-value."""
    p = "p < 0.001" if change.adjusted < 0.001 else f"p = {change.adjusted:.3f}"
    moved = f", {change.changed[0]:,} new and {change.changed[1]:,} gone" if change.changed else ""
    return (
        f"{change.direction}: {change.kind} {change.label}: {change.before_rate:.1f} → {change.after_rate:.1f} "
        f"of 1,000 articles ({change.before:,} of {change.before_of:,} → {change.after:,} of {change.after_of:,}"
        f"{moved}; {p})"
    )


def fisher(a: int, n: int, b: int, m: int) -> float:
    """Fisher's exact test, two-sided: the chance of a table no likelier than `a` of `n` beside `b` of `m`."""
    total = a + b
    constant = _log_choose(n + m, total)

    def log_probability(x: int) -> float:
        return _log_choose(n, x) + _log_choose(m, total - x) - constant

    limit = log_probability(a) + math.log(_SLACK)
    terms = (log_probability(x) for x in range(max(0, total - m), min(n, total) + 1))
    return min(1.0, math.fsum(math.exp(term) for term in terms if term <= limit))


def mcnemar(got: int, lost: int) -> float:
    """McNemar's exact test: the two-sided chance of a split no more even than this, if either were as likely."""
    n, least = got + lost, min(got, lost)
    if not n:
        return 1.0
    if n > _EXACT:
        return _two_sided((abs(got - lost) - 1) / math.sqrt(n))
    log_half = n * math.log(2)
    tail = math.fsum(math.exp(_log_choose(n, x) - log_half) for x in range(least + 1))
    return min(1.0, 2 * tail)


def _p(change: Change) -> float:
    if change.changed is not None:
        return mcnemar(*change.changed)
    a, n, b, m = change.before, change.before_of, change.after, change.after_of
    if not n or not m:
        return 1.0
    if min(a + b, n + m - a - b) <= _EXACT:
        # the test is the same for the articles without the thing: count the rarer side
        return fisher(a, n, b, m) if a + b <= _EXACT else fisher(n - a, n, m - b, m)
    share = (a + b) / (n + m)
    return _two_sided((a / n - b / m) / math.sqrt(share * (1 - share) * (1 / n + 1 / m)))


def _two_sided(z: float) -> float:
    return math.erfc(abs(z) / math.sqrt(2))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _adjusted(changes: Sequence[Change], alpha: float, threshold: float | None) -> Iterator[Change]:
    """Holm: the smallest p times the number of tests, the next times one less, and never less than the one before."""
    highest = 0.0
    for rank, change in enumerate(sorted(changes, key=lambda change: change.p)):
        highest = max(highest, min(1.0, change.p * (len(changes) - rank)))
        large = threshold is not None and abs(change.after_rate - change.before_rate) >= threshold
        moved = change.direction != "same"
        yield replace(change, adjusted=highest, told=moved and (highest < alpha or large))


def _things(kind: str, before: Figures, after: Figures) -> Iterator[tuple[str, str, int, int, int, int]]:
    """Of one kind: name, label, articles with it and articles in all, before and after; those in neither left out."""
    n, m = before.articles, after.articles
    if kind == "rule":
        for code in sorted(before.rules.keys() & after.rules.keys()):
            counts = before.touching[code], after.touching[code]
            if any(counts):
                yield code, f"{code} {after.rules[code]}", counts[0], n, counts[1], m
    elif kind == "source":
        for name in sorted(before.sources.keys() & after.sources.keys() - {""}):
            one, two = before.sources[name], after.sources[name]
            if one.not_kept or two.not_kept:
                yield name, f"{name} (articles not kept)", one.not_kept, one.articles, two.not_kept, two.articles
    else:
        levels, one_of, two_of = (
            (GRADES, before.grades, after.grades) if kind == "grade" else (VERDICTS, before.verdicts, after.verdicts)
        )
        for least, level in enumerate(levels[1:], 1):
            a, b = (sum(counts[each] for each in levels[least:]) for counts in (one_of, two_of))
            if a or b:
                yield level, level if level == levels[-1] else f"{level} or worse", a, n, b, m


def _moved(pairs: _Pairs | None, kind: str, name: str) -> tuple[int, int] | None:
    return None if pairs is None else (pairs.got[kind, name], pairs.lost[kind, name])


def _pairs(before: Path, after: Path, one: Figures, two: Figures) -> _Pairs | None:
    """What each article got and lost, if both runs hold the same articles in the same order; else None."""
    if one.articles != two.articles:
        return None
    pairs = _Pairs(Counter(), Counter())
    for old, new in zip_longest(stored_articles(before), stored_articles(after)):
        if old is None or new is None or _identity(old[0]) != _identity(new[0]):
            return None
        had, has = set(_faults(*old)), set(_faults(*new))
        pairs.got.update(has - had)
        pairs.lost.update(had - has)
    return pairs


def _identity(article: dict[str, Any]) -> tuple[object, ...]:
    return article["article_id"], article["position"]


def _faults(article: dict[str, Any], findings: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """All (kind, name) that an article counts for."""
    yield from {("rule", str(row["code"])) for row in findings}
    for grade in GRADES[1 : GRADES.index(article["grade"]) + 1]:
        yield "grade", grade
    for verdict in VERDICTS[1 : VERDICTS.index(article["verdict"]) + 1]:
        yield "verdict", verdict
    if article["verdict"] != "keep":
        yield "source", source_of(article)


def _notes(before: Figures, after: Figures) -> Iterator[str]:
    if before.versions.keys() != after.versions.keys() and before.articles and after.articles:
        yield (
            "the runs were made with different versions or configurations: what changed may be the rules, "
            "not the articles"
        )
    only = sorted(before.rules.keys() ^ after.rules.keys())
    if only:
        shown = ", ".join(only[:10]) + (f" and {len(only) - 10} more" if len(only) > 10 else "")
        yield f"rules that ran in one of the runs only are not compared: {shown}"
