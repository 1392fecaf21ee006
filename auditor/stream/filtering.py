"""Filtering: read, audit, decide, and pass each record on to where its verdict belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from auditor.engine import Auditor
from auditor.policy import Facts, decide
from auditor.readers import Record, Source, check_inputs, find_sources, read_source
from auditor.readers.sources import STANDARD_INPUT
from auditor.stream.inputs import Input
from auditor.stream.ledger import Ledger, Tally, balanced, now
from auditor.stream.run import Run, check_out
from auditor.suppression import configured_suppressions
from auditor.writers.files import unwritable


def filter_records(
    inputs: Sequence[str],
    out: Path,
    auditor: Auditor,
    *,
    progress: Callable[[int], object] | None = None,
    stdin: BinaryIO | None = None,
) -> Ledger:
    """Sort the records of some files by verdict into the folder `out`, each with its original bytes; the account.

    inputs: paths as `read` takes them; `-` is JSON Lines from `stdin`. out: is made if need be; files in it that are
    not those of a run are left alone. progress: is called with the number of records done since the last call.

    In `out` appear, only when all is done and the ledger last: `kept`, `clean`, `quarantined`, `rejected` and
    `unreadable` in the formats of the inputs (uncompressed), `unreadable.problems.jsonl` with the place and reason of
    each unreadable record, the tables `articles`, `findings` and `problems` as Parquet, and `ledger.json`. All but the
    ledger's times is the same, byte for byte, for the same inputs, configuration and libraries.

    Raises ReadError before anything is written; WriteError when `out` cannot be written, holds a run already or lies
    in an input folder; RuleCrash from a strict auditor. Then what was written is taken away again.
    """
    check_inputs(inputs, auditor.config, stdin=stdin)
    check_out(inputs, out)
    with Run(out, auditor) as run:
        records = _records(inputs, run, auditor, stdin)
        for (source, record), audit in auditor.audit_each(records, lambda item: item[1].document):
            run.take(source, record, audit)
            if progress:
                progress(1)
        return run.finish()


def _records(
    inputs: Sequence[str], run: Run, auditor: Auditor, stdin: BinaryIO | None
) -> Iterator[tuple[Source, Record]]:
    """The records of all inputs with where they are from, each counted for its file when it is read."""
    for source in find_sources(inputs):
        if source.path == STANDARD_INPUT:
            source = replace(source, format="jsonl")
        file = run.opened(source)
        for record in read_source(source, auditor.config, stdin=stdin, tap=file.add):
            file.records += 1
            yield source, record
        file.finish()


def filter_stdin(
    stdin: BinaryIO,
    stdout: BinaryIO,
    auditor: Auditor,
    keep: Sequence[str] = ("keep", "clean"),
    *,
    unreadable: Callable[[Record], object] | None = None,
) -> Ledger:
    """Pass the JSON Lines of `stdin` whose verdict is in `keep` on to `stdout`, their bytes unchanged; the account.

    unreadable: is called with each record that could not be read and so was not passed on. Raises WriteError when
    `stdout` cannot be written, BrokenPipeError when its reader went away.
    """
    started = now()
    tally = Tally()
    source = Source(STANDARD_INPUT, STANDARD_INPUT, "standard-input", "jsonl")
    file = Input(source.path, "jsonl")
    suppressions = configured_suppressions(auditor)
    records = read_source(source, auditor.config, stdin=stdin, tap=file.add)
    for record, audit in auditor.audit_each(records, lambda record: record.document):
        file.records += 1
        tally.read += 1
        if record.problem is not None:
            tally.add_unreadable(record.problem)
            if unreadable:
                unreadable(record)
        elif audit is not None:
            audit = suppressions.applied(audit, record.path)
            decision = decide(Facts.of(audit), auditor.config.policy)
            if decision.verdict in keep:
                _pass_on(stdout, record.raw)
            tally.add_article(audit, decision)
    _flush(stdout)
    file.finish()
    ledger = tally.ledger(auditor.config.fingerprint(), inputs=(file.entry(),), started=started, finished=now())
    return balanced(ledger)


def _pass_on(stdout: BinaryIO, raw: bytes) -> None:
    try:
        stdout.write(raw)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(Path("standard output"), error) from error


def _flush(stdout: BinaryIO) -> None:
    try:
        stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(Path("standard output"), error) from error
