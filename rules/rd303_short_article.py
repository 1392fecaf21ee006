"""RD303 says when an article is too short to be one."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, rule

LONG_WORD = 15
"""Characters, with its space, that a word takes at most on the average; a longer text has words enough."""

WORD = re.compile(r"\w\S*")


@rule(code="RD303", severity=Severity.NEUTRAL, english=False, stable=True, finds=("rd.short",))
def short_article(doc: Document, *, words: int = 50) -> Iterator[Hit]:
    """The article is very short.

    words: articles with fewer words are reported.
    """
    if len(doc.text) > LONG_WORD * words or not doc.filled_lines:
        return
    count = len(WORD.findall(doc.text))
    if count < words:
        yield Hit(doc.filled_lines[0], f"the article has only {count} words")
