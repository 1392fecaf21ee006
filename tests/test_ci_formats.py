"""The formats of CI systems: valid by their schemas and parsers, complete, and inert whatever an article holds."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import cli, commands
from auditor.config import Config
from auditor.document import Document
from auditor.engine import Auditor, Skipped, Suppressed
from auditor.errors import ConfigError
from auditor.finding import Edit, Hit, Severity
from auditor.report import Audited, Entry, Place, Unreadable
from auditor.rule import rule
from auditor.span import Span
from auditor.writers import formats
from auditor.writers.located import Setting
from auditor.writers.sarif import descriptor, literal, plain_text
from auditor.writers.visible import inert
from tests import consumers
from tests.sample_audits import GERMAN, RULES
from tests.sample_audits import entries as sample_entries

HOSTILE = [
    "%0A::error file=x::pwned",
    "\n::error::pwned",
    "\r::set-output name=x::y",
    "##[error]pwned",
    "##vso[task.setvariable variable=x]y",
    "a]]><b/>&amp;&#0;<!ENTITY x SYSTEM 'file:///etc/passwd'>",
    "\x00\x01\x08\x1b[31m\x85\x7f",
    "\ufffe\uffff\U0001fffe",
    "\ud83d lone \udfff",
    "\u202e\u2066 right to left \u2069\u200f",
    "[click](javascript:alert(1)) ![x](http://x.y/z.png) <script>alert(1)</script>",
    "{0} {1} | a `b` **c** <!-- --> \\[x\\]",
    "=1+1",
    '","severity":"INFO"}]}',
    "' onload='x' \" y=\"",
    "../../../etc/passwd",
    "@team #1",
]


@rule(code="HR901", severity=Severity.MAJOR, stable=True, english=False)
def echo(doc: Document) -> Iterator[Hit]:
    """The whole text, said again."""
    span = Span(0, len(doc.text))
    yield Hit(span, f"“{doc.text}” is the text", (Edit.replace(span, doc.text),), doc.text)


def setting(auditor: Auditor, summary: Path | None = None, **config: Any) -> Setting:
    return Setting(
        replace(auditor.config, **config),
        auditor.rules,
        Path.cwd(),
        lambda entry: commands.reaches(entry, "major"),
        summary,
    )


def written(
    format: str, given: Sequence[Entry], auditor: Auditor, *, skipped: Sequence[Skipped] = (), baseline: bool = False,
    summary: Path | None = None, **config: Any
) -> str:  # fmt: skip
    out = io.StringIO()
    writer = formats.writer(format, out, setting(auditor, summary, **config), baseline=baseline)
    for entry in given:
        writer.write(entry)
    writer.close(skipped)
    return out.getvalue()


def sample() -> tuple[Auditor, list[Entry]]:
    auditor = Auditor(rules=sorted(RULES, key=lambda each: each.code))
    given = list(sample_entries([Document("a TORN\nb STUB TORN!", "1"), Document("fine", "2"), Document("CRASH", "3")]))
    file = auditor.audit(Document("Ein\r\n😀 TORN! STUB", "b"))
    given.append(Audited.of(Place("in/b c.md", None, 1, ""), file, auditor.config.policy))
    table = auditor.audit(Document("TORN", "7"))
    given.append(Audited.of(Place("d.parquet", None, 7, "body"), table, auditor.config.policy))
    given.append(Unreadable(Place("articles.jsonl", 9, 9, "text"), "json", "the line is not JSON"))
    given.append(Unreadable(Place("e.txt", None, 1, ""), "encoding", "not UTF-8"))
    return auditor, given


EXPECTED = [
    ("articles.jsonl", "MT190", 1),
    ("articles.jsonl", "BP290", 1),
    ("articles.jsonl", "MT190", 1),
    ("in/b c.md", "MT190", 2),
    ("in/b c.md", "BP290", 2),
]
SKIPPED = [Skipped("grammar", "not checked"), Skipped("per-path", "x suppresses nothing", "unused")]


def test_the_command_line_names_every_format() -> None:
    assert cli.CHECK_FORMATS == formats.FORMATS


def test_a_format_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="'xml' is none of text, json"):
        written("xml", [], sample()[0])


@pytest.mark.parametrize("format", formats.FORMATS)
def test_nothing_gives_a_valid_file(format: str) -> None:
    text = written(format, [], sample()[0])
    match format:
        case "sarif":
            assert consumers.sarif_run(text)["results"] == []
        case "json" | "gitlab" | "rdjson":
            json.loads(text)
        case "junit":
            assert consumers.junit(text) == []
        case "checkstyle":
            assert consumers.checkstyle_findings(text) == []


def test_sarif_holds_every_finding_where_it_stands() -> None:
    auditor, given = sample()
    run = consumers.sarif_run(written("sarif", given, auditor, skipped=SKIPPED))
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    regions = [place.get("region") for place in places]
    assert regions[0] == {"startLine": 1, "startColumn": 1}
    assert regions[3] == {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 8}
    assert "region" not in places[5]  # Parquet has no lines
    assert [place["artifactLocation"]["uri"] for place in places[3:]] == ["in/b%20c.md", "in/b%20c.md", "d.parquet"]
    first, table = run["results"][0], run["results"][5]
    assert first["message"]["text"].endswith("is torn \\[record 1, field text, characters 2 to 7, line 1, column 3\\]")
    assert first["locations"][0]["logicalLocations"] == [{"name": "1", "fullyQualifiedName": "1", "kind": "record"}]
    assert (table["properties"]["recordPosition"], table["properties"]["field"]) == (7, "body")
    assert [result["level"] for result in run["results"]] == ["error", "warning", "error", "error", "warning", "error"]
    fix = run["results"][3]["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert fix == {"deletedRegion": regions[3], "insertedContent": {"text": "whole"}}
    assert "fixes" not in first  # the edit is one of the text, not of the line of JSON
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert [note["level"] for note in notes] == ["error", "error", "error", "note", "note"]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["columnKind"] == "unicodeCodePoints"


def test_sarif_keeps_suppressed_findings_and_says_how() -> None:
    auditor, given = sample()
    (entry,) = [each for each in given if isinstance(each, Audited) and each.place.path == "in/b c.md"]
    one, two = entry.audit.findings
    audit = entry.audit._replace(
        findings=(), suppressed=(Suppressed(two, "text", "the comment on line 1"), Suppressed(one, "baseline", "known"))
    )
    hidden = replace(entry, audit=audit)
    run = consumers.sarif_run(written("sarif", [hidden, given[0]], auditor, baseline=True))
    assert [result["suppressions"] for result in run["results"][:2]] == [
        [{"kind": "external", "status": "accepted", "justification": "known"}],
        [{"kind": "inSource", "status": "accepted", "justification": "the comment on line 1"}],
    ]
    assert [result["baselineState"] for result in run["results"]] == ["unchanged", *["new"] * 4]
    assert all(result["suppressions"] == [] for result in run["results"][2:])
    plain = consumers.sarif_run(written("sarif", [given[0]], auditor))
    assert not any("baselineState" in result for result in plain["results"])


def test_fingerprints_outlive_lines_and_stay_apart() -> None:
    auditor = Auditor(rules=RULES)

    def prints(text: str, line: int) -> list[str]:
        place = Place("a.jsonl", line, line, "text")
        entry = Audited.of(place, auditor.audit(Document(text, "1")), auditor.config.policy)
        sarif = consumers.sarif_run(written("sarif", [entry], auditor))
        issues = json.loads(written("gitlab", [entry], auditor))
        return [str(result["partialFingerprints"]) for result in sarif["results"]] + [
            issue["fingerprint"] for issue in issues
        ]

    before, after = prints("TORN TORN", 1), prints("Some more.\n\nTORN  TORN", 8)
    assert before == after
    assert len(set(before)) == 4


def test_each_rule_of_the_catalogue_has_its_page_as_help(everything: Auditor) -> None:
    text = written("sarif", [], everything)
    rules = consumers.sarif_run(text)["tool"]["driver"]["rules"]
    assert [each["id"] for each in rules] == [each.code for each in everything.rules]
    for each in rules:
        assert each["help"]["markdown"].startswith(f"# {each['id']} ")
        assert each["help"]["text"].startswith(f"{each['id']} ")
        assert "Why it matters" in each["help"]["text"].splitlines()
        assert each["fullDescription"]["text"]
        assert "helpUri" not in each
    told = "".join(each["help"]["markdown"] for each in rules)
    assert all(host in told for host in re.findall(r"https?://[\w.]+", text.partition("\n")[2]))  # none is made up


def test_a_help_uri_is_there_only_where_the_pages_are_served(everything: Auditor) -> None:
    first = everything.rules[0]
    address = descriptor(first, None, "https://example.org/{code}/{page}.html")["helpUri"]
    assert address == "https://example.org/BP201/bp201_source_site_stub.html"
    entry = Audited.of(Place("a.txt", None, 1, ""), everything.audit("source site-3"), everything.config.policy)
    out = json.loads(written("rdjson", [entry], everything, docs_url="https://example.org/{code}"))
    assert "https://example.org/BP201" in [each["code"]["url"] for each in out["diagnostics"]]


@pytest.mark.parametrize(
    "address", ["example.org/{code}", "https://example.org/", "https://e.org/{cod}", 'https://e/"{code}']
)
def test_an_address_of_the_pages_that_cannot_be_is_refused(address: str) -> None:
    with pytest.raises(ConfigError, match="docs-url must begin with"):
        Config(docs_url=address)


def test_the_severity_of_the_configuration_counts_in_sarif() -> None:
    assert descriptor(RULES[1], "neutral", "")["defaultConfiguration"] == {"level": "note"}
    assert descriptor(RULES[1], None, "")["defaultConfiguration"] == {"level": "error"}


def test_signs_with_a_meaning_in_sarif_messages_are_escaped() -> None:
    assert literal(r"[a](b) \ {0} {x}") == r"\[a\](b) \\ {{0}} {x}"


def test_plain_text_is_the_page_without_signs() -> None:
    assert plain_text("# A b\n\nSee [c](d.md), **e** `f`.\n\n```bad x=1\n[[g]]\n```\n") == "A b\n\nSee c, e f.\n\n[[g]]"


def test_github_annotates_where_findings_stand() -> None:
    auditor, given = sample()
    log = written("github", given, auditor, skipped=SKIPPED)
    found = consumers.commands(log)
    assert sorted(consumers.annotated(log.replace("d.parquet,title", "d.parquet,line=0,title"))) == sorted(
        [*EXPECTED, ("d.parquet", "MT190", 0)]
    )
    assert [command.properties["title"] for command in found[:3]] == [
        "auditor: failure", "auditor: unreadable", "auditor: unreadable"
    ]  # fmt: skip
    (torn,) = [each for each in found if each.properties["file"] == "in/b c.md" and each.name == "error"]
    assert torn.properties == {
        "file": "in/b c.md", "line": "2", "endLine": "2", "col": "3", "endColumn": "8",
        "title": "MT190 torn-word (major)",
    }  # fmt: skip
    assert torn.data == "“TORN!” is torn"
    assert log.splitlines()[-1] == "auditor: 5 articles, 6 findings (4 major, 2 minor) in 3 of them"


def test_github_shows_the_worst_ten_of_each_kind_and_counts_the_rest(tmp_path: Path) -> None:
    @rule(code="MT191", severity=Severity.CRITICAL, stable=True, english=False)
    def worst(doc: Document) -> Iterator[Hit]:
        """The word WORST."""
        yield from (Hit.of(match, "worst") for match in re.finditer("WORST", doc.text))

    auditor = Auditor(rules=[*RULES, worst])
    given: list[Entry] = [
        Audited.of(Place(f"{n:02}.txt", None, 1, ""), auditor.audit(text), auditor.config.policy)
        for n, text in enumerate(["TORN STUB"] * 12 + ["WORST"] * 3)
    ]
    given.append(Unreadable(Place("bad.txt", None, 1, ""), "encoding", "not UTF-8"))
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    log = written("github", given, auditor, summary=summary, skipped=SKIPPED)
    kinds = [command.name for command in consumers.commands(log)]
    assert (kinds.count("error"), kinds.count("warning")) == (10, 10)
    files = [command.properties["file"] for command in consumers.commands(log) if command.name == "error"]
    assert files == [
        "bad.txt",
        "12.txt",
        "13.txt",
        "14.txt",
        "00.txt",
        "01.txt",
        "02.txt",
        "03.txt",
        "04.txt",
        "05.txt",
    ]
    assert "8 more annotations not shown, as GitHub shows 10 of each kind" in log
    text = summary.read_text()
    assert text.startswith("before\n## auditor\n")
    assert "| MT190 torn-word | major | 12 |" in text
    assert "| MT191 worst | critical | 3 |" in text
    assert "15 articles made the check fail." in text
    assert "| bad.txt |  | unreadable encoding: not UTF-8 |" in text
    assert "| the whole run |  | unused per-path: x suppresses nothing |" in text
    assert "grammar" not in text  # which nobody asked for
    log = written("github", [], auditor, summary=summary, skipped=SKIPPED, grammar="auto")
    assert "| the whole run |  | skipped grammar: not checked |" in summary.read_text()


def test_the_summary_stays_far_below_what_github_takes(tmp_path: Path) -> None:
    auditor = Auditor(rules=RULES)
    audit = auditor.audit("TORN")
    given: list[Entry] = [Audited.of(Place(f"{n}.txt", None, 1, ""), audit, auditor.config.policy) for n in range(3000)]
    given += [Unreadable(Place(f"{n}.bad", None, 1, ""), "encoding", "not UTF-8") for n in range(3000)]
    written("github", given, auditor, summary=tmp_path / "s.md")
    text = (tmp_path / "s.md").read_text()
    assert len(text) < 20_000
    assert "and 2,950 more.\n" in text
    assert "and 2,950 more problems.\n" in text


def test_a_summary_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(
        commands.AuditorError if hasattr(commands, "AuditorError") else Exception, match="cannot be written"
    ):
        written("github", [], sample()[0], summary=tmp_path)


def test_gitlab_holds_every_finding() -> None:
    auditor, given = sample()
    text = written("gitlab", given, auditor, skipped=SKIPPED)
    assert consumers.gitlab_findings(text) == [*EXPECTED, ("d.parquet", "MT190", 1)]
    grave = [issue for issue in json.loads(text) if issue["severity"] == "blocker"]
    assert [issue["location"]["path"] for issue in grave] == ["articles.jsonl", "articles.jsonl", "e.txt"]


def test_junit_fails_the_articles_that_fail() -> None:
    auditor, given = sample()
    text = written("junit", given, auditor, skipped=SKIPPED)
    assert [(suite, case) for suite, case, _ in consumers.junit_failures(text)] == [
        ("articles.jsonl", "1"),
        ("in/b c.md", "in/b c.md"),
        ("d.parquet", "7"),
    ]
    (failure,) = [body for suite, _, body in consumers.junit_failures(text) if suite == "in/b c.md"]
    assert failure.splitlines() == [
        "2:3: major MT190 “TORN!” is torn",
        "2:9: minor BP290 “STUB” is left over (suggestion: =remove it)",
        *[line for line in failure.splitlines() if line.startswith("verdict")],
    ]
    names = [suite.name for suite in consumers.junit(text)]
    (crash,) = [case for suite in consumers.junit(text) for case in suite if case.name == "3"]
    assert [type(result).__name__ for result in crash.result] == ["Error"]
    assert names == ["articles.jsonl", "in/b c.md", "d.parquet", "articles.jsonl", "e.txt", "auditor"]
    assert sum(suite.errors for suite in consumers.junit(text)) == 3


def test_checkstyle_holds_every_finding() -> None:
    auditor, given = sample()
    text = written("checkstyle", given, auditor, skipped=SKIPPED)
    assert consumers.checkstyle_findings(text) == [*EXPECTED, ("d.parquet", "MT190", None)]
    assert text.count('source="auditor.problem.') == 4  # a crash, two unreadable, one unused


@pytest.mark.parametrize("format", ["github", "gitlab", "checkstyle", "rdjson"])
def test_what_was_merely_skipped_is_no_line_in_ci(format: str, tmp_path: Path) -> None:
    auditor = Auditor(rules=RULES)
    entry = Audited.of(Place("a.txt", None, 1, ""), auditor.audit(GERMAN), auditor.config.policy)
    assert entry.audit.skipped
    assert "skipped" not in written(format, [entry], auditor, summary=tmp_path / "s.md", skipped=SKIPPED[:1])
    assert format != "github" or "skipped" not in (tmp_path / "s.md").read_text()


def test_rdjson_holds_every_finding_with_columns_in_bytes() -> None:
    auditor, given = sample()
    text = written("rdjson", given, auditor, skipped=SKIPPED)
    assert consumers.rdjson_findings(text) == [*EXPECTED, ("d.parquet", "MT190", None)]
    (torn,) = [each for each in json.loads(text)["diagnostics"] if each["location"]["path"] == "in/b c.md"][:1]
    span = {"start": {"line": 2, "column": 6}, "end": {"line": 2, "column": 11}}  # 😀 takes four bytes
    assert torn["location"]["range"] == span
    assert torn["suggestions"] == [{"range": span, "text": "whole"}]


def hostile_entries(text: str, path: str = "a.jsonl") -> list[Entry]:
    auditor = Auditor(Config(), rules=[echo])
    meta = {"title": text, "source": text, "auditor-ignore": ""}
    made = []
    for place in (Place(path, 1, 1, text or "text"), Place(path.replace(".jsonl", ".md"), None, 1, "")):
        entry = Audited.of(place, auditor.audit(Document(text, text, meta)), auditor.config.policy)
        hidden = entry.audit._replace(
            findings=(),
            suppressed=tuple(Suppressed(finding, "text", text) for finding in entry.audit.findings),
            skipped=(Skipped(text, text), Skipped(text, text, "suppression")),
        )
        made += [entry, replace(entry, audit=hidden)]
    return [*made, Unreadable(Place(path, 2, 2, "text"), text, text, text)]


def assert_inert(text: str, path: str = "a.jsonl") -> None:
    """No format lets anything of a text act, and every one can be read by its consumers."""
    auditor = Auditor(Config(), rules=[echo])
    given = hostile_entries(text, path)
    skipped = [Skipped(text, text)]
    outputs = {format: written(format, given, auditor, skipped=skipped) for format in formats.FORMATS}
    assert len(consumers.sarif_findings(outputs["sarif"])) == 2
    assert len(consumers.sarif_findings(outputs["sarif"], suppressed=True)) == 2
    assert len(consumers.gitlab_findings(outputs["gitlab"])) == 2
    assert len(consumers.rdjson_findings(outputs["rdjson"])) == 2
    assert len(consumers.checkstyle_findings(outputs["checkstyle"])) == 2
    assert len(consumers.junit_failures(outputs["junit"])) == 2
    log = outputs["github"]
    found = consumers.commands(log)
    assert len(found) == 2 + 2 + 1  # findings, suppressions that are wrong, the unreadable record
    assert {command.name for command in found} == {"error"}
    assert {key for command in found for key in command.properties} <= {
        "file", "line", "endLine", "col", "endColumn", "title"
    }  # fmt: skip
    assert len(log.splitlines()) == len(found) + 1
    assert consumers.commands(outputs["text"]) == []
    assert not consumers.UNSEEN.search(outputs["text"])
    for format in ("json", "jsonl"):
        assert consumers.commands(outputs[format]) == []
        assert outputs[format].isascii()
    assert [json.loads(line)["excerpt"] for line in outputs["jsonl"].splitlines()] == [text] * 2
    assert len(json.loads(outputs["json"])["suppressed"]) == 2


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_an_article_acts_in_any_format(text: str) -> None:
    assert_inert(f"x{text}")
    assert_inert(text * 3)


@settings(max_examples=30)
@given(st.text(st.characters(), min_size=1, max_size=40), st.sampled_from(HOSTILE))
def test_nothing_of_any_text_acts(text: str, more: str) -> None:
    assert_inert(text + more)


@pytest.mark.parametrize(
    "name", ["::error::x", "a,b:c=d%0A", "\u202eevil", "new\nline", "##[error]", "'\"<&>", "\udcff"]
)
def test_nothing_of_a_file_name_acts(name: str) -> None:
    assert_inert("text", f"{name}.jsonl")


def test_the_summary_of_hostile_articles_is_inert(tmp_path: Path) -> None:
    auditor = Auditor(Config(), rules=[echo])
    for number, text in enumerate(HOSTILE):
        summary = tmp_path / f"{number}.md"
        written("github", hostile_entries(text), auditor, skipped=[Skipped(text, text)], summary=summary)
        shown = summary.read_text(encoding="utf-8")
        assert not consumers.UNSEEN.search(shown)
        assert not re.search(r"<(?!br)[a-z!/]", shown)
        assert not re.search(r"(?<!\\)\]\(", shown)
        for line in shown.splitlines():
            assert not re.match(r"\s*(?:::|#(?!# auditor))", line)
            if line.startswith("|"):
                assert len(re.findall(r"(?<!\\)\|", line)) in (4, 5)


def test_lines_that_would_be_commands_lose_a_sign() -> None:
    assert inert("::error::x") == ":<U+003A>error::x"
    assert inert("  ::error::x") == "  :<U+003A>error::x"
    assert inert("a ::b ## c #[d]") == "a ::b ## c #[d]"
    assert inert("a ##[b] ###vso[c]") == "a #<U+0023>[b] ##<U+0023>vso[c]"


def test_the_severity_of_an_edit_with_a_lone_surrogate_is_no_fix() -> None:
    auditor = Auditor(Config(), rules=[echo])
    entry = Audited.of(Place("a.md", None, 1, ""), auditor.audit("x\ud83d"), auditor.config.policy)
    assert "fixes" not in consumers.sarif_run(written("sarif", [entry], auditor))["results"][0]
    assert "suggestions" not in json.loads(written("rdjson", [entry], auditor))["diagnostics"][0]


def test_adversarial_text_takes_linear_time() -> None:

    auditor = Auditor(Config(), rules=[echo])
    times = []
    for size in (1_000, 10_000):
        start = time.process_time()
        for text in ("#" * size, "##a" * size, ":" * size, "[" * size, "{0" * size):
            given = hostile_entries(text)
            for format in formats.FORMATS:
                written(format, given, auditor)
        times.append(time.process_time() - start)
    assert times[1] < 60 * times[0]


def test_several_formats_are_written_in_one_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("The end came.\n\nsource site-3\n")
    assert cli.main(["check", "a.txt", "--also", "sarif=a=b.sarif", "--also=junit=j.xml", "--format", "gitlab"]) == 1
    expected = [("a.txt", "RD303", 1), ("a.txt", "BP201", 3)]
    assert consumers.gitlab_findings(capsys.readouterr().out) == expected
    assert consumers.sarif_findings(Path("a=b.sarif").read_text()) == expected
    assert [name for name, _, _ in consumers.junit_failures(Path("j.xml").read_text())] == ["a.txt"]


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (["--also", "sarif"], "“sarif” must be FORMAT=FILE, as sarif=auditor.sarif"),
        (["--also", "sarif="], "must be FORMAT=FILE"),
        (["--also", "xml=x"], "the formats are text, json, jsonl, sarif"),
        (["--also", "sarif=x", "--also", "junit=x"], "to the same file"),
        (["--also", "sarif=x", "--output", "x"], "to the same file"),
        (["--also", "sarif=none/x"], "none/x: cannot be written"),
    ],
)
def test_a_further_format_that_cannot_be_written_is_refused(
    arguments: list[str], cure: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("The end came.\n")
    assert cli.main(["check", "a.txt", *arguments]) == 2
    assert cure in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_run_that_breaks_off_leaves_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("The end came.\n")
    assert cli.main(["check", "a.txt", "none.txt", "--also", "sarif=x.sarif"]) == 2
    assert cli.main(["check", "a.txt", "--also", "sarif=x.sarif", "--baseline", "none.json"]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
