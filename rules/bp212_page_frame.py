"""BP212 looks for lines that belong to the page by their place: teasers, menus and footers around an article."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, lexicon, rule, shorten

LINES = lexicon("navigation_lines") | lexicon("comment_prompts") | lexicon("promotions") | lexicon("related_lines")
MARKS = r"[\p{Z}\p{Cc}.:…>»›→!*|+▶►•·–—-]*"
GAP = r"[\p{Z}\p{Cc}]+"


@rule(
    code="BP212",
    severity=Severity.MINOR,
    trigger=rf"(?i)(?:^|[\r\n]){MARKS}(?:"
    + "|".join(
        re.escape(line.strip(" .:…>»›→!*|+▶►•·–—-")).replace(r"\ ", GAP).replace("'", "['’]") for line in sorted(LINES)
    )
    + rf"){MARKS}(?:$|[\r\n])",
    english=False,
    stable=True,
    finds=("bp.nav", "bp.footer", "bp.related-link"),
)
def page_frame(doc: Document, *, min_neighbours: int = 3) -> Iterator[Hit]:
    """A line stands before or after the article among lines of its page, and is one of them.

    min_neighbours: how many lines there must be recognised by their own words.
    """
    for span, role in zip(doc.filled_lines, doc.line_roles, strict=True):
        if role.role == "frame" and role.neighbours >= min_neighbours:
            message = f"“{shorten(span.of(doc.text))}” {role.why}"
            edit = Edit.delete_lines(doc.text, span, safe=False)
            yield Hit(span, message, (edit,), confidence=0.8 if role.place == "body" else 0.9)
