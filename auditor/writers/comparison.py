"""A comparison of two runs as text for people, as Markdown, or as JSON."""

from __future__ import annotations

import json

from auditor._version import __version__
from auditor.comparison import Change, Comparison, sentence
from auditor.figures import Figures
from auditor.writers.escape import escape
from auditor.writers.lines import counted
from auditor.writers.visible import visible

SCHEMA = 1
"""The version of the form of the JSON document. Later versions only add keys."""


def render(comparison: Comparison, format: str, *, everything: bool = False) -> str:
    """The comparison as `text`, `markdown` or `json`, with a line end.

    everything: also list what did not change beyond chance; JSON always holds all.
    """
    if format == "json":
        return json.dumps(plain(comparison), indent=1) + "\n"
    shown = comparison.changes if everything else comparison.told
    return _markdown(comparison, shown) if format == "markdown" else _text(comparison, shown)


def plain(comparison: Comparison) -> dict[str, object]:
    """The comparison as plain values, as JSON has them."""
    return {
        "schema": SCHEMA,
        "auditor_version": __version__,
        "before": _run(comparison.before),
        "after": _run(comparison.after),
        "same_articles": comparison.same_articles,
        "test": _test(comparison),
        "alpha": comparison.alpha,
        "threshold": comparison.threshold,
        "notes": list(comparison.notes),
        "changes": [_change(change) for change in comparison.changes],
    }


def _text(comparison: Comparison, shown: tuple[Change, ...]) -> str:
    lines = [f"{_heading(comparison)} ({_test(comparison)})"]
    lines += [f"note: {note}" for note in comparison.notes]
    lines += [sentence(change) for change in shown]
    lines.append(_rest(comparison, shown))
    return "".join(f"{visible(line)}\n" for line in lines)


def _markdown(comparison: Comparison, shown: tuple[Change, ...]) -> str:
    blocks = ["# Comparison of two runs", f"{escape(_heading(comparison))}. {escape(_test(comparison))}."]
    blocks += [f"Note: {escape(note)}." for note in comparison.notes]
    if shown:
        head = "| | what | | before | after | before per 1,000 | after per 1,000 | p |\n"
        head += "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |\n"
        blocks.append(head + "\n".join(_row(change) for change in shown))
    blocks.append(f"{escape(_rest(comparison, shown))}.")
    return "\n\n".join(blocks) + "\n"


def _row(change: Change) -> str:
    direction = f"**{change.direction}**" if change.told else "no change beyond chance"
    cells = [
        direction,
        change.kind,
        escape(change.label),
        f"{change.before:,} of {change.before_of:,}",
        f"{change.after:,} of {change.after_of:,}",
        f"{change.before_rate:.1f}",
        f"{change.after_rate:.1f}",
        "&lt; 0.001" if change.adjusted < 0.001 else f"{change.adjusted:.3f}",
    ]
    return f"| {' | '.join(cells)} |"


def _heading(comparison: Comparison) -> str:
    one, two = comparison.before, comparison.after
    if comparison.same_articles:
        return f"from {one.name} to {two.name}: the same {counted(one.articles, 'article')}"
    return f"from {one.name}, {counted(one.articles, 'article')}, to {two.name}, {counted(two.articles, 'article')}"


def _test(comparison: Comparison) -> str:
    test = "McNemar's exact test" if comparison.same_articles else "Fisher's exact test"
    told = f"{test}, p adjusted by Holm's method, alpha {comparison.alpha:g}"
    return told if comparison.threshold is None else f"{told}, or a change of {comparison.threshold:g} per 1,000"


def _rest(comparison: Comparison, shown: tuple[Change, ...]) -> str:
    rest = len(comparison.changes) - len(shown)
    return f"{counted(rest, 'more rate')} compared that did not change beyond chance" if rest else "all rates are above"


def _run(figures: Figures) -> dict[str, object]:
    return {
        "name": figures.name,
        "articles": figures.articles,
        "words": figures.words,
        "findings": figures.findings,
        "grades": dict(sorted(figures.grades.items())),
        "verdicts": dict(sorted(figures.verdicts.items())),
        "versions": [list(version) for version in sorted(figures.versions)],
    }


def _change(change: Change) -> dict[str, object]:
    return {
        "kind": change.kind,
        "name": change.name,
        "direction": change.direction,
        "told": change.told,
        "before": change.before,
        "before_of": change.before_of,
        "before_per_1000": round(change.before_rate, 3),
        "after": change.after,
        "after_of": change.after_of,
        "after_per_1000": round(change.after_rate, 3),
        "new": None if change.changed is None else change.changed[0],
        "gone": None if change.changed is None else change.changed[1],
        "p": change.p,
        "adjusted_p": change.adjusted,
    }
