"""Tier: grammar for one auditor: which texts are checked, by which rules, and the results as they come."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from hashlib import sha256
from operator import itemgetter
from typing import TYPE_CHECKING

from auditor.grammar.cache import ResultCache
from auditor.grammar.errors import GrammarError
from auditor.grammar.match import Checked, Selection
from auditor.grammar.server import LOOK_AHEAD, RemoteServer, Server, ServerOptions, shared
from auditor.span import Span

if TYPE_CHECKING:
    from auditor.grammar.client import Checker

Doubtful = Callable[[str], Sequence[tuple[int, str]]]

CATEGORY = "category:"
"""What stands before the name of one of LanguageTool's categories where its rules are named."""

SPELLER = "MORFOLOGIK_RULE_EN_US"
"""LanguageTool's rule of words that its dictionary lacks. Half of its time is spent on suggestions for names."""

FALSE_FRIENDS = "FALSE_FRIENDS"
"""LanguageTool's category of words that speakers of a mother tongue take for others."""


SPELLING = Selection(enabled_rules=frozenset({SPELLER}), enabled_only=True)


@dataclass(frozen=True, slots=True)
class TierOptions:
    """How grammar is checked.

    sample: share of the texts, 0 to 1, drawn by their content; url: of a server that runs, empty for one of our own;
    mother_tongue: ISO 639-1 code of the language whose speakers' false friends are looked for; heap: MB of our own
    server; deadline: seconds for one text; cache: whether results are kept in, and taken from, the user's cache.
    """

    sample: float = 1.0
    url: str = ""
    mother_tongue: str = ""
    heap: int = 1024
    deadline: float = 20.0
    cache: bool = True


class Tier:
    """LanguageTool for the rules that are asked, open until `close`.

    asked: ids of LanguageTool's rules, and names of its categories after `category:`.
    doubtful: the words of a text that the speller is asked about, each with its start; it is asked about no other.
    Raises GrammarError, with the cure, when language-tool-python, Java or LanguageTool is not there, or nobody answers
    at the URL. A server of our own starts when the first text comes whose result is not known; processes that are
    forked off start their own, and none outlives its process.
    """

    def __init__(self, options: TierOptions, asked: frozenset[str], doubtful: Doubtful) -> None:
        self.options = options
        self._doubtful = doubtful
        self._stack = ExitStack()
        checker, server = _parts(options)
        self.ahead = LOOK_AHEAD * server.workers
        """How many texts must be submitted at a time to keep the server busy."""
        kept = ResultCache() if options.cache else None
        with ExitStack() as undo:
            self._checkers = [
                undo.enter_context(checker(server, selection, cache=kept)) for selection in selections(options, asked)
            ]
            self._speller = undo.enter_context(checker(server, SPELLING, cache=kept)) if SPELLER in asked else None
            self._stack = undo.pop_all()

    def chosen(self, text: str) -> bool:
        """Whether a text belongs to the sample; the same text always does or does not."""
        if self.options.sample >= 1:
            return True
        digest = sha256(text.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") < self.options.sample * 2**64

    def submit(self, text: str) -> Callable[[], Checked]:
        """Have a text checked; what is given back waits for the result. Raises GrammarError after `close`."""
        parts: list[Callable[[], Checked]] = [checker.submit(text).result for checker in self._checkers]
        if self._speller is not None and (words := self._doubtful(text)):
            spelled = self._speller.submit("\n\n".join(word for _, word in words))
            parts.append(lambda: placed(spelled.result(), words))
        return parts[0] if len(parts) == 1 else lambda: joined([part() for part in parts])

    def close(self) -> None:
        """Stop the server, if it is ours and nobody else uses it."""
        self._stack.close()


def selections(options: TierOptions, asked: frozenset[str]) -> list[Selection]:
    """What to ask LanguageTool for: rules and categories apart, for where both are named it runs neither's all.

    `category:FALSE_FRIENDS` is asked only with a mother tongue, without which it is empty.
    """
    rules = frozenset(name for name in asked if not name.startswith(CATEGORY))
    categories = frozenset(name.removeprefix(CATEGORY) for name in asked - rules)
    rules -= {SPELLER}
    if not options.mother_tongue:
        categories -= {FALSE_FRIENDS}
    found = []
    if rules:
        found.append(Selection(enabled_rules=rules, enabled_only=True, picky=True))
    if categories:
        tongue = options.mother_tongue or None
        found.append(Selection(enabled_categories=categories, enabled_only=True, picky=True, mother_tongue=tongue))
    return found


def placed(checked: Checked, words: Sequence[tuple[int, str]]) -> Checked:
    """What was found in some words, one a paragraph, at the places of the words in their text."""
    starts = []
    at = 0
    for start, word in words:
        starts.append((at, start))
        at += len(word) + 2
    matches = []
    for match in checked.matches:
        sent, start = starts[bisect_right(starts, match.span.start, key=itemgetter(0)) - 1]
        shift = start - sent
        matches.append(replace(match, span=Span(match.span.start + shift, match.span.end + shift)))
    return Checked(tuple(matches), checked.incomplete, checked.skipped)


def joined(parts: list[Checked]) -> Checked:
    """The results of several selections on one text as one."""
    matches = sorted((match for part in parts for match in part.matches), key=lambda match: (match.span, match.rule_id))
    reason = next((part.skipped for part in parts if part.skipped is not None), None)
    return Checked(() if reason else tuple(matches), any(part.incomplete for part in parts), reason)


def _parts(options: TierOptions) -> tuple[type[Checker], Server | RemoteServer]:
    """The client's class, and the server. Raises GrammarError where the library is missing or the URL is none."""
    try:
        from auditor.grammar.client import Checker
    except ModuleNotFoundError as error:
        if error.name != "language_tool_python":
            raise
        raise GrammarError(
            'grammar: the library language-tool-python is missing; pip install "article-auditor[grammar]"'
        ) from error
    if options.url:
        return Checker, RemoteServer(options.url, deadline=options.deadline)
    return Checker, shared(ServerOptions(heap=options.heap, deadline=options.deadline))
