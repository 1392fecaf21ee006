"""Suppressions by record, passage, path and source: what they take, what they leave, and what is told of them."""

from __future__ import annotations

import io
import json
import time
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from auditor import cli, commands
from auditor.config import Config
from auditor.distributed.frames import audit_frame
from auditor.document import Document
from auditor.engine import Audit, Auditor, Failure, Skipped
from auditor.errors import ConfigError
from auditor.policy import Facts
from auditor.readers import read
from auditor.stream import filter_stdin
from auditor.suppression import MOST_COMMENTS, Suppressions, path_pattern
from tests.sample_audits import ENGLISH, GERMAN, RULES, sample_auditor
from tests.test_ci_docs import git

Captured = pytest.CaptureFixture[str]
IGNORE = "<!-- auditor: ignore {} -->"
END = "<!-- auditor: end -->"


def applied(text: str, *, config: Config | None = None, path: str = "a.md", **meta: str) -> Audit:
    auditor = sample_auditor(config)
    known = {key.replace("_", "-"): value for key, value in meta.items()}
    return Suppressions(auditor, Path.cwd()).applied(auditor.audit(Document(text, "a", known)), path)


def kept(audit: Audit) -> list[tuple[str, int]]:
    return [(finding.code, finding.line) for finding in audit.findings]


def told(audit: Audit) -> list[tuple[str, str]]:
    return [(skipped.kind, skipped.reason) for skipped in audit.skipped if skipped.what == "auditor-ignore"]


def test_between_ignore_and_end_findings_of_the_named_codes_are_suppressed() -> None:
    text = f"TORN\n{IGNORE.format('MT190')}\nTORN\n\nTORN STUB\n{END}\nTORN"
    audit = applied(text)
    assert kept(audit) == [("MT190", 1), ("BP290", 5), ("MT190", 7)]
    assert [(known.finding.line, known.by) for known in audit.suppressed] == [(3, "text"), (5, "text")]
    assert {known.why for known in audit.suppressed} == {"the comment on line 2"}
    assert told(audit) == []


def test_the_text_and_the_places_stay_as_they_are() -> None:
    text = f"{IGNORE.format('BP')}\nSTUB\n{END} TORN!"
    audit = applied(text)
    assert audit.document.text == text
    assert [finding.span.of(text) for finding in audit.findings] == ["TORN!"]


def test_a_comment_that_stands_alone_covers_the_next_line_with_text() -> None:
    assert kept(applied(f"{IGNORE.format('MT')}\n\n  TORN TORN\nTORN")) == [("MT190", 4)]
    assert kept(applied(f"{IGNORE.format('MT')}\n{IGNORE.format('BP')}\nTORN STUB\nTORN")) == [("MT190", 4)]


def test_a_comment_beside_text_covers_its_own_line() -> None:
    assert kept(applied(f"TORN\nTORN {IGNORE.format('MT')} TORN\nTORN")) == [("MT190", 1), ("MT190", 3)]


def test_an_end_closes_the_inner_of_two() -> None:
    text = f"{IGNORE.format('MT')}\nTORN\n{IGNORE.format('BP')}\nSTUB TORN\n{END}\nTORN"
    assert kept(applied(text)) == [("MT190", 4), ("MT190", 6)]
    assert kept(applied(text + f"\n{END}")) == []


def test_an_end_without_a_beginning_is_told() -> None:
    assert told(applied(f"{ENGLISH}\n{END}")) == [("unused", "the comment on line 2 ends nothing; take it out")]


def test_each_code_that_suppresses_nothing_is_told_and_is_no_error() -> None:
    audit = applied(f"{IGNORE.format('MT190, BP')}\nTORN")
    assert told(audit) == [("unused", "the comment on line 1: BP suppresses nothing; take it out")]


def test_what_did_not_run_is_not_called_unused() -> None:
    assert told(applied(f"{IGNORE.format('RD390')}\nword")) == []
    assert told(applied(f"{IGNORE.format('NM490')}\nCRASH")) == []
    assert told(applied(f"{IGNORE.format('MT190')}\nword", config=Config(ignore=("MT",)))) == []
    assert len(told(applied(f"{IGNORE.format('NM490')}\nword"))) == 1


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        (IGNORE.format("MT191"), "no rule code begins with “MT191”; did you mean “MT190”?"),
        (IGNORE.format("MT190 XX"), "no rule code begins with “XX”"),
        (IGNORE.format(""), "names no rule; say which"),
        ("<!-- auditor: ignroe MT190 -->", "says “ignroe”; did you mean “ignore”?"),
    ],
)
def test_a_wrong_comment_is_an_error_that_names_the_line(comment: str, reason: str) -> None:
    ((kind, text),) = [each for each in told(applied(f"word\n{comment}\nTORN STUB")) if each[0] == "suppression"]
    assert kind == "suppression"
    assert "line 2" in text
    assert reason in text


def test_other_comments_are_none_of_ours() -> None:
    text = "<!-- auditor: Ernst & Young -->\n<!-- ignore MT190 -->\n<!-- auditors: ignore MT190 -->\nTORN"
    audit = applied(text)
    assert (kept(audit), told(audit)) == ([("MT190", 4)], [])


@pytest.mark.parametrize("value", ["MT190", "mt1", "[MT190, BP]", "BP MT", '"MT190"; BP290'])
def test_a_record_names_codes_for_itself(value: str) -> None:
    audit = applied("TORN\nSTUB", auditor_ignore=value)
    assert ("MT190", 1) not in kept(audit)
    assert audit.suppressed[-1].by == "record"


def test_a_wrong_code_of_a_record_is_an_error() -> None:
    assert told(applied("TORN", auditor_ignore="MT190, ZZ9")) == [
        ("suppression", "“auditor-ignore” of the record: no rule code begins with “ZZ9”")
    ]


def test_paths_and_sources_of_the_configuration() -> None:
    config = Config(per_path={"wire/**": ["MT"]}, per_source={"Example *": ["BP290"]})
    assert kept(applied("TORN STUB", config=config, path="wire/deep/a.md")) == [("BP290", 1)]
    assert kept(applied("TORN STUB", config=config, path="a.md", source="EXAMPLE Wire")) == [("MT190", 1)]
    assert len(kept(applied("TORN STUB", config=config, path="a.md", source="An Example Wire"))) == 2


def test_codes_of_the_configuration_that_did_nothing_are_told_at_the_end() -> None:
    config = Config(per_path={"*.md": ["MT", "BP"], "old/": ["MT"], "*.txt": ["RD390"]})
    auditor = sample_auditor(config)
    suppressions = Suppressions(auditor, Path.cwd())
    suppressions.applied(auditor.audit("TORN"), "a.md")
    assert suppressions.unused() == (
        Skipped("per-path", "per-path “*.md”: BP suppresses nothing; take it out", "unused"),
        Skipped(
            "per-path", "per-path “old/”: MT suppresses nothing, no article fits the pattern; take it out", "unused"
        ),
    )


def test_an_unknown_code_of_the_configuration_is_an_error_at_once() -> None:
    with pytest.raises(ConfigError, match=r"per-source “x”: no rule code begins with “MT191”; did you mean “MT190”"):
        Suppressions(sample_auditor(Config(per_source={"x": ["MT191"]})), Path.cwd())


@pytest.mark.parametrize("table", [{"a": "MT"}, {"a": []}, {"a": [1]}])
def test_a_value_that_is_no_list_of_codes_is_refused(table: dict[str, list[str]]) -> None:
    with pytest.raises(ConfigError, match="per-path: “a” must be a list of codes"):
        Config(per_path=table)


def test_comments_and_fields_can_be_switched_off() -> None:
    audit = applied(f"{IGNORE.format('MT')}\nTORN", config=Config(inline_ignore=False), auditor_ignore="MT")
    assert (kept(audit), told(audit)) == ([("MT190", 2)], [])


def test_who_accepts_that_an_article_is_not_english_accepts_its_verdict() -> None:
    auditor = Auditor(Config(select=("LG501",)))
    audit = auditor.audit(Document(GERMAN, "a", {"auditor-ignore": "LG501"}))
    assert Facts.of(audit).language == "de"
    audit = Suppressions(auditor, Path.cwd()).applied(audit, "a.md")
    assert (audit.findings, Facts.of(audit).language) == ((), None)


@pytest.mark.parametrize(
    ("pattern", "fits", "fails"),
    [
        ("*.md", ["a.md", "x/y/a.md"], ["a.mdx", "a.md/b"]),
        ("wire/", ["wire/a", "wire/b/c.md"], ["wires/a", "x/wire/a"]),
        ("wire/*.md", ["wire/a.md"], ["wire/b/a.md", "x/wire/a.md"]),
        ("**/wire/**", ["wire/a", "x/y/wire/z/a"], ["wire", "wires/a"]),
        ("./a?.txt", ["ab.txt", "x/ab.txt"], ["a/.txt", "a.txt"]),
        ("/a.txt", ["a.txt"], ["x/a.txt"]),
        ("a[1].txt", ["a[1].txt"], ["a1.txt"]),
        ("x/**/b", ["x/b", "x/y/z/b"], ["x/yb", "b"]),
    ],
)
def test_patterns_are_those_of_gitignore(pattern: str, fits: list[str], fails: list[str]) -> None:
    compiled = path_pattern(pattern)
    assert all(compiled.fullmatch(path) for path in fits)
    assert not any(compiled.fullmatch(path) for path in fails)


def test_many_comments_take_linear_time() -> None:
    line = f"{IGNORE.format('MT190')}\n"
    times = []
    for size in (500, 4000):
        start = time.process_time()
        audit = applied(line * size + "TORN\n" + "<!-- auditor: ignore " * size + "\nTORN")
        times.append(time.process_time() - start)
        assert len(audit.suppressed) == 1
    assert times[1] < 40 * times[0]
    assert any("only the first" in reason for _, reason in told(applied(line * (MOST_COMMENTS + 1))))


def test_records_of_every_format_bring_their_codes(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"text": "x", "auditor-ignore": "MT, BP2"}, {"text": "x", "auditor-ignore": None}]
    (tmp_path / "a.jsonl").write_text(
        '{"text": "x", "auditor-ignore": ["MT", "BP2"]}\n{"text": "x", "auditor-ignore": 7}\n{"text": "x"}\n'
    )
    (tmp_path / "b.csv").write_text('text,auditor-ignore\nx,"MT, BP2"\nx,\n')
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "c.parquet")
    (tmp_path / "d.md").write_text("---\ntitle: x\nauditor-ignore: [MT, BP2]\n---\nx")
    (tmp_path / "e.md").write_text("---\nAuditor-Ignore:\n  - MT\n- BP2\ntitle: x\n---\nx")
    found = [
        record.document.meta.get("auditor-ignore") for record in read([str(tmp_path)], Config()) if record.document
    ]
    assert found == ["MT, BP2", "7", None, "MT, BP2", None, "MT, BP2", None, "[MT, BP2]", "MT, BP2"]


@pytest.fixture
def workplace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(commands, "Auditor", partial(Auditor, rules=sorted(RULES, key=lambda rule: rule.code)))


@pytest.mark.usefixtures("workplace")
def test_suppressed_findings_do_not_fail_and_are_counted(capsys: Captured) -> None:
    Path("a.jsonl").write_text(json.dumps({"id": "1", "text": f"{ENGLISH} TORN", "auditor-ignore": "MT190"}) + "\n")
    for fail_on in ("neutral", "clean"):
        assert cli.main(["check", "a.jsonl", "--fail-on", fail_on]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 article, no findings; 1 suppressed (1 by record)"
    assert cli.main(["check", "a.jsonl", "--no-inline-ignore"]) == 1
    assert cli.main(["report", "a.jsonl", "--out", "out"]) == 0
    assert Path("out/findings.csv").read_text().count("\n") == 1


@pytest.mark.usefixtures("workplace")
def test_json_tells_what_was_suppressed_and_by_what(capsys: Captured) -> None:
    Path("a.md").write_text(f"TORN {IGNORE.format('MT, BP')}")
    assert cli.main(["check", "a.md", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    (known,) = document["suppressed"]
    assert (known["code"], known["suppressed_by"], known["suppressed_why"]) == (
        "MT190", "text", "the comment on line 1"
    )  # fmt: skip
    assert [(row["kind"], row["what"]) for row in document["problems"]] == [("unused", "auditor-ignore")]
    assert document["articles"][0]["skipped"] == 0


@pytest.mark.usefixtures("workplace")
def test_a_wrong_code_in_an_article_exits_with_2_after_the_whole_run(capsys: Captured) -> None:
    Path("a.md").write_text(f"{ENGLISH}\n{IGNORE.format('MT191')}\n")
    Path("b.md").write_text("TORN")
    assert cli.main(["check", "."]) == 2
    out = capsys.readouterr().out
    assert "./a.md: suppression auditor-ignore: the comment on line 2: no rule code begins with “MT191”" in out
    assert "./b.md:1:1: major MT190" in out
    assert cli.main(["check", "a.md", "--fail-on", "never"]) == 2
    assert cli.main(["report", "a.md", "--out", "out"]) == 2
    Path("c.md").write_text("CRASH")
    assert cli.main(["check", "."]) == 3


@pytest.mark.usefixtures("workplace")
def test_a_wrong_code_in_the_configuration_exits_with_2_before_the_run(capsys: Captured) -> None:
    Path("a.md").write_text("TORN")
    Path("auditor.toml").write_text('[per-path]\n"*" = ["MT199"]')
    assert cli.main(["check", "a.md"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("auditor: error: per-path “*”: no rule code begins with “MT199”")


@pytest.mark.usefixtures("workplace")
def test_patterns_count_from_the_root_of_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    git(Path.cwd(), "init", "-q")
    Path("deep/wire").mkdir(parents=True)
    Path("deep/wire/a.md").write_text("TORN")
    Path("pyproject.toml").write_text('[tool.auditor.per-path]\n"deep/wire/*" = ["MT190"]')
    assert cli.main(["check", "deep/wire/a.md"]) == 0
    monkeypatch.chdir("deep")
    assert cli.main(["check", "wire"]) == 0
    assert cli.main(["check", str(Path("wire/a.md").resolve())]) == 0


@pytest.mark.usefixtures("workplace")
def test_filter_obeys_the_configuration_and_never_the_articles() -> None:
    text = "TORN TORN TORN"
    Path("a.jsonl").write_text(
        "".join(
            f"{json.dumps(record)}\n"
            for record in (
                {"id": "1", "text": text, "auditor-ignore": "MT190"},
                {"id": "2", "text": f"{IGNORE.format('MT190')}\n{text}"},
                {"id": "3", "text": text, "source": "Example Wire"},
            )
        )
    )
    Path("auditor.toml").write_text('[per-source]\n"example *" = ["MT"]')
    assert cli.main(["filter", "a.jsonl", "--out", "out"]) == 0
    kept = Path("out/kept.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in kept] == ["3"]
    lines = Path("a.jsonl").read_bytes()
    for config, passed in ((Config(per_source={"Example*": ["MT"]}), 1), (Config(), 0)):
        out = io.BytesIO()
        filter_stdin(io.BytesIO(lines), out, sample_auditor(config))
        assert out.getvalue().count(b"\n") == passed


def test_a_frame_obeys_the_sources_of_the_configuration() -> None:
    text = f"{ENGLISH}\n\nsource site-3"
    frame = pd.DataFrame({"text": [text, text], "source": ["Example Wire", "Other"], "auditor-ignore": ["BP", "BP"]})
    config = Config(per_source={"Example*": ["BP201"]}, per_path={"*": ["BP201"]})
    assert audit_frame(frame, config)["boilerplate"].tolist() == [0.0, 5.0]


@pytest.mark.usefixtures("workplace")
def test_an_unused_pattern_is_told_in_runs_over_folders_only(capsys: Captured) -> None:
    Path("a.md").write_text(ENGLISH)
    Path("auditor.toml").write_text('[per-path]\n"gone/" = ["MT190"]')
    assert cli.main(["check", "a.md"]) == 0
    assert "gone" not in capsys.readouterr().out
    assert cli.main(["check", "."]) == 0
    assert "per-path: per-path “gone/”: MT190 suppresses nothing, no article fits" in capsys.readouterr().out


def test_a_failure_keeps_its_finding_out_of_what_is_judged() -> None:
    auditor = sample_auditor()
    audit = auditor.audit("word")
    assert "MT190" in auditor.judged(audit)
    assert "MT190" not in auditor.judged(audit._replace(failures=(Failure("MT190", "x", ""),)))
