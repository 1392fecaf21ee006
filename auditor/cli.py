"""The command line: what can be asked for, and how each outcome becomes an exit code. The work is in `commands`."""

from __future__ import annotations

import argparse
import sys

from auditor.exit_codes import INTERRUPTED, MISUSE, PIPE_CLOSED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

CHECK_FORMATS = ("text", "json", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle", "rdjson")
FAIL_ON = ("critical", "major", "minor", "neutral", "never", "clean", "quarantine", "reject")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code. Errors are one line on standard error.

    argv: the arguments without the name of the program; None for those of the process. As argparse does, raises
    SystemExit for `--help`, `--version` and arguments that cannot be parsed.
    """
    arguments = build_parser().parse_args(argv)
    try:
        return _run(arguments)
    except KeyboardInterrupt as stopped:
        _complain(str(stopped) or "interrupted")
        return int(getattr(stopped, "exit_code", INTERRUPTED))
    except BrokenPipeError:
        _close_output()
        return PIPE_CLOSED
    except (
        OSError
    ) as error:  # files say what is wrong with them themselves: this is standard output, or what is like it
        _complain(f"error: {error.filename or 'standard output'}: {error.strerror or error}")
        _close_output()
        return MISUSE


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands. It needs nothing but argparse, so that `--help` is quick."""
    parser = _Parser(
        prog="auditor",
        description="Find translation artifacts, boilerplate and readability problems in English articles.",
        epilog="Exit codes: 0 clean, 1 findings at or above --fail-on, 2 wrong use or configuration, "
        "3 a rule crashed or a record could not be read. Documentation: docs/reference.md",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_check(commands)
    _add_report(commands)
    _add_compare(commands)
    _add_filter(commands)
    _add_mine(commands)
    _add_clean(commands)
    _add_decide(commands)
    _add_rules(commands)
    _add_explain(commands)
    _add_score(commands)
    _add_grammar(commands)
    _add(commands, "doctor", "tell what is installed, what is missing and how to get it")
    return parser


class _Parser(argparse.ArgumentParser):
    """Reports wrong use as one line in the form of all errors."""

    def error(self, message: str) -> NoReturn:
        self.exit(MISUSE, f"auditor: error: {message} (see: {self.prog} --help)\n")


class _Version(argparse.Action):
    """Prints the version, which is loaded only then."""

    def __init__(self, option_strings: Sequence[str], dest: str, **_: object) -> None:
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, help="print the version and leave")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from auditor._version import __version__

        print(f"auditor {__version__}")
        parser.exit()


def _add(commands: argparse._SubParsersAction[_Parser], name: str, summary: str) -> argparse.ArgumentParser:
    sentence = f"{summary[0].upper()}{summary[1:]}."
    return commands.add_parser(name, help=summary, description=sentence, allow_abbrev=False)


def _add_check(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _add(commands, "check", "print the findings of articles and fail when there are grave ones")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders; - for standard input")
    parser.add_argument("--format", choices=CHECK_FORMATS, default="text", help="default: text")
    parser.add_argument("--output", metavar="FILE", help="write the findings there instead of standard output")
    parser.add_argument(
        "--also", action="append", default=[], metavar="FORMAT=FILE", help="write this format to that file, too"
    )
    parser.add_argument(
        "--fail-on",
        choices=FAIL_ON,
        metavar="LEVEL",
        help="exit with 1 from this severity, or this verdict, on: " + ", ".join(FAIL_ON) + "; default: major",
    )
    parser.add_argument(
        "--show-config", action="store_true", help="print each setting and where it came from, and leave"
    )
    _add_template_options(parser)
    _add_guard_options(parser)
    _add_rule_options(parser)
    _add_grammar_options(parser)
    _add_reading_options(parser)


def _add_guard_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("only what is new")
    group.add_argument("--baseline", metavar="FILE", help="findings that this file knows do not fail")
    group.add_argument("--write-baseline", action="store_true", help="create it with all findings of this run")
    group.add_argument("--update-baseline", action="store_true", help="take findings that are fixed out of it")
    group.add_argument(
        "--changed-since", metavar="REV", help="only articles and records that changed since a revision of git"
    )
    group.add_argument(
        "--inline-ignore",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="obey auditor-ignore in records and comments in texts, as by default",
    )


def _add_report(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _add(commands, "report", "write a report in Markdown and HTML, and tables as CSV and Parquet")
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files and folders; - for standard input")
    parser.add_argument("--out", required=True, metavar="DIR", help="the folder to write to")
    parser.add_argument(
        "--format",
        choices=("all", "markdown", "html"),
        default="all",
        help="what to write beside the tables; default: all",
    )
    parser.add_argument(
        "--rule-pages",
        default="",
        metavar="BASE",
        help="where report.md finds the pages of rules, a URL or relative path; default: a section of the report",
    )
    parser.add_argument(
        "--earlier",
        action="append",
        metavar="RUN_DIR",
        help="a run before this one, to show what changed; may be given several times, the oldest first",
    )
    _add_template_options(parser)
    _add_rule_options(parser)
    _add_grammar_options(parser)
    _add_reading_options(parser)


def _add_compare(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _add(commands, "compare", "tell what became worse or better from one run to another")
    parser.add_argument("before", metavar="RUN_A", help="a folder that report or filter wrote: the run before")
    parser.add_argument("after", metavar="RUN_B", help="such a folder: the run after")
    parser.add_argument("--format", choices=("text", "markdown", "json"), default="text", help="default: text")
    parser.add_argument("--output", metavar="FILE", help="write there instead of standard output")
    parser.add_argument("--all", action="store_true", help="list what did not change beyond chance, too")
    parser.add_argument(
        "--fail-if",
        action="append",
        choices=("worse", "rule", "grade", "verdict", "source"),
        metavar="WHAT",
        help="exit with 1 if anything (worse), a rule, a grade, a verdict or a source became worse; may be repeated",
    )
    parser.add_argument(
        "--threshold",
        type=float,
        metavar="RATE",
        help="also tell, and fail on, a change of so many articles per 1,000 that may be chance",
    )
    parser.add_argument(
        "--alpha",
        type=float,
        default=0.05,
        metavar="P",
        help="the chance of telling any change where there is none, 0 to 1; default: 0.05",
    )


def _add_filter(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _add(commands, "filter", "sort records by verdict, each with its original bytes")
    parser.add_argument(
        "paths", nargs="*", metavar="IN", help="files and folders; - or nothing for standard input to standard output"
    )
    parser.add_argument("--out", metavar="DIR", help="the folder to write to; needed unless standard input is filtered")
    parser.add_argument("--policy", metavar="FILE", help="a TOML file with the keys of the policy")
    parser.add_argument("--jobs", type=int, metavar="N", help="so many processes audit; default: one for each core")
    parser.add_argument("--resume", action="store_true", help="go on with the run in DIR that was broken off")
    parser.add_argument(
        "--annotate", action="store_true", help="do not separate records, add columns with verdict and reasons to them"
    )
    parser.add_argument(
        "--progress",
        choices=("auto", "json", "none"),
        default="auto",
        help="on standard error: a line on a terminal (auto), JSON Lines for a program, or nothing; default: auto",
    )
    parser.add_argument(
        "--mine", action="store_true", help="first learn the template lines of the inputs, as mine does, and use them"
    )
    _add_template_options(parser)
    _add_rule_options(parser)
    _add_grammar_options(parser)
    _add_reading_options(parser)


def _add_mine(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _add(commands, "mine", "learn the lines that each source puts around its articles, for review")
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files and folders; they are read twice")
    parser.add_argument("--out", required=True, metavar="FILE", help="the template pack to write")
    parser.add_argument(
        "--min-articles", type=int, default=3, metavar="N", help="a line must stand in so many articles; default: 3"
    )
    parser.add_argument(
        "--min-share",
        type=float,
        default=0.001,
        metavar="SHARE",
        help="and in this share of its source's articles, 0 to 1; default: 0.001",
    )
    parser.add_argument("--names", action="store_true", help="learn rare spellings of frequent names, too")
    parser.add_argument("--config", metavar="FILE", help="the configuration file, instead of the nearest auditor.toml")
    _add_reading_options(parser)


def _add_clean(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _add(commands, "clean", "take boilerplate away and repair what is surely damaged, as a diff to review")
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files and folders; - for standard input")
    parser.add_argument("--diff", action="store_true", help="print a unified diff; default: unless files are written")
    parser.add_argument("--check", action="store_true", help="exit with 1 if something would change, and say where")
    parser.add_argument("--write", action="store_true", help="write the files anew where something changes")
    parser.add_argument("--out", metavar="DIR", help="write all files to this folder instead, changed or not")
    parser.add_argument("--edits", metavar="FILE", help="write the edits there as JSON Lines")
    _add_rule_options(parser)
    _add_reading_options(parser)


def _add_decide(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _add(commands, "decide", "give the verdicts of a filter run again under another policy")
    parser.add_argument("run", metavar="RUN_DIR", help="the folder that filter wrote")
    parser.add_argument("--policy", required=True, metavar="FILE", help="a TOML file with the keys of the policy")
    parser.add_argument(
        "--what-if", action="store_true", help="only print how many articles each changed threshold would move"
    )


def _add_rules(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _add(commands, "rules", "list the rules, or test the examples of your own")
    parser.add_argument(
        "action",
        nargs="?",
        choices=("list", "test"),
        default="list",
        metavar="ACTION",
        help="list or test; default: list",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="packs and folders of rules to test")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    _add_rule_options(parser)


def _add_explain(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _add(commands, "explain", "print the page of a rule: why, what it reports, what it leaves alone")
    parser.add_argument("rule", metavar="CODE", help="the code or the name of a rule")
    parser.add_argument("--config", metavar="FILE", help="the configuration file, for your own rules")
    parser.add_argument("--pack", action="append", metavar="FILE", help="a pack of rules of your own (TOML)")


def _add_score(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _add(commands, "score", "measure precision, recall and findings per 1,000 clean articles")
    parser.add_argument("labelled", metavar="LABELLED.jsonl", help="articles with a label or with marked places")
    parser.add_argument("--unescape", action="store_true", help="resolve HTML entities where no places are marked")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    _add_rule_options(parser)
    _add_grammar_options(parser)


def _add_grammar(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = _add(commands, "grammar", "install LanguageTool, which checks grammar")
    actions: argparse._SubParsersAction[_Parser] = parser.add_subparsers(
        dest="action", metavar="ACTION", required=True, parser_class=_Parser
    )
    install = _add(actions, "install", "get the pinned LanguageTool with Maven, or from a copy, into the user's cache")
    install.add_argument("--from", dest="source", metavar="DIR|ZIP", help="a folder or zip with its jars: no network")


def _add_grammar_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("grammar")
    group.add_argument(
        "--grammar",
        choices=("off", "auto", "require"),
        help="check grammar with LanguageTool: where it is installed (auto), or fail without it; default: off",
    )
    group.add_argument(
        "--grammar-sample", type=float, metavar="SHARE", help="only on this share of the articles, 0 to 1; default: 1"
    )
    group.add_argument("--grammar-url", metavar="URL", help="a LanguageTool server that runs, instead of our own")


def _add_template_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--templates",
        action="append",
        metavar="FILE",
        help="a template pack that mine wrote: report the lines in it; may be given again",
    )


def _add_rule_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("rules")
    group.add_argument(
        "--select",
        action="extend",
        type=_codes,
        metavar="CODES",
        help="run only rules whose code begins so, comma separated; a whole code runs a preview rule too",
    )
    group.add_argument("--ignore", action="extend", type=_codes, metavar="CODES", help="do not run these")
    group.add_argument(
        "--preview",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="run the rules that are not yet stable too",
    )
    group.add_argument(
        "--pack", action="append", metavar="FILE", help="also run the rules of this pack (TOML); may be given again"
    )
    group.add_argument("--config", metavar="FILE", help="the configuration file, instead of the nearest auditor.toml")


def _add_reading_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("reading")
    group.add_argument("--encoding", metavar="NAME", help="the encoding of the input; default: utf-8")
    group.add_argument("--id-field", metavar="NAME", help="the field with the id of a record; default: id")
    group.add_argument("--text-field", metavar="NAME", help="the field with the article; default: text")
    group.add_argument("--title-field", metavar="NAME", help="the field with the headline; default: title")


def _codes(value: str) -> list[str]:
    return [code.strip() for code in value.split(",") if code.strip()]


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == "doctor":
        from auditor.doctor import doctor

        return doctor(sys.stdout)
    try:
        from auditor import commands
        from auditor.errors import AuditorError
    except ModuleNotFoundError as error:
        _complain(f"error: the library “{error.name}” is missing; `auditor doctor` says how to get it")
        return MISUSE
    try:
        code = commands.run(arguments)
        sys.stdout.flush()
    except AuditorError as error:
        _complain(f"error: {error}")
        return MISUSE
    return code


def _complain(message: str) -> None:
    from auditor.writers.visible import inert, visible

    print(inert(f"auditor: {visible(' '.join(message.split()))}"), file=sys.stderr)


def _close_output() -> None:
    """Keep Python from complaining about the closed pipe once more when it leaves."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
