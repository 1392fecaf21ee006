"""A frame of audits says what one process says, whatever the frame looks like."""

from __future__ import annotations

import datetime
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import Auditor, Config, Document, Report
from auditor.distributed import audit_frame, frame_table, frames
from auditor.distributed.columns import AUDITED, NESTED, TABLES, checked
from auditor.distributed.ray_data import audit_ray, audit_table, unnested
from auditor.distributed.spark import audit_spark
from auditor.errors import ConfigError, LibraryMissing
from auditor.report import ARTICLES, SCHEMAS
from tests.conftest import ROOT
from tests.sample_audits import GERMAN

TORN = "He is armed and well known. here. The police said so.\n\nsource site-3"
TEXTS = [
    *(path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))),
    TORN,
    GERMAN,
    "",
    "A lone \ud83d surrogate, a NUL \0 and 🙂 an emoji.",
]


def articles(texts: list[str] = TEXTS) -> pd.DataFrame:
    ids = [f"article-{number}" for number in range(len(texts))]
    titles = ["A title" if number % 2 else None for number in range(len(texts))]
    held = pd.Series(texts, dtype="object")  # the text columns of pandas hold no lone surrogate
    return pd.DataFrame({"id": ids, "text": held, "title": titles, "unread": [[1]] * len(texts)})


def arrow(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False)


@pytest.fixture(scope="module")
def one_process() -> Report:
    given = articles()
    auditor = Auditor()
    documents = [
        Document(text, name, {"title": title} if isinstance(title, str) else {})
        for name, text, title in zip(given["id"], given["text"], given["title"], strict=True)
    ]
    return Report.of(auditor.audit_many(documents), auditor)


def expected(report: Report, table: str) -> pd.DataFrame:
    """What one process says, as a frame has it: with the field named, without the row about the whole run."""
    found: pd.DataFrame = getattr(report, table)
    if table == "findings":
        return found.assign(field=pd.array(["text"] * len(found), dtype="string"))
    return found[found["article_id"].notna()].reset_index(drop=True) if table == "problems" else found


@pytest.mark.parametrize("table", TABLES)
def test_the_tables_are_those_of_one_process(one_process: Report, table: str) -> None:
    found = frame_table(audit_frame(articles()), table).reset_index(drop=True)
    assert len(found)
    pd.testing.assert_frame_equal(found, expected(one_process, table))


@pytest.mark.parametrize("table", TABLES)
def test_every_dtype_is_that_of_the_schema_also_without_a_row(table: str) -> None:
    for frame in (articles(), articles([]), pd.DataFrame({"text": []}), pd.DataFrame({"text": [None]})):
        audited = audit_frame(frame)
        assert tuple(audited) == AUDITED
        assert len(audited) == len(frame)
        assert {name: str(dtype) for name, dtype in audited[list(ARTICLES)].dtypes.items()} == dict(ARTICLES)
        found = frame_table(audited, table)
        assert {name: str(dtype) for name, dtype in found.dtypes.items()} == dict(SCHEMAS[table])


@pytest.mark.parametrize(
    "backed",
    [
        lambda frame: frame.convert_dtypes(),
        lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
        lambda frame: frame.astype({"text": "category", "id": "category", "title": "category"}),
        lambda frame: frame.astype({"text": "object", "id": "object", "title": "object"}),
    ],
    ids=["extension", "arrow", "categorical", "object"],
)
def test_the_backend_of_the_columns_does_not_matter(backed: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    frame = articles(TEXTS[:-1]).drop(columns="unread")  # Arrow holds no lone surrogate
    pd.testing.assert_frame_equal(audit_frame(backed(frame)), audit_frame(frame))


@pytest.mark.parametrize(
    "index", [["x", "x", None, 3, 3, 3, 1, 0, -1], pd.MultiIndex.from_product([[1, 2, 3], list("aab")])]
)
def test_index_and_order_are_kept(index: Any) -> None:
    frame = articles().set_axis(index, axis=0)
    audited = audit_frame(frame)
    assert audited.index.equals(frame.index)
    assert audited["article_id"].tolist() == frame["id"].tolist()
    assert audited["position"].tolist() == list(range(1, 10))
    findings = frame_table(audited, "findings")
    counts = audited["findings"].tolist()
    assert findings.index.equals(frame.index.take([place for place, n in enumerate(counts) for _ in range(n)]))


def test_ids_that_come_twice_lose_nothing() -> None:
    frame = articles([TORN] * 4).assign(id="same")
    findings = frame_table(audit_frame(frame.assign(n=range(4)), key="n"), "findings")
    assert findings["article_id"].unique().tolist() == ["same"]
    assert findings.groupby("n").size().tolist() == [len(Auditor().audit(TORN).findings)] * 4


@given(st.lists(st.integers(1, 5), max_size=6))
def test_the_result_does_not_depend_on_how_the_rows_are_shared_out(sizes: list[int]) -> None:
    frame = articles().assign(n=range(len(TEXTS)))
    starts = sorted({min(sum(sizes[:count]), len(frame)) for count in range(len(sizes) + 1)} | {len(frame)})
    parts = [frame.iloc[start:end] for start, end in zip([0, *starts], [*starts, len(frame)], strict=True)]
    together = pd.concat([audit_frame(part, key="n") for part in parts])
    pd.testing.assert_frame_equal(together, audit_frame(frame, key="n"))


@pytest.mark.parametrize(
    ("value", "what", "said"),
    [
        (None, "field", "holds no value, not a string"),
        (float("nan"), "field", "holds no value"),
        (pd.NA, "field", "holds no value"),
        (pd.NaT, "field", "holds no value"),
        (5, "field", "type int"),
        (2.5, "field", "type float"),
        (["a", "b"], "field", "type list"),
        ({}, "field", "type dict"),
        (np.array(["a"]), "field", "type ndarray"),
        (b"caf\xe9", "encoding", "byte 0xe9 in position 3"),
    ],
)
def test_a_row_without_a_text_is_a_problem_and_no_exception(value: object, what: str, said: str) -> None:
    frame = pd.DataFrame({"id": ["a", "b", None], "title": pd.Series(["T", "U\ud83d", None], dtype="object")})
    frame["text"] = pd.Series([TORN, value, value], dtype="object")
    audited = audit_frame(frame)
    assert audited["verdict"].notna().tolist() == [True, False, False]
    assert audited["article_id"].tolist() == ["a", "b", "3"]
    assert audited["title"].tolist() == ["T", "U\ufffd", pd.NA]
    assert audited["words"].isna().tolist() == [False, True, True]
    assert audited["config_hash"].nunique() == 1
    assert frame_table(audited, "articles")["article_id"].tolist() == ["a"]
    problems = frame_table(audited, "problems")
    assert problems["article_id"].tolist() == ["b", "3"]
    assert set(problems["kind"]) == {"unreadable"}
    assert set(problems["what"]) == {what}
    assert said in problems["message"].iloc[0]
    assert "Config(" in problems["message"].iloc[0]


def test_bytes_are_decoded_with_the_configured_encoding() -> None:
    frame = pd.DataFrame({"text": ["Café 12 km.".encode("cp1252"), bytearray(b"End.")]})
    assert audit_frame(frame, Config(encoding="cp1252"))["characters"].tolist() == [11, 4]


def test_a_rule_that_crashes_is_a_problem_of_its_article(tmp_path: Path) -> None:
    (tmp_path / "hr901_crash.md").write_text("# HR901 crash\n\nCrashes.\n", encoding="utf-8")
    (tmp_path / "hr901_crash.py").write_text(
        "from auditor.rulekit import Document, Hit, Severity, rule\n\n\n"
        '@rule(code="HR901", severity=Severity.MINOR, stable=True, english=False)\n'
        'def crash(doc: Document):\n    """Crashes."""\n    raise ValueError("on purpose")\n',
        encoding="utf-8",
    )
    audited = audit_frame(pd.DataFrame({"text": [TORN]}), Config(rule_folders=(str(tmp_path),)))
    assert audited["failures"].tolist() == [1]
    assert frame_table(audited, "problems")["kind"].tolist() == ["failure"]


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ([7, 2**60], ["7", str(2**60)]),
        (pd.array([7, None], dtype="Int64"), ["7", "n1"]),
        ([np.int64(7), np.bool_(True)], ["7", "true"]),
        ([Decimal("1.50"), UUID(int=1)], ["1.50", "00000000-0000-0000-0000-000000000001"]),
        ([datetime.date(2020, 1, 2), ""], ["2020-01-02", "n1"]),
        ([["a"], "x"], ["n0", "x"]),
    ],
)
def test_an_id_is_spelled_as_text_and_its_absence_made_good_by_the_key(values: Any, names: list[str]) -> None:
    frame = pd.DataFrame({"id": pd.Series(values), "text": "The end.", "n": ["n0", "n1"]})
    assert audit_frame(frame, key="n")["article_id"].tolist() == names


def test_the_key_comes_first_as_it_is() -> None:
    frame = articles().assign(day=pd.Timestamp("2020-01-01", tz="UTC"), part=range(len(TEXTS)))
    audited = audit_frame(frame, key=["day", "part"])
    assert tuple(audited) == ("day", "part", *AUDITED)
    pd.testing.assert_frame_equal(audited[["day", "part"]], frame[["day", "part"]])
    assert audited["position"].isna().all()
    assert tuple(frame_table(audited, "problems"))[:2] == ("day", "part")


def test_a_key_that_the_result_has_anyway_is_there_once() -> None:
    frame = articles().rename(columns={"id": "article_id"}).assign(url="https://example.org")
    audited = audit_frame(frame, Config(id_field="article_id"), key=["article_id", "url"])
    assert tuple(audited) == AUDITED
    assert audited["article_id"].tolist() == frame["article_id"].tolist()


@pytest.mark.parametrize(
    ("frame", "config", "key", "said"),
    [
        (pd.DataFrame({"txet": ["a"]}), None, None, "no column “text”, only “txet”.*text_field.*did you mean “txet”"),
        (pd.DataFrame({"text": ["a"]}), Config(text_field="body"), None, "no column “body”"),
        (pd.DataFrame([["a", "b"]], columns=["text", "text"]), None, None, "2 columns “text”"),
        (pd.DataFrame([["a", 1, 2]], columns=["text", "id", "id"]), None, None, "2 columns “id”"),
        (pd.DataFrame({"text": ["a"], "id": ["b"]}), None, "key", "no column “key”"),
        (pd.DataFrame({"text": ["a"], "words": [1]}), None, "words", "“words” has the name of a column of the result"),
        (pd.DataFrame({"text": ["a"], "Words": [1]}), None, "Words", "has the name of a column of the result"),
        (
            pd.DataFrame({"text": ["a"], "title": ["b"]}),
            Config(title_field="head"),
            "title",
            "has the name of a column",
        ),
        (pd.DataFrame({"text": ["a"], "id": ["b"]}), None, ["id", "id"], "names a column twice"),
        (pd.DataFrame({"text": ["a"]}), Config(select=("XX999",)), None, "XX999"),
    ],
)
def test_a_frame_that_does_not_fit_is_an_error_with_its_cure(
    frame: pd.DataFrame, config: Config | None, key: Any, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        audit_frame(frame, config, key=key)


def test_another_table_or_another_frame_is_an_error() -> None:
    audited = audit_frame(articles([TORN]))
    with pytest.raises(ConfigError, match=r"no table “finding”.*did you mean “findings”"):
        frame_table(audited, "finding")
    with pytest.raises(ConfigError, match="the column “verdict” is missing"):
        frame_table(audited.drop(columns="verdict"), "articles")
    with pytest.raises(ConfigError, match="lists of tuple"):
        frame_table(audited.assign(finding_rows=pd.Series([[(1, 2)]], dtype="object")), "findings")


@pytest.mark.parametrize("table", TABLES)
def test_audits_survive_a_parquet_file(tmp_path: Path, table: str) -> None:
    audited = audit_frame(articles())
    audited.iloc[:0].to_parquet(tmp_path / "empty.parquet")
    audited.to_parquet(tmp_path / "full.parquet")
    empty = pd.read_parquet(tmp_path / "empty.parquet", dtype_backend="pyarrow")
    full = pd.read_parquet(tmp_path / "full.parquet", dtype_backend="pyarrow")
    pd.testing.assert_frame_equal(frame_table(full, table), frame_table(audited, table))
    assert frame_table(empty, table).dtypes.to_dict() == frame_table(audited, table).dtypes.to_dict()
    assert pq.read_schema(tmp_path / "empty.parquet").equals(pq.read_schema(tmp_path / "full.parquet"))
    plain = pq.read_table(tmp_path / "full.parquet").to_pandas(ignore_metadata=True)
    pd.testing.assert_frame_equal(frame_table(plain, table), frame_table(audited, table))


def test_an_auditor_is_made_once_for_a_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Config] = []

    class Counted(Auditor):
        def __init__(self, config: Config) -> None:
            made.append(config)
            super().__init__(config)

    monkeypatch.setattr(frames, "Auditor", Counted)
    first, second = Config(ignore=("RD301",)), Config(ignore=("RD302",))
    for config in (first, second, replace(first), first, second):
        audit_frame(articles([TORN]), config)
    assert made == [first, second]


def test_grammar_that_a_worker_goes_without_is_told_of_each_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDITOR_CACHE", str(tmp_path))
    audited = audit_frame(articles([TORN, "The end."]), Config(grammar="auto", preview=True))
    problems = frame_table(audited, "problems")
    assert audited["grammar"].tolist() == ["skipped", "skipped"]
    assert audited["skipped"].tolist() == [1, 1]
    assert problems[["kind", "what"]].drop_duplicates().to_numpy().tolist() == [["skipped", "grammar"]]
    assert problems["message"].str.len().min() > 20


def test_a_configuration_is_checked_before_it_is_sent() -> None:
    sent = checked(Config(options=MappingProxyType({"RD301": MappingProxyType({"words": 50})})))
    assert sent.options == {"RD301": {"words": 50}}
    assert type(sent.options) is dict
    with pytest.raises(ConfigError, match="XX999"):
        checked(Config(severities={"XX999": "minor"}))


# What workers of the engines do with a batch; the engines themselves run in tests/distributed.


@pytest.mark.parametrize("table", TABLES)
def test_an_arrow_batch_gives_the_same_rows_with_a_fixed_schema(table: str) -> None:
    frame = articles(TEXTS[:-1]).drop(columns="unread").assign(n=[2**60 + number for number in range(len(TEXTS) - 1)])
    given = arrow(frame)
    audited = audit_table(given, Config(), "n")
    assert audited.schema == audit_table(given.slice(0, 0), Config(), "n").schema
    assert audited.schema.names == ["n", *AUDITED]
    found = unnested(audited, table)
    assert found.schema == unnested(audited.slice(0, 0), table).schema
    wanted = frame_table(audit_frame(frame, key="n"), table).reset_index(drop=True)
    assert found.to_pylist() == pa.Table.from_pandas(wanted, schema=found.schema).to_pylist()


def test_a_slice_of_a_batch_unnests_its_own_rows() -> None:
    frame = articles([TORN, "", TORN, GERMAN])
    audited = audit_table(arrow(frame[["id", "text"]]), Config(), None)
    for name in NESTED:
        rows: list[Any] = audited.column(name).to_pylist()
        table = "findings" if name == "finding_rows" else "problems"
        assert unnested(audited.slice(2), table).num_rows == sum(len(each) for each in rows[2:])


@pytest.mark.parametrize(("audit", "library"), [(audit_spark, "pyspark"), (audit_ray, "ray")])
def test_an_engine_that_is_not_installed_is_named_with_its_command(
    audit: Callable[[Any], object], library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    for name in [name for name in sys.modules if name.startswith(f"{library}.")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(LibraryMissing, match=r'pip install "article-auditor\[(spark|ray)\]"'):
        audit(articles())


def test_nothing_is_imported_before_it_is_used() -> None:
    program = (
        "import sys, auditor.distributed as d; d.audit_spark, d.audit_ray, d.audit_frame; "
        "print(sorted({'pandas', 'pyarrow', 'pyspark', 'ray'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout.strip() == "[]", done.stderr
