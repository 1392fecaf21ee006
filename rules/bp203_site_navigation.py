"""BP203 looks for what a page says to be used, not read: menus, share buttons, sign-in lines, cookie notices."""

import re
from collections.abc import Iterator

from auditor.rulekit import NETWORK, ROW_STARTS, Document, Edit, Hit, Severity, lexicon, rule, shorten

LINES = lexicon("navigation_lines")
WORDS = lexicon("section_names")


def _either(entries: frozenset[str]) -> str:
    """The entries as one pattern that both engines read, with any white space and either apostrophe."""
    joined = "|".join(re.escape(entry).replace("\\ ", r"[\p{Z}\p{Cc}]+") for entry in sorted(entries))
    return joined.replace("'", "['’]")


BETWEEN = r"[\p{Z}\p{Cc}|/·•,–—›»>-]+"
ENTRY_WORDS = 5
"""An entry of a menu has at most so many words; a longer line among them may be a title or a standfirst."""

LABEL = "is a label of the page"
"""What the list of labels tells of its lines; other evidence is not enough to take a first line away."""

ENDINGS = frozenset(".,;")
GAP = r"[\p{Z}\p{Cc}]+"
EDGE = r"[\p{Z}\p{Cc}]*"
MARKS = r"[\p{Z}\p{Cc}.:…>»›→!*|+▶►•·–—-]*"
START = rf"(?:^|[\r\n]){MARKS}"
ROLES = frozenset(
    (
        "navigation",
        "follow",
        "share",
        "trail",
        "gallery",
        "reading-time",
        "consent",
        "copyright",
        "player",
        "source",
        "form",
        "contact",
    )
)
"""The roles of lines that are reported here; the other rules of the family report the others."""

TRIGGER = "|".join(
    (
        rf"(?i){START}(?:{_either(LINES | WORDS)}){MARKS}(?:$|[\r\n])",
        rf"(?:on|via){GAP}(?:the{GAP}|our{GAP}|my{GAP})?" + NETWORK.replace(r"\ ", GAP),
        r"https?:|www\.|@|\.(?:com|org|net|co\.uk)/|our[\p{Z}\p{Cc}]standards",
        rf"(?:^|[\r\n]){EDGE}(?:like{GAP}this{GAP}|(?:share|e-?mail|tweet|print|save|bookmark){GAP}(?:this|the|it|on|via|to){GAP})",
        rf"(?:^|[\r\n]){EDGE}[\d.,]+k?{GAP}shares",
        rf"[>»›]|(?:^|[\r\n]){EDGE}home{EDGE}(?:page)?{EDGE}[→/|]|you{GAP}are{GAP}here",
        rf"(?:^|[\r\n]){EDGE}(?:image|photo|slide|picture|page|gallery)?s?{EDGE}\d\d?\d?{EDGE}(?:of|/)",
        rf"read(?:ing)?{GAP}time|min(?:ute)?s?\.?{GAP}(?:read|listen)",
        rf"cookies|privacy{GAP}policy|terms{GAP}of{GAP}(?:use|service)|terms{GAP}and{GAP}conditions|copyright|©|\(c\)|all{GAP}rights{GAP}reserved",
        rf"(?:^|[\r\n]){EDGE}(?:this|the){GAP}(?:video|audio|advertisement|ad|content|media|file|page){GAP}"
        rf"(?:ha|is{GAP}not|is{GAP}currently|cannot|could)",
        rf"(?:^|[\r\n]){EDGE}(?:read|see|view){GAP}(?:the{GAP})?original{GAP}"
        rf"|may{GAP}not{GAP}be{GAP}(?:published|reproduced|reprinted|copied|redistributed|broadcast|used|republished)",
        rf"browser{GAP}does(?:{GAP}not|n['’]t)|enable{GAP}javascript|in{GAP}the{GAP}(?:player|video){GAP}|listen{GAP}back{GAP}here",
        rf"(?:^|[\r\n]){EDGE}(?:original{GAP})?(?:source|article|text|version){GAP}",
        rf"(?:^|[\r\n]){EDGE}(?:phone|tel|fax|call{GAP}us|toll)|first{GAP}appeared{GAP}on|appeared{GAP}first{GAP}on",
        rf"(?:^|[\r\n]){EDGE}(?:{_either(ROW_STARTS)}){BETWEEN}(?:{_either(ROW_STARTS)})",
        rf"privacy{GAP}notice|(?:^|[\r\n]){EDGE}(?:please{EDGE},?{GAP})?(?:fill{GAP}(?:in|out|the|this)|complete{GAP}th|submit{GAP}th"
        rf"|(?:thank{GAP}you|thanks)(?:[.!\r\n]|{GAP}so{GAP}much|{GAP}for{GAP}|{GAP}your{GAP}|$))",
        rf"you{GAP}have{GAP}(?:been{GAP})?succ?ess|e-?mail{GAP}(?:with|ha|was|will)|e-?mail{GAP}address{GAP}|account\?",
        rf"(?:^|[\r\n]){EDGE}(?:please{GAP})?(?:check|confirm|verify|enter|provide|type|re-?enter){GAP}(?:your|a){GAP}",
        rf"(?:^|[\r\n]){EDGE}(?:this|your){GAP}(?:e-?mail|username|password|comment|account|message|article|subscription|session){GAP}",
        rf"(?:^|[\r\n]){EDGE}(?:already|not){GAP}a{GAP}|no{GAP}spam|unsubscribe",
    )
)


@rule(
    code="BP203",
    severity=Severity.MINOR,
    trigger=TRIGGER,
    english=False,
    stable=True,
    version=2,
    finds=("bp.nav", "bp.footer"),
)
def site_navigation(doc: Document, *, menu_lines: int = 5) -> Iterator[Hit]:
    """A line belongs to the page around the article: navigation, sharing, signing in, legal notices.

    menu_lines: how many short lines in a row make a menu, when some of them are words of menus.
    """
    lines = doc.filled_lines
    if len(lines) < 2:
        return
    keys = doc.line_keys
    menus = _menu_lines(keys, menu_lines)
    menus -= _titles(keys, doc.meta.get("title", ""))
    for index, (span, role) in enumerate(zip(lines, doc.line_roles, strict=True)):
        own = role.role in ROLES
        if own or (index in menus and role.role in ("", "section")):
            why = role.why if own else "is an entry of a menu"
            message = f"“{shorten(span.of(doc.text))}” {why}, not a line of the article"
            certain = index > 0 or role.why == LABEL  # the first line may be a headline
            yield Hit(span, message, (Edit.delete_lines(doc.text, span, safe=certain),))


def _menu_lines(keys: list[str], least: int) -> set[int]:
    """The places of lines in runs of short lines among which words of menus are frequent."""
    found: set[int] = set()
    run: list[int] = []
    for index, key in enumerate((*keys, ".")):
        if 0 < len(key) <= 110 and key.count(" ") < 15 and key[-1] not in ENDINGS:
            run.append(index)
            continue
        anchors = {keys[place] for place in run if keys[place] in WORDS or keys[place] in LINES}
        if len(anchors) >= 3 and (len(run) >= least or len(anchors) == len(run)):
            found.update(place for place in run if keys[place].count(" ") < ENTRY_WORDS)
        run = []
    return found


def _titles(keys: list[str], title: str) -> set[int]:
    """The places of lines that may be the article's title, which often stands among menus."""
    known = " ".join(title.casefold().replace("’", "'").split())
    return {
        place
        for place, key in enumerate(keys)
        if key
        and key not in WORDS
        and key not in LINES
        and (place == 0 or (key.count(" ") > 1 and (key in keys[0] or key in known)))
    }
