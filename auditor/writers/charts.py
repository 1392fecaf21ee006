"""Charts of a run as SVG files, in a light and a dark form; the door to matplotlib."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.config import GRADES
from auditor.errors import LibraryMissing
from auditor.figures import Figures
from auditor.finding import shorten
from auditor.writers.files import atomic, make_folder
from auditor.writers.visible import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BARS = 12
"""So many rules or sources have a bar; the tables hold all."""
RUNS = 30
"""So many runs, the last ones, stand in the chart over time."""
LONGEST_LABEL = 30

_WIDTH = 5.4


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart that was written: the stem of its two files (`<name>.svg`, `<name>-dark.svg`), a title, a description.

    alt: what the chart shows in words and figures, for those who do not see it.
    """

    name: str
    title: str
    alt: str


@dataclass(frozen=True, slots=True)
class _Theme:
    suffix: str
    ink: str
    muted: str
    bar: str
    second: str
    grades: tuple[str, ...]


_THEMES = (
    _Theme("", "#24292f", "#8c959f", "#3d6a99", "#b8602a", ("#3f7d5c", "#86a04a", "#c9a227", "#cc7a32", "#b3402f")),
    _Theme(
        "-dark", "#e6e6e3", "#6e7681", "#7aa7d6", "#e0975f", ("#69b38c", "#a9c26a", "#dcbc55", "#e09a5c", "#e0705e")
    ),
)


def write_charts(figures: Figures, earlier: Sequence[Figures], folder: Path) -> list[Chart]:
    """Write the charts that the figures give something for into a folder; what was written, in order.

    earlier: the figures of runs before this one, the oldest first; with them there is a chart over time.
    The bytes depend on the figures and the version of matplotlib alone. Raises LibraryMissing, WriteError.
    """
    make_folder(folder)
    written = []
    for chart, height, draw in _charts(figures, [*earlier, figures][-RUNS:]):
        for theme in _THEMES:
            with atomic(folder / f"{chart.name}{theme.suffix}.svg") as out:
                out.write(_svg(draw, height, theme))
        written.append(chart)
    return written


def check_installed() -> None:
    """Nothing, where charts can be drawn. Raises LibraryMissing."""
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise LibraryMissing(
            f'{error.name} is not installed; pip install "article-auditor[report]", or write --format markdown'
        ) from error


def _charts(figures: Figures, runs: Sequence[Figures]) -> Iterator[tuple[Chart, float, Any]]:
    if figures.articles:
        told = ", ".join(f"{grade} {figures.grades[grade]:,}" for grade in GRADES)
        yield Chart("grades", "Articles by grade", f"Bar chart. Articles by grade: {told}."), 2.3, _grades(figures)
    rules = sorted(figures.touching.items(), key=lambda pair: (-pair[1], pair[0]))[:BARS]
    if rules:
        labels = [f"{code} {figures.rules.get(code, '')}".strip() for code, _ in rules]
        values: list[float] = [float(n) for _, n in rules]
        told = "; ".join(f"{label} {value:,.0f}" for label, value in zip(labels, values, strict=True))
        alt = f"Bar chart. Articles with a finding, by rule: {told}."
        yield Chart("rules", "Articles with a finding, by rule", alt), _height(rules), _bars(labels, values, "{:,.0f}")
    sources = figures.worst_sources(BARS)
    if sources and len([name for name in figures.sources if name]) > 1:
        labels = [shown_source(name) for name, _ in sources]
        values = [100 * one.not_kept / one.articles for _, one in sources]
        told = "; ".join(f"{label} {value:.0f} %" for label, value in zip(labels, values, strict=True))
        alt = f"Bar chart. Share of articles that are not kept as they are, by source: {told}."
        title = "Articles not kept, by source"
        yield Chart("sources", title, alt), _height(sources), _bars(labels, values, "{:.0f} %")
    if len(runs) > 1:
        rates = [1000 * run.findings / run.articles if run.articles else 0.0 for run in runs]
        shares = [100 * (run.articles - run.verdicts["keep"]) / run.articles if run.articles else 0.0 for run in runs]
        told = "; ".join(
            f"{shown_source(run.name)} {rate:,.0f} findings, {share:.0f} % not kept"
            for run, rate, share in zip(runs, rates, shares, strict=True)
        )
        alt = f"Line charts over {len(runs)} runs, findings per 1,000 articles and articles not kept: {told}."
        yield Chart("runs", "Run by run", alt), 3.4, _lines(runs, rates, shares)


def shown_source(name: str) -> str:
    """A name from the input as a label: on one line, short, nothing unseen in it, and so nothing that XML refuses."""
    return shorten(visible(name), LONGEST_LABEL)


def _height(bars: Sequence[object]) -> float:
    return 0.5 + 0.27 * len(bars)


def _svg(draw: Any, height: float, theme: _Theme) -> str:
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_settings()), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a letter that the font lacks is drawn by the reader's own font
        drawing = Figure(figsize=(_WIDTH, height), layout="constrained")
        drawing.patch.set_alpha(0)
        draw(drawing, theme)
        out = io.StringIO()
        drawing.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _settings() -> Any:
    """For the same bytes from the same drawing: ids from a fixed salt, text as text, the font that matplotlib brings.

    Labels come from articles, so that `$` is no formula.
    """
    return {
        "svg.hashsalt": "auditor",
        "svg.fonttype": "none",
        "font.family": ["sans-serif"],
        "font.sans-serif": ["DejaVu Sans", "Verdana"],
        "font.size": 9.5,
        "text.parse_math": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
    }


def _grades(figures: Figures) -> Any:
    def draw(drawing: Any, theme: _Theme) -> None:
        axes = drawing.add_subplot()
        counts = [figures.grades[grade] for grade in GRADES]
        bars = axes.bar(list(GRADES), counts, color=theme.grades, width=0.68)
        axes.bar_label(bars, labels=[f"{n:,}" for n in counts], padding=2, color=theme.ink)
        axes.set_ylim(0, max(counts) * 1.15)
        _plain(axes, theme, "y")
        axes.tick_params(axis="x", labelsize=11)

    return draw


def _bars(labels: Sequence[str], values: Sequence[float], form: str) -> Any:
    def draw(drawing: Any, theme: _Theme) -> None:
        axes = drawing.add_subplot()
        places = list(range(len(labels)))[::-1]
        bars = axes.barh(places, values, color=theme.bar, height=0.66)
        axes.bar_label(bars, labels=[form.format(value) for value in values], padding=3, color=theme.ink)
        axes.set_xlim(0, max(values) * 1.18 or 1)
        axes.set_yticks(places, list(labels))
        _plain(axes, theme, "x")

    return draw


def _lines(runs: Sequence[Figures], rates: Sequence[float], shares: Sequence[float]) -> Any:
    def draw(drawing: Any, theme: _Theme) -> None:
        upper, lower = drawing.subplots(2, 1, sharex=True)
        places = list(range(len(runs)))
        for axes, values, color, title, form in (
            (upper, rates, theme.bar, "findings per 1,000 articles", "{:,.0f}"),
            (lower, shares, theme.second, "articles not kept, %", "{:.0f}"),
        ):
            axes.plot(places, values, color=color, marker="o", markersize=4, linewidth=1.6)
            axes.set_ylim(0, max([*values, 1]) * 1.3)
            axes.set_title(title, loc="left", fontsize=9.5, color=theme.ink)
            for place in (0, len(values) - 1):
                axes.annotate(
                    form.format(values[place]),
                    (place, values[place]),
                    xytext=(0, 6),
                    textcoords="offset points",
                    ha="center",
                    color=theme.ink,
                )
            _plain(axes, theme, "y")
        step = max(1, len(runs) // 6)
        lower.set_xticks(places[::step], [shown_source(run.name)[:14] for run in runs[::step]])
        lower.margins(x=0.08)

    return draw


def _plain(axes: Axes, theme: _Theme, value_axis: str) -> None:
    """Nothing but the bars, their labels and one line: values stand at the bars, so the value axis is left out."""
    axes.patch.set_alpha(0)
    axes.tick_params(colors=theme.ink, length=0)
    if value_axis == "y":
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set_color(theme.muted)
    else:
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.spines["left"].set_color(theme.muted)
