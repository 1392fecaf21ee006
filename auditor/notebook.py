"""A report as a notebook shows it: a few small tables in HTML, everything from articles escaped."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from auditor.config import GRADES, VERDICTS

SHOWN = 10
"""So many rules and articles are shown; the frames hold all."""


def summary_html(rows: Mapping[str, Sequence[Mapping[str, object]]]) -> str:
    """The rows of the four tables, by name, as HTML: counts, the rules with most articles, the worst articles.

    No style, no script, no link: it looks as the notebook looks, in dark mode too.
    """
    articles, findings, problems = rows["articles"], rows["findings"], rows["problems"]
    grades = Counter(str(row["grade"]) for row in articles)
    verdicts = Counter(str(row["verdict"]) for row in articles)
    found = sorted(
        (row for row in rows["rules"] if row["findings"]), key=lambda row: (-_number(row["articles"]), str(row["code"]))
    )
    worst = sorted((row for row in articles if row["points"]), key=lambda row: -_number(row["points"]))
    parts = [
        f"<p><b>Audit report</b>: {_counted(len(articles), 'article')}, {_counted(len(findings), 'finding')}, "
        f"{_counted(len(problems), 'problem')}</p>",
        _table(
            [*(f"grade {grade}" for grade in GRADES), *VERDICTS],
            [[*(grades[grade] for grade in GRADES), *(verdicts[verdict] for verdict in VERDICTS)]],
        ),
    ]
    columns: tuple[str, ...]
    if found:
        columns = ("code", "name", "severity", "findings", "articles")
        parts.append(_table(columns, ([row[column] for column in columns] for row in found[:SHOWN])))
    if worst:
        columns = ("article_id", "title", "grade", "verdict", "points", "findings")
        parts.append(_table(columns, ([row[column] for column in columns] for row in worst[:SHOWN])))
    more = [
        f"{_counted(len(kept) - SHOWN, f'more {what}')} in <code>.{name}</code>"
        for kept, what, name in ((found, "rule", "rules"), (worst, "article with points", "articles"))
        if len(kept) > SHOWN
    ]
    tables = "<code>.articles</code>, <code>.findings</code>, <code>.rules</code> and <code>.problems</code>"
    parts.append(f"<p>{'; '.join([*more, f'pandas frames: {tables}'])}</p>")
    return f"<div>{''.join(parts)}</div>"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    top = "".join(f"<th>{_cell(cell)}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    """Text as text: escaped, shortened, and apart from the direction of what stands around it."""
    if isinstance(value, (int, float)):
        return f"{value:,}"
    text = "" if value is None else str(value)
    return f"<bdi>{html.escape(text if len(text) <= 100 else text[:99] + '…')}</bdi>"


def _number(value: object) -> float:
    return float(str(value))


def _counted(count: int, what: str) -> str:
    noun, _, rest = what.partition(" with")
    return f"{count:,} {noun}{'' if count == 1 else 's'}{' with' + rest if rest else ''}"
