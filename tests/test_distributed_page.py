"""What docs/distributed.md says of plain processes works; its examples for engines run with the engines."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from auditor import Auditor
from tests.blocks import make_workplace, read_blocks, run_block
from tests.conftest import ROOT

EXAMPLES = {block.file: block.body for block in read_blocks(ROOT / "docs" / "distributed.md") if block.file}
TEXTS = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]


def test_files_are_audited_once_each_and_again_only_when_they_are_missing(tmp_path: Path) -> None:
    place = make_workplace(tmp_path)
    (place / "articles").mkdir()
    frame = pd.DataFrame({"n": range(len(TEXTS)), "text": TEXTS})
    for number, some in enumerate((frame[:2], frame[2:])):
        some.to_parquet(place / "articles" / f"{number}.parquet", index=False)
    for name in ("by_file.py", "tables.py"):
        (place / name).write_text(EXAMPLES[name], encoding="utf-8")
    by_file = f'"{sys.executable}" by_file.py articles/*.parquet'
    assert run_block(by_file, place).returncode == 0
    first = place / "audited" / "0.parquet"
    stamp = first.stat().st_mtime_ns
    (place / "audited" / "1.parquet").unlink()
    (place / "audited" / "1.parquet.77.partial").write_bytes(b"half of a file")  # of a process that was killed
    done = run_block(f'{by_file}\n"{sys.executable}" tables.py', place)
    assert done.returncode == 0, done.stderr
    assert first.stat().st_mtime_ns == stamp
    rows = [pq.read_table(path, columns=["n"]) for path in sorted((place / "audited").glob("*.parquet"))]
    assert [n for table in rows for n in table.column("n").to_pylist()] == list(range(len(TEXTS)))
    findings = pd.concat([pd.read_parquet(path) for path in sorted((place / "findings").iterdir())])
    auditor = Auditor()
    own = [(n, each.code) for n, text in enumerate(TEXTS) for each in auditor.audit(text).findings]
    assert list(zip(findings["n"], findings["code"], strict=True)) == own
    assert own


def test_the_page_has_an_example_for_each_engine() -> None:
    assert set(EXAMPLES) == {"by_file.py", "tables.py", "on_spark.py", "on_ray.py"}


def test_the_reference_names_the_functions_with_their_arguments() -> None:
    import inspect

    from auditor import distributed

    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    for name in distributed.__all__:
        arguments = inspect.signature(getattr(distributed, name)).parameters
        documented = page.split(f"`{name}(")[1].split(")`")[0]
        given = [each.split("=")[0].strip().lstrip("*") for each in documented.split(",")]
        assert given == list(arguments), name
    assert f"block_rows={inspect.signature(distributed.audit_ray).parameters['block_rows'].default}" in page
