"""RD303 says when an article is too short to be one."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, rule

WORD = re.compile(r"\w\S*")


@rule(code="RD303", severity=Severity.NEUTRAL, english=False, stable=True, finds=("rd.short",))
def short_article(doc: Document, *, words: int = 50) -> Iterator[Hit]:
    """The article is very short.

    words: articles with fewer words are reported.
    """
    if doc.text.count(" ") > 3 * words or len(doc.text) > 100 * words or not doc.filled_lines:
        return
    count = len(WORD.findall(doc.text))
    if count < words:
        yield Hit(doc.filled_lines[0], f"the article has only {count} words")
