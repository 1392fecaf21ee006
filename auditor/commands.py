"""The commands: each takes the parsed arguments, does its work and gives the exit code."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from auditor.config import VERDICTS, Config, Policy, find_config, load_config, load_policy, to_plain
from auditor.engine import Auditor, Skipped
from auditor.errors import ConfigError, WriteError
from auditor.exit_codes import CLEAN, FAILED, FOUND, MISUSE
from auditor.finding import Severity
from auditor.guard import Guard, Wanted
from auditor.progress import FilterProgress, Progress
from auditor.readers import Problem, Record, read
from auditor.registry import all_rules, find, load_page
from auditor.report import Audited, Entry, Place, Unreadable, problem_rows, unreadable_row
from auditor.rule import Rule
from auditor.templates import render_pack
from auditor.writers.files import atomic, make_folder
from auditor.writers.formats import FORMATS, Several
from auditor.writers.formats import writer as formatted
from auditor.writers.lines import counted, problem_line
from auditor.writers.located import Setting
from auditor.writers.visible import visible

if TYPE_CHECKING:
    from auditor.mining import Limits, Mined

MINED_PACK = "templates.toml"
"""The pack that `filter --mine` writes into the folder of the run."""

_FROM_ARGUMENTS = (
    "fail_on",
    "preview",
    "encoding",
    "id_field",
    "text_field",
    "title_field",
    "grammar",
    "grammar_sample",
    "grammar_url",
    "baseline",
    "inline_ignore",
)


def run(arguments: argparse.Namespace) -> int:
    """Run the command that the arguments name; the exit code. Raises AuditorError for wrong use."""
    _plain_output(sys.stdout)
    command = {
        "check": check,
        "report": report,
        "compare": compare,
        "filter": filter_articles,
        "mine": mine_templates,
        "clean": clean,
        "decide": decide_again,
        "rules": rules,
        "explain": explain,
        "score": score,
        "grammar": grammar,
    }[arguments.command]
    return command(arguments)


def check(arguments: argparse.Namespace) -> int:
    """Print findings; 3 when a rule crashed or a record was unreadable, else 2 when a suppression in an article is
    wrong, else 1 when `fail_on` is reached, else 0."""
    config, origins = _configured(arguments)
    if arguments.show_config:
        sys.stdout.writelines(f"{line}\n" for line in shown_config(config, origins))
        return CLEAN
    if not arguments.paths:
        raise ConfigError("name the files or folders to check, or - for standard input")
    if config.fail_on == "keep":
        raise ConfigError(
            "fail-on “keep” would fail on every article, as keep is the mildest verdict; "
            "use clean, quarantine, reject, a severity or never"
        )
    outputs = _outputs(arguments)
    to_screen = any(target is None for _, target in outputs)
    progress = Progress(sys.stderr, quiet=to_screen and sys.stdout.isatty())
    found = failed = misused = False
    with Auditor(config) as auditor, ExitStack() as files:
        guard = Guard(_wanted(arguments, config, origins), auditor, arguments.paths)
        summary = os.environ.get("GITHUB_STEP_SUMMARY")
        setting = Setting(
            config,
            auditor.rules,
            guard.root,
            lambda entry: reaches(entry, config.fail_on),
            Path(summary) if summary else None,
        )
        records = guard.records(read(arguments.paths, config, stdin=_standard_input()))
        opened = [(format, files.enter_context(atomic(target)) if target else sys.stdout) for format, target in outputs]
        writer = Several([formatted(format, out, setting, baseline=guard.knows) for format, out in opened])
        _tell_start(auditor, progress)
        for audited in progress.over(_audited(records, auditor)):
            entry = guard.applied(audited)
            writer.write(entry)
            found = found or reaches(entry, config.fail_on)
            failed = failed or is_failure(entry)
            misused = misused or is_misuse(entry)
            if arguments.format == "jsonl":
                _tell_problems(entry)
        notes = guard.notes()
        writer.close((*auditor.skipped, *notes))
        if arguments.format == "jsonl":
            _tell_skipped(notes if config.grammar == "off" else (*auditor.skipped, *notes))
        done = guard.finish()
    if done:
        print(f"auditor: {visible(done)}", file=sys.stderr)
    return FAILED if failed else MISUSE if misused else FOUND if found else CLEAN


def report(arguments: argparse.Namespace) -> int:
    """Write the report for editors and the tables."""
    from auditor.comparison import compare_figures, sentences
    from auditor.figures import stored_figures
    from auditor.writers.report_folder import write_report

    config, _ = _configured(arguments)
    folder = Path(arguments.out)
    shown = _Shown(arguments.paths)
    earlier = [stored_figures(Path(run)) for run in arguments.earlier or ()]
    with Auditor(config) as auditor:
        progress = Progress(sys.stderr)
        _tell_start(auditor, progress)
        guard = Guard(Wanted(), auditor, arguments.paths)
        entries = progress.over(map(guard.applied, _entries(arguments.paths, auditor)))
        summary = write_report(
            map(shown.renamed, entries),
            auditor,
            folder,
            format=arguments.format,
            rule_pages=arguments.rule_pages,
            earlier=earlier,
            compare=lambda before, after: sentences(compare_figures(before, after)),
        )
    _tell_skipped(guard.notes())
    if config.grammar != "off":
        _tell_skipped(auditor.skipped)
    figures = summary.figures
    written = {"markdown": ["report.md"], "html": ["html/index.html"]}.get(
        arguments.format, ["report.md", "html/index.html"]
    )
    where = ", ".join(str(folder / name) for name in written)
    print(f"{where}: {counted(figures.articles, 'article')}, {counted(figures.findings, 'finding')}")
    kinds = summary.kinds
    return FAILED if kinds & {"unreadable", "failure"} else MISUSE if "suppression" in kinds else CLEAN


def compare(arguments: argparse.Namespace) -> int:
    """Tell what became worse or better from one run to another; 1 when `fail_if` is reached."""
    from auditor.comparison import compare_runs, fails
    from auditor.writers.comparison import render

    comparison = compare_runs(
        Path(arguments.before), Path(arguments.after), alpha=arguments.alpha, threshold=arguments.threshold
    )
    text = render(comparison, arguments.format, everything=arguments.all)
    if arguments.output in (None, "-"):
        sys.stdout.write(text)
    else:
        with atomic(Path(arguments.output)) as out:
            out.write(text)
    return FOUND if fails(comparison, arguments.fail_if or ()) else CLEAN


def filter_articles(arguments: argparse.Namespace) -> int:
    """Sort records by verdict: into the files of a folder, or from standard input to standard output."""
    from auditor.stream import filter_records, filter_stdin
    from auditor.stream.inputs import total_size
    from auditor.stream.run import finished_ledger, resumable

    config, _ = _configured(arguments)
    if arguments.policy is not None:
        config = replace(config, policy=load_policy(Path(arguments.policy)))
    if arguments.out is None and not set(arguments.paths) <= {"-"}:
        raise ConfigError("name the folder to write to with --out")
    if arguments.out is None and arguments.resume:
        raise ConfigError("what standard output got cannot be resumed; name a folder with --out")
    if arguments.resume and (before := finished_ledger(Path(arguments.out))) is not None:
        print(f"auditor: the run in {arguments.out} is finished already", file=sys.stderr)
        print(before, file=sys.stderr)
        return CLEAN
    if arguments.mine:
        config = _with_mined(arguments, config)
    with Auditor(config) as auditor:
        if arguments.out is not None:
            inputs, out = arguments.paths or ["-"], Path(arguments.out)
            shown = arguments.progress == "json" or (arguments.progress == "auto" and sys.stderr.isatty())
            total = total_size(inputs) if shown else None
            try:
                with closing(FilterProgress(sys.stderr, arguments.progress, total)) as progress:
                    _tell_start(auditor, progress)
                    ledger = filter_records(
                        inputs,
                        out,
                        auditor,
                        jobs=arguments.jobs,
                        annotate=arguments.annotate,
                        resume=arguments.resume,
                        progress=progress.update,
                        stdin=sys.stdin.buffer,
                    )
            except (KeyboardInterrupt, WriteError) as error:
                if resumable(out):
                    error.args = (f"{str(error) or 'interrupted'}; the same command with --resume goes on from there",)
                raise
        else:
            ledger = filter_stdin(
                sys.stdin.buffer,
                sys.stdout.buffer,
                auditor,
                jobs=arguments.jobs,
                annotate=arguments.annotate,
                unreadable=_tell_unreadable,
            )
    if config.grammar != "off":
        _tell_skipped(auditor.skipped)
    print(ledger, file=sys.stderr)
    return FAILED if ledger.failed or ledger.counts["unreadable"] else CLEAN


def mine_templates(arguments: argparse.Namespace) -> int:
    """Learn the template lines of a batch and write them as a pack; 3 when a record was unreadable."""
    from auditor.mining import Limits

    config, _ = _configured(arguments)
    target = Path(arguments.out)
    limits = Limits(arguments.min_articles, arguments.min_share)
    mined = _mined(arguments.paths, config, target, limits, names=arguments.names, unreadable=_tell_unreadable)
    print(mined.summary(str(target)))
    return FAILED if mined.unreadable else CLEAN


def clean(arguments: argparse.Namespace) -> int:
    """Apply safe edits: show them as a diff, or write files anew; 1 if something would change and it is a check."""
    from auditor.clean_files import Wanted, clean_files

    config = replace(_configured(arguments)[0], grammar="off")
    if arguments.write and arguments.out is not None:
        raise ConfigError("--write cleans files where they are, --out writes others; give one of them")
    if arguments.check and (arguments.write or arguments.out is not None):
        raise ConfigError("--check only looks; leave it out to write")
    writes = arguments.write or arguments.out is not None
    if arguments.diff and arguments.write and "-" in arguments.paths:
        raise ConfigError("the diff and the cleaned text would both go to standard output; leave out --diff or --write")
    listed = (writes and "-" not in arguments.paths) or arguments.check
    target = None if arguments.edits is None else Path(arguments.edits)
    edits: AbstractContextManager[TextIO | None] = atomic(target) if target else nullcontext(None)
    with Auditor(config) as auditor, edits as file:
        wanted = Wanted(
            problems=lambda line: print(f"auditor: {line}", file=sys.stderr),
            diff=sys.stdout if arguments.diff or not (arguments.check or writes) else None,
            listed=sys.stdout if listed and not arguments.diff else None,
            edits=file,
            write=arguments.write,
            out=None if arguments.out is None else Path(arguments.out),
            terminal=sys.stdout.isatty(),
        )
        tally = clean_files(arguments.paths, auditor, wanted, stdin=_standard_input(), stdout=sys.stdout.buffer)
    print(f"auditor: {tally}", file=sys.stderr)
    return FAILED if tally.failed else FOUND if arguments.check and tally.changed else CLEAN


def decide_again(arguments: argparse.Namespace) -> int:
    """Give the verdicts of a filter run again, from its tables."""
    from auditor import stream

    run, policy = Path(arguments.run), load_policy(Path(arguments.policy))
    print(stream.what_if(run, policy) if arguments.what_if else stream.decide_again(run, policy))
    return CLEAN


def rules(arguments: argparse.Namespace) -> int:
    """List the rules of the catalogue and of the house, with whether each would run; or test the examples of some."""
    if arguments.action == "test":
        return _test_rules(arguments)
    if arguments.paths:
        raise ConfigError("“auditor rules list” takes no paths; did you mean “auditor rules test”?")
    auditor = Auditor(_configured(arguments)[0])
    running = {rule.code for rule in auditor.rules}
    rows = [
        {
            "code": rule.code,
            "name": rule.name,
            "severity": auditor.config.severities.get(rule.code, rule.severity.value),
            "status": "stable" if rule.stable else "preview",
            "enabled": rule.code in running,
            "summary": rule.summary,
        }
        for rule in auditor.catalogue
    ]
    if arguments.format == "json":
        print(json.dumps(rows, indent=1))
        return CLEAN
    head = ["code", "name", "severity", "status", "runs", "summary"]
    cells = [
        [*(str(row[key]) for key in head[:4]), "yes" if row["enabled"] else "no", str(row["summary"])] for row in rows
    ]
    sys.stdout.writelines(f"{line}\n" for line in aligned([head, *cells]))
    return CLEAN


def _test_rules(arguments: argparse.Namespace) -> int:
    """Run the examples of packs and folders of rules; 1 when one does not hold."""
    from auditor.rule_tests import rules_at, wrongs

    config = _configured(arguments)[0]
    paths = [Path(path) for path in arguments.paths or (*config.rule_folders, *config.packs)]
    if not paths:
        raise ConfigError("name the packs or folders of rules to test, or set packs or rule-folders")
    failed = 0
    tested = [rule for path in paths for rule in rules_at(path)]
    for rule in tested:
        page = load_page(rule)
        wrong = list(wrongs(rule, page))
        failed += bool(wrong)
        for each in wrong:
            print(f"{each.where}: {rule.code} {each.what}")
        print(f"{rule.code} {rule.name}: {counted(len(page.blocks), 'example')}, {'failed' if wrong else 'all hold'}")
    print(f"{counted(len(tested), 'rule')}, {failed:,} failed")
    return FOUND if failed else CLEAN


def explain(arguments: argparse.Namespace) -> int:
    """Print the page of a rule."""
    config = _configured(arguments)[0]
    catalogue: Sequence[Rule] = all_rules(config.rule_folders, config.packs)
    sys.stdout.write(load_page(find(catalogue, arguments.rule)).source)
    return CLEAN


def score(arguments: argparse.Namespace) -> int:
    """Measure the rules on labelled articles."""
    from auditor.score import render, score_file

    with Auditor(_configured(arguments)[0]) as auditor:
        result = score_file(Path(arguments.labelled), auditor, arguments.unescape)
    if auditor.config.grammar != "off":
        _tell_skipped(auditor.skipped)
    sys.stdout.write(f"{json.dumps(result.as_dict(), indent=1)}\n" if arguments.format == "json" else render(result))
    return CLEAN


def grammar(arguments: argparse.Namespace) -> int:
    """Install LanguageTool; the only command that uses a network."""
    from auditor.grammar.install import install

    install(None if arguments.source is None else Path(arguments.source), out=sys.stdout)
    return CLEAN


def reaches(entry: Entry, fail_on: str) -> bool:
    """Whether an article is bad enough to fail: a finding of that severity, or that verdict, or a graver one."""
    if fail_on == "never" or isinstance(entry, Unreadable):
        return False
    if fail_on in VERDICTS:
        return VERDICTS.index(entry.decision.verdict) >= VERDICTS.index(fail_on)
    least = Severity(fail_on)
    return any(finding.severity >= least for finding in entry.audit.findings)


def is_misuse(entry: Entry) -> bool:
    """Whether an article asks for a suppression that cannot be, as of a rule that does not exist."""
    return isinstance(entry, Audited) and any(skipped.kind == "suppression" for skipped in entry.audit.skipped)


def is_failure(entry: Entry) -> bool:
    """Whether the auditor did not do its work on an entry: it could not be read, or a rule crashed on it."""
    return isinstance(entry, Unreadable) or bool(entry.audit.failures)


def shown_config(config: Config, origins: dict[str, str]) -> Iterator[str]:
    """Each setting as `key = value`, with where it came from; those of the policy one by one.

    A key of a policy that the file leaves at its default is shown as a default.
    """
    plain = to_plain(config)
    policy, usual = plain.pop("policy"), Policy()
    rows = [[f"{key} = {_toml_value(value)}", f"# {origins[key]}"] for key, value in plain.items()]
    for entry in fields(Policy):
        key = entry.name.replace("_", "-")
        changed = policy[key] != getattr(usual, entry.name)
        rows.append([f"policy.{key} = {_toml_value(policy[key])}", f"# {origins['policy'] if changed else 'default'}"])
    return aligned(rows)


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows as lines, their columns two spaces apart; the last column is not padded."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    for row in rows:
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])


def _configured(arguments: argparse.Namespace) -> tuple[Config, dict[str, str]]:
    given = vars(arguments)
    path = _configuration_file(arguments)
    overrides = {name: given.get(name) for name in _FROM_ARGUMENTS}
    for name in ("select", "ignore", "templates"):
        values = given.get(name)
        overrides[name] = None if values is None else tuple(values)
    if packs := given.get("pack"):
        overrides["packs"] = (*load_config(path)[0].packs, *packs)
    return load_config(path, overrides)


def _mined(
    paths: Sequence[str],
    config: Config,
    target: Path,
    limits: Limits | None = None,
    *,
    names: bool = False,
    unreadable: Callable[[Record], object] | None = None,
) -> Mined:
    """What was learnt of a batch, written as a pack."""
    from auditor.mining import mine

    with closing(Progress(sys.stderr)) as progress:
        mined = mine(paths, config, limits, names=names, unreadable=unreadable, progress=progress)
    with atomic(target) as out:
        out.writelines(f"{line}\n" for line in render_pack(mined.pack))
    return mined


def _with_mined(arguments: argparse.Namespace, config: Config) -> Config:
    """The configuration of a filter run with the pack that was learnt of its inputs, `templates.toml` beside them."""
    from auditor.stream.run import check_out

    if arguments.out is None or not arguments.paths:
        raise ConfigError("--mine reads the inputs twice: name files to filter, and the folder to write to with --out")
    out = Path(arguments.out)
    check_out(arguments.paths, out)
    make_folder(out)
    pack = out / MINED_PACK
    print(f"auditor: {_mined(arguments.paths, config, pack).summary(str(pack))}", file=sys.stderr)
    return replace(config, templates=(*config.templates, str(pack)))


def _configuration_file(arguments: argparse.Namespace) -> Path | None:
    return Path(arguments.config) if arguments.config else find_config(Path.cwd())


def _entries(paths: Sequence[str], auditor: Auditor) -> Iterator[Entry]:
    return _audited(read(paths, auditor.config, stdin=_standard_input()), auditor)


def _audited(records: Iterable[Record], auditor: Auditor) -> Iterator[Entry]:
    for record, audit in auditor.audit_each(records, lambda record: record.document):
        if audit is None:
            yield _unreadable(record)
        else:
            yield Audited.of(_place(record), audit, auditor.config.policy)


def _place(record: Record) -> Place:
    return Place(record.path, record.line, record.position, record.field)


def _unreadable(record: Record) -> Unreadable:
    problem = record.problem or Problem("file", "there is no article in it")
    return Unreadable(_place(record), problem.what, problem.message)


def _outputs(arguments: argparse.Namespace) -> list[tuple[str, Path | None]]:
    """Each format with the file that it goes to, None for standard output."""
    outputs = [(arguments.format, None if arguments.output in (None, "-") else Path(arguments.output))]
    for given in arguments.also:
        format, sign, name = given.partition("=")
        if not sign or not name or format not in FORMATS:
            raise ConfigError(
                f"--also “{given}” must be FORMAT=FILE, as sarif=auditor.sarif; the formats are {', '.join(FORMATS)}"
            )
        outputs.append((format, Path(name)))
    files = [target for _, target in outputs if target is not None]
    if len(set(files)) < len(files):
        raise ConfigError("two formats are to be written to the same file; give each one of its own")
    return outputs


def _wanted(arguments: argparse.Namespace, config: Config, origins: Mapping[str, str]) -> Wanted:
    """What is to be guarded. The path of a baseline counts from the folder of the configuration that names it."""
    baseline = Path(config.baseline) if config.baseline else None
    file = _configuration_file(arguments)
    if baseline is not None and file is not None and origins["baseline"] != "command line":
        baseline = file.parent / baseline
    return Wanted(baseline, arguments.write_baseline, arguments.update_baseline, arguments.changed_since)


def _tell_problems(entry: Entry) -> None:
    """Say on standard error what JSON Lines have no place for."""
    if isinstance(entry, Unreadable):
        rows = [unreadable_row(entry.place, entry.message, "", what=entry.what, article_id=entry.article_id)]
    else:
        rows = problem_rows(entry.audit, entry.place, "")
    for row in rows:
        print(f"auditor: {problem_line(row, entry.place)}", file=sys.stderr)


def _tell_start(auditor: Auditor, progress: Progress) -> None:
    """The first article waits for LanguageTool, which takes seconds."""
    if any(rule.grammar for rule in auditor.rules):
        progress.say("starting LanguageTool")


def _tell_skipped(told: Iterable[Skipped]) -> None:
    """Say on standard error what the whole run went without, and what did nothing in it."""
    for skipped in told:
        print(f"auditor: {skipped.kind} {skipped.what}: {' '.join(skipped.reason.split())}", file=sys.stderr)


def _tell_unreadable(record: Record) -> None:
    _tell_problems(_unreadable(record))


class _Shown:
    """Paths as a report shows them: never absolute, so that it is the same wherever it was made."""

    def __init__(self, given: Iterable[str]) -> None:
        folders = [os.path.dirname(os.path.abspath(path)) for path in given if path != "-" and os.path.isabs(path)]
        here = os.getcwd()
        inside = all(os.path.commonpath([here, folder]) == here for folder in folders)
        self._base = here if inside or not folders else os.path.commonpath(folders)

    def renamed(self, entry: Entry) -> Entry:
        if not os.path.isabs(entry.place.path):
            return entry
        path = os.path.relpath(entry.place.path, self._base).replace(os.sep, "/")
        return replace(entry, place=replace(entry.place, path=path))


def _standard_input() -> BinaryIO:
    return sys.stdin.buffer


def _plain_output(stream: TextIO) -> None:
    """Let a character that the terminal's encoding lacks be written as its escape, and keep line ends as they are."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace", newline="\n")


def _toml_value(value: object) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{key} = {_toml_value(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    return json.dumps(value, ensure_ascii=False)
