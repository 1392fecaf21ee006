"""BP203 looks for what a page says to be used, not read: menus, share buttons, sign-in lines, cookie notices."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, data, rule, shorten

LINES = data(__file__, "navigation_lines")
WORDS = data(__file__, "section_names")
NETWORKS = data(__file__, "social_networks")


def _either(entries: frozenset[str]) -> str:
    """The entries as one pattern that both engines read, with any white space and either apostrophe."""
    joined = "|".join(re.escape(entry).replace("\\ ", r"[\p{Z}\p{Cc}]+") for entry in sorted(entries))
    return joined.replace("'", "['’]")


ENDINGS = frozenset(".,;")
GAP = r"[\p{Z}\p{Cc}]+"
EDGE = r"[\p{Z}\p{Cc}]*"
NETWORK = "(?:" + "|".join(re.escape(name) for name in sorted(NETWORKS, key=len, reverse=True)) + ")"
SHAPES = {
    "asks the reader to follow the site": re.compile(
        r"(?:why not )?(?:please |you can |also )*(?:follow|find|like|join|add|friend|watch|connect with) [^.?!]{1,60}?"
        rf" (?:on|via) (?:the |our |my )?{NETWORK}"
        rf"(?:(?: ?,| and| or| &| /)*(?: on| via)?(?: our| at)? (?:{NETWORK}|@[\w.]+|x\b))*"
        r"(?: (?:page|account|channel|feed))?[.!?:]?(?: [@(].{1,60}| (?:for|to) .{1,80})?"
        r"(?: (?:you can|send|if you|e-?mail|sign|subscribe|download|visit|get|or|and|please) .{1,160})?"
    ),
    "asks the reader to follow an account": re.compile(
        r"(?:you can )?follow (?:[^.?!]{1,60} )?(?:at|on|@|:)? ?(?:https?://\S+|www\.\S+|@\w+)(?: .{1,80})?"
    ),
    "is a share button": re.compile(
        r"(?:like this (?:story|article|post)\? )?(?:share|e-?mail|tweet|print|save|bookmark)"
        rf" (?:(?:this|the) (?:article|story|post|page|news|video|image|item|content|entry)\b.{{0,30}}"
        rf"|it with .{{1,30}}|this (?:on|via|with) .{{1,30}}|(?:on|via|to) (?:{NETWORK}|x|e-?mail))"
        r"|[\d.,]+k? shares"
    ),
    "is a trail of links": re.compile(
        r"(?:you are here ?:|home(?: ?page)? ?[>»›→/|]) ?.{1,100}|[^>»›]{2,30}+(?: ?[>»›] ?[^>»›]{2,60}){2,6}"
    ),
    "counts the pictures of a gallery": re.compile(
        r"(?:image|photo|slide|picture|page|gallery)s? ?\d{1,3} ?(?:of|/|of ?/) ?\d{1,3}"
        r"|\d{1,3} ?(?:of ?/| / ) ?\d{1,3}"
    ),
    "tells how long reading takes": re.compile(
        r"(?:(?:estimated )?read(?:ing)? time ?:? ?)(?:about )?\d{1,3}[ -]?min(?:ute)?s?\.?"
        r"|\d{1,3}[ -]?min(?:ute)?s?\.? (?:read|listen)"
    ),
    "is a notice about cookies": re.compile(
        r"(?:we(?: and our (?:\w+ )?partners)?|(?:this|our) (?:web ?)?sites?) (?:also )?uses? (?:\w+ )?cookies\b"
        r".{0,400}"
        r"|by (?:choosing|clicking|pressing|continuing|using|browsing|visiting|closing) .{1,100}"
        r"\b(?:cookies|privacy policy|terms of (?:use|service)|terms and conditions)\b.{0,200}"
    ),
    "is a copyright notice": re.compile(
        r"(?:copyright ?)?(?:©|\(c\)) ?.{2,140}|copyright,? (?:19|20)\d\d\b[^.]{0,80}\.?"
    ),
    "is what a player or a form says": re.compile(
        r"(?:this|the) (?:video|audio|advertisement|ad|content|media|file|page)"
        r" (?:has not loaded|hasn't loaded|is not available|is currently unavailable|cannot be played|could not be)\b"
        r".{0,80}"
        r"|your browser does not (?:currently )?support .{1,80}|please enable (?:javascript|cookies)\b.{0,100}"
        r"|(?:hear|watch|see|listen to) .{2,80} in the (?:player|video) (?:above|below)\.?"
        r"|listen to .{1,80} or listen back here\.?"
    ),
    "tells from where the page was copied": re.compile(
        r"(?:original )?(?:source|article|text|version)(?: (?:of this article|of the article))? in"
        r" (?:english|french|german|spanish|portuguese|italian|russian|arabic|chinese|japanese|korean|turkish|dutch)"
    ),
}
RESERVED = "all rights reserved"
ANY_SHAPE = re.compile("|".join(f"(?:{shape.pattern})" for shape in SHAPES.values()))
TRIGGER = "|".join(
    (
        rf"(?i)(?:^|[\r\n]){EDGE}(?:{_either(LINES | WORDS)})[\p{{Z}}\p{{Cc}}.:…>»›→!*|]*(?:$|[\r\n])",
        rf"(?:on|via){GAP}(?:the{GAP}|our{GAP}|my{GAP})?" + NETWORK.replace(r"\ ", GAP),
        r"https?:|www\.|@",
        rf"(?:^|[\r\n]){EDGE}(?:like{GAP}this{GAP}|(?:share|e-?mail|tweet|print|save|bookmark){GAP}(?:this|the|it|on|via|to){GAP})",
        rf"(?:^|[\r\n]){EDGE}[\d.,]+k?{GAP}shares",
        rf"[>»›]|(?:^|[\r\n]){EDGE}home{EDGE}(?:page)?{EDGE}[→/|]|you{GAP}are{GAP}here",
        rf"(?:^|[\r\n]){EDGE}(?:image|photo|slide|picture|page|gallery)?s?{EDGE}\d\d?\d?{EDGE}(?:of|/)",
        rf"read(?:ing)?{GAP}time|min(?:ute)?s?\.?{GAP}(?:read|listen)",
        rf"cookies|privacy{GAP}policy|terms{GAP}of{GAP}(?:use|service)|terms{GAP}and{GAP}conditions|copyright|©|\(c\)|all{GAP}rights{GAP}reserved",
        rf"(?:^|[\r\n]){EDGE}(?:this|the){GAP}(?:video|audio|advertisement|ad|content|media|file|page){GAP}"
        rf"(?:ha|is{GAP}not|is{GAP}currently|cannot|could)",
        rf"browser{GAP}does{GAP}not|enable{GAP}javascript|in{GAP}the{GAP}(?:player|video){GAP}|listen{GAP}back{GAP}here",
        rf"(?:^|[\r\n]){EDGE}(?:original{GAP})?(?:source|article|text|version){GAP}",
    )
)


@rule(
    code="BP203",
    severity=Severity.MINOR,
    trigger=TRIGGER,
    english=False,
    stable=True,
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
    for index, (span, key) in enumerate(zip(lines, keys, strict=True)):
        why = _what_it_is(key) or ("is an entry of a menu" if index in menus else "")
        if why:
            message = f"“{shorten(span.of(doc.text))}” {why}, not a line of the article"
            certain = (index not in menus or key.count(" ") < 5) and (index > 0 or _is_label(key))
            yield Hit(span, message, (Edit.delete_lines(doc.text, span, safe=certain),))


def _what_it_is(key: str) -> str:
    """What a line is for on its page, or nothing for a line of the article."""
    if _is_label(key):
        return "is a label of the page"
    if not ANY_SHAPE.fullmatch(key):
        return "is a copyright notice" if RESERVED in key[-20:] and _is_reserved(key) else ""
    return next(what for what, shape in SHAPES.items() if shape.fullmatch(key))


def _is_label(key: str) -> bool:
    """Whether a line is in the list of what pages say above and below their articles."""
    return key.rstrip(" .:…>»›→!*|") in LINES


def _is_reserved(key: str) -> bool:
    """Whether a short line ends with the words that reserve all rights."""
    return re.fullmatch(rf".{{2,100}}\b{RESERVED}\.?", key) is not None


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
            found.update(run)
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
