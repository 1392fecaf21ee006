"""The HTML report: one folder of static files that opens from disk and asks nobody for anything; the door to Jinja2.

The overview is written out, so that it shows at once and without JavaScript. The list of articles and their texts are
data in small script files, as a page opened from disk may load scripts but not read files.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from auditor._version import __version__
from auditor.config import GRADES, VERDICTS
from auditor.engine import Auditor
from auditor.errors import LibraryMissing
from auditor.figures import source_of
from auditor.finding import Severity
from auditor.registry import load_page, page_path
from auditor.report import Audited, Row
from auditor.rule import Rule
from auditor.text.readability import INDICES
from auditor.writers.charts import Chart
from auditor.writers.files import atomic, make_folder, unwritable
from auditor.writers.telling import Summary, Told
from auditor.writers.visible import visible

INDEX_ROWS = 2_000
"""So many articles are in one file of the list."""
BUCKET_CHARACTERS = 200_000
"""A file of texts is full when its texts and findings are so long together, or when it holds `BUCKET_ARTICLES`."""
BUCKET_ARTICLES = 100
SHOWN_CHARACTERS = 200_000
"""Of a longer text only so much is shown; findings after that are told without their place in the text."""
SHOWN_FINDINGS = 1_000
"""So many findings of one article are shown, the first in the text; the tables hold all."""
SOURCES = 15
"""So many sources stand in the table of the worst."""

_OURS = re.compile(r"(?:list|texts)-\d{5,}\.js")
_SECTIONS = ("Why it matters", "What it reports", "What it leaves alone", "Known limits", "Measured")
_SECTION = re.compile(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", re.M | re.S)
_FENCE = re.compile(r"^(`{3,})(\w*[-\w]*)[^\n]*\n(.*?)^\1[ \t]*$", re.M | re.S)


class HtmlReport:
    """Takes articles one by one and writes `index.html`, a style sheet, a script and `data/` into a folder.

    Memory holds one file of the list and one of texts. While the report is being written there is no `index.html`, so
    that nobody opens half a report. Raises WriteError, LibraryMissing.
    """

    def __init__(self, folder: Path, auditor: Auditor) -> None:
        self._environment = _environment()
        self._folder = folder
        self._data = folder / "data"
        make_folder(self._data)
        try:
            (folder / "index.html").unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(folder / "index.html", error) from error
        self._catalogue: Mapping[str, Rule] = {rule.code: rule for rule in auditor.catalogue}
        self._fingerprint = auditor.config.fingerprint()
        self._list: list[Row] = []
        self._lists = 0
        self._bucket: list[str] = []
        self._bucket_characters = 0
        self._bucket_starts: list[int] = []
        self._written: set[str] = set()

    def add(self, told: Told) -> None:
        """Take an article; unreadable records are told by the summary."""
        if told.article is None or not isinstance(told.entry, Audited):
            return
        if not self._bucket:
            self._bucket_starts.append(told.number)
        article = _dump(_article(told.article, told.findings, told.problems, told.entry.audit.document.text))
        self._bucket.append(article)
        self._bucket_characters += len(article)
        self._list.append({**told.article, "codes": sorted({str(row["code"]) for row in told.findings})})
        if self._bucket_characters >= BUCKET_CHARACTERS or len(self._bucket) >= BUCKET_ARTICLES:
            self._flush_bucket()
        if len(self._list) >= INDEX_ROWS:
            self._flush_list()

    def close(self, summary: Summary, charts: Sequence[Chart] = (), changes: Sequence[str] = ()) -> None:
        """Write what is left, and `index.html` as the last file.

        charts: those in `charts/`; changes: what became better or worse since the run before, as sentences.
        """
        if self._bucket:
            self._flush_bucket()
        if self._list:
            self._flush_list()
        figures = summary.figures
        rules = [self._rule(row) for row in summary.rules if row["findings"]]
        self._write(
            "data/about.js",
            "about",
            {
                "articles": figures.articles,
                "lists": self._lists,
                "buckets": self._bucket_starts,
                "rules": rules,
                "sources": sorted({name for name in figures.sources if name})[:1000],
            },
        )
        for name in ("report.css", "report.js"):
            with atomic(self._folder / name) as out:
                out.write(files("auditor.writers").joinpath("page", name).read_text(encoding="utf-8"))
        self._forget_older()
        page = self._environment.get_template("index.html.jinja").render(
            summary=summary,
            figures=figures,
            charts=charts,
            changes=changes,
            grades=GRADES,
            verdicts=VERDICTS,
            severities=[level.value for level in reversed(Severity)],
            rules=sorted(
                (row for row in summary.rules if row["findings"]),
                key=lambda row: (-int(str(row["articles"])), str(row["code"])),
            ),
            silent=sum(bool(row["enabled"]) and not row["findings"] for row in summary.rules),
            sources=figures.worst_sources(SOURCES),
            version=__version__,
            fingerprint=self._fingerprint,
        )
        with atomic(self._folder / "index.html") as out:
            out.write(page)

    def _flush_list(self) -> None:
        rows = self._list
        self._write(
            f"data/list-{self._lists:05}.js",
            "list",
            {
                "number": self._lists,
                "columns": {
                    "id": [row["article_id"] for row in rows],
                    "title": [row["title"] or "" for row in rows],
                    "source": [source_of(row) for row in rows],
                    "date": [row["date"] or "" for row in rows],
                    "grade": "".join(str(row["grade"]) for row in rows),
                    "verdict": "".join(str(VERDICTS.index(str(row["verdict"]))) for row in rows),
                    "points": [row["points"] for row in rows],
                    "words": [row["words"] for row in rows],
                    "critical": [row["critical"] for row in rows],
                    "major": [row["major"] for row in rows],
                    "minor": [row["minor"] for row in rows],
                    "neutral": [row["neutral"] for row in rows],
                    "codes": [" ".join(_codes(row)) for row in rows],
                },
            },
        )
        self._lists += 1
        self._list = []

    def _flush_bucket(self) -> None:
        number = len(self._bucket_starts) - 1
        self._write_raw(f"data/texts-{number:05}.js", "texts", f"[{number},[{','.join(self._bucket)}]]")
        self._bucket = []
        self._bucket_characters = 0

    def _write(self, name: str, what: str, value: object) -> None:
        self._write_raw(name, what, _dump(value))

    def _write_raw(self, name: str, what: str, value: str) -> None:
        with atomic(self._folder / name) as out:
            out.write(f"auditorReport.{what}({value});\n")
        self._written.add(name.rpartition("/")[2])

    def _forget_older(self) -> None:
        """Take away the data files of a larger report that stood here before."""
        for path in self._data.iterdir():
            if _OURS.fullmatch(path.name) and path.name not in self._written:
                path.unlink(missing_ok=True)

    def _rule(self, row: Row) -> list[object]:
        rule = self._catalogue[str(row["code"])]
        sections: list[object] = []
        if page_path(rule).is_file():
            page = load_page(rule)
            sections = [[title, _blocks(text)] for title, text in _SECTION.findall(page.source) if title in _SECTIONS]
        return [row["code"], row["name"], row["severity"], row["summary"], row["findings"], row["articles"], sections]


def check_installed() -> None:
    """Nothing, where HTML can be written. Raises LibraryMissing."""
    _environment()


def _environment() -> Any:
    try:
        import jinja2
    except ImportError as error:
        raise LibraryMissing(
            f'{error.name} is not installed; pip install "article-auditor[report]", or write --format markdown'
        ) from error
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("auditor.writers", "page"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["shown"] = lambda value: visible(str(value))
    environment.filters["count"] = lambda value: f"{value:,}"
    environment.filters["quoted"] = _quoted
    return environment


def _quoted(value: object) -> str:
    """A value of a hash, percent-encoded as the script decodes it; a lone surrogate as `?`."""
    return quote(str(value), safe="", errors="replace")


def _article(row: Row, findings: Sequence[Row], problems: Iterable[Row], text: str) -> dict[str, object]:
    shown = text[:SHOWN_CHARACTERS]
    place = _utf16(shown)
    where = str(row["path"]) if row["record_line"] is None else f"{row['path']}:{row['record_line']}"
    return {
        "id": row["article_id"],
        "title": row["title"] or "",
        "source": source_of(row),
        "date": row["date"] or "",
        "url": row["url"] or "",
        "where": where,
        "words": row["words"],
        "sentences": row["sentences"],
        "characters": row["characters"],
        "language": row["language"],
        "grammar": row["grammar"],
        "points": row["points"],
        "damage": row["damage"],
        "boilerplate": row["boilerplate"],
        "grade": row["grade"],
        "verdict": row["verdict"],
        "reasons": row["reasons"],
        "readability": None if row[INDICES[0]] is None else [row[name] for name in INDICES],
        "text": shown,
        "findings": [_finding(finding, place, len(shown)) for finding in findings[:SHOWN_FINDINGS]],
        "more": max(0, len(findings) - SHOWN_FINDINGS),
        "problems": [[each["kind"], each["what"], each["message"]] for each in problems],
    }


def _finding(row: Row, place: Callable[[int], int], end: int) -> list[object]:
    """A finding as the script takes it; its place is null when it is not in the shown part of the text."""

    def span(pair: Sequence[Any]) -> list[int] | None:
        return [place(pair[0]), place(pair[1])] if pair[1] <= end else None

    edits = json.loads(str(row["edits"]))
    evidence = [span(pair) for pair in json.loads(str(row["evidence"]))]
    return [
        row["code"],
        row["severity"],
        span([row["start"], row["end"]]),
        row["line"],
        row["column"],
        row["message"],
        row["suggestion"],
        [[span([edit["start"], edit["end"]]), edit["text"], edit["safe"]] for edit in edits],
        [pair for pair in evidence if pair],
    ]


def _utf16(text: str) -> Callable[[int], int]:
    """From a position in code points to one in UTF-16 units, by which JavaScript counts."""
    if not text or max(text) <= "\uffff":
        return lambda position: position
    wide = [index for index, char in enumerate(text) if char > "\uffff"]
    return lambda position: position + bisect_left(wide, position)


def _codes(row: Row) -> list[str]:
    codes = row["codes"]
    return [str(code) for code in codes] if isinstance(codes, list) else []


def _blocks(section: str) -> list[list[str]]:
    """A section of a rule page as blocks for the script: `["p", text]`, `["pre", text]`, `["bad", text]` and so on."""
    blocks: list[list[str]] = []
    end = 0
    for fence in _FENCE.finditer(section):
        blocks += _paragraphs(section[end : fence.start()])
        blocks.append([fence[2] or "pre", fence[3].rstrip("\n")])
        end = fence.end()
    return blocks + _paragraphs(section[end:])


def _paragraphs(text: str) -> list[list[str]]:
    blocks = []
    for piece in re.split(r"\n\s*\n", text):
        if piece.strip():
            table = piece.lstrip().startswith("|")
            blocks.append(["pre" if table else "p", piece.strip() if table else " ".join(piece.split())])
    return blocks


def _dump(value: object) -> str:
    """JSON that is JavaScript too, in all versions of it."""
    dumped = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return dumped.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
