"""Line roles: what each line of a text is for on the page that it was copied from, and what told so.

Three kinds of evidence, in this order. *Lexicon*: the whole line is in one of five word lists (`lexicons/`). *Shape*:
the whole line is of a form that only a page's machinery has (`SHAPES`). *Position*: the line stands before, after or
within the article's body among lines of the first two kinds. The body is the stretch of lines with the greatest sum
when a paragraph counts by its words and a short line against it: body text extraction after A. Finn, N. Kushmerick
and B. Smyth, Fact or fiction, 2001. Numbers were set on pages by hand, few of them, each with its reason beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from auditor.text.lexicon import lexicon

LISTS = (
    ("navigation", "navigation_lines", "is a label of the page"),
    ("comment", "comment_prompts", "asks for a comment"),
    ("promotion", "promotions", "promotes the site"),
    ("related", "related_lines", "is a heading over links to other articles"),
    ("section", "section_names", "is a word of a menu"),
)
"""Roles that a list of whole lines gives: role, list, what such a line does. The first list that has a line counts."""

LISTED = frozenset(role for role, _, _ in LISTS) - {"section"}
"""Roles of lists whose lines are no part of an article wherever they stand; a word of a menu may be a sub-heading."""

MARKS = " .:…>»›→!*|+▶►•·–—-"
"""Marks before and after the words of a line, that bullets, arrows and leaders leave."""

ROW_STARTS = frozenset(
    (
        "about",
        "account",
        "advertise",
        "close",
        "comment",
        "comments",
        "contact",
        "contact us",
        "cookies",
        "email",
        "facebook",
        "flipboard",
        "google",
        "home",
        "instagram",
        "like",
        "linkedin",
        "log in",
        "login",
        "menu",
        "most popular",
        "most read",
        "most shared",
        "news",
        "next",
        "no",
        "no thanks",
        "pinterest",
        "prev",
        "previous",
        "print",
        "privacy",
        "privacy policy",
        "reddit",
        "register",
        "reply",
        "report",
        "save",
        "search",
        "share",
        "sign in",
        "sign up",
        "submit",
        "subscribe",
        "terms",
        "terms of use",
        "tumblr",
        "tweet",
        "twitter",
        "whatsapp",
        "yes",
        "youtube",
    )
)
"""What the first two entries of a row of buttons on one line are: “Facebook Twitter Email”, “Subscribe No thanks”."""

ROW_STARTS_FIRST = 2
LONGEST_BUTTON = 4
ROW_WORDS = 12
"""How many words a button has at most, and a row of them."""

LONGEST = 600
"""Characters of the longest line that is looked at; none of the shapes is longer."""

NETWORKS = (
    "apple podcasts",
    "bluesky",
    "facebook",
    "flipboard",
    "google news",
    "google+",
    "instagram",
    "linkedin",
    "mastodon",
    "messenger",
    "pinterest",
    "reddit",
    "snapchat",
    "soundcloud",
    "spotify",
    "telegram",
    "threads",
    "tiktok",
    "tumblr",
    "twitter",
    "weibo",
    "whatsapp",
    "youtube",
)
"""Places where a site asks to be followed."""

NETWORK = "(?:" + "|".join(map(re.escape, NETWORKS)) + ")"

SHAPES = {
    "asks the reader to follow the site": (
        "follow",
        (
            r"(?:why not )?(?:please |you can |also"
            r" )*(?:follow|find|like|join|add|friend|watch|connect with) [^.?!]{1,60}?"
            rf" (?:on|via) (?:the |our |my )?{NETWORK}"
            rf"(?:(?: ?,| and| or| &| /)*(?: on| via)?(?: our| at)? (?:{NETWORK}|@[\w.]+|x\b))*"
            r"(?: (?:page|account|channel|feed))?[.!?:]?(?: [@(].{1,60}| (?:for|to) .{1,80})?"
            r"(?: (?:you can|send|if you|e-?mail|sign|subscribe|download|visit|get|or|and|please) .{1,160})?"
        ),
    ),
    "asks the reader to follow an account": (
        "follow",
        (r"(?:you can )?follow (?:[^.?!]{1,60} )?(?:at|on|@|:)? ?(?:https?://\S+|www\.\S+|@\w+)(?: .{1,80})?"),
    ),
    "is a share button": (
        "share",
        (
            r"(?:like this (?:story|article|post)\? )?(?:share|e-?mail|tweet|print|save|bookmark)"
            rf" (?:(?:this|the) (?:article|story|post|page|news|video|image|item|content|entry)\b.{{0,30}}"
            rf"|it with .{{1,30}}|this (?:on|via|with) .{{1,30}}|(?:on|via|to) (?:{NETWORK}|x|e-?mail))"
            r"|[\d.,]+k? shares"
        ),
    ),
    "is a trail of links": (
        "trail",
        (r"(?:you are here ?:|home(?: ?page)? ?[>»›→/|]) ?.{1,100}|[^>»›]{2,30}+(?: ?[>»›] ?[^>»›]{2,60}){2,6}"),
    ),
    "counts the pictures of a gallery": (
        "gallery",
        (
            r"(?:image|photo|slide|picture|page|gallery)s? ?\d{1,3} ?(?:of|/|of ?/) ?\d{1,3}"
            r"|\d{1,3} ?(?:of ?/| / ) ?\d{1,3}"
        ),
    ),
    "tells how long reading takes": (
        "reading-time",
        (
            r"(?:(?:estimated )?read(?:ing)? time ?:? ?)(?:about )?\d{1,3}[ -]?min(?:ute)?s?\.?"
            r"|\d{1,3}[ -]?min(?:ute)?s?\.? (?:read|listen)"
        ),
    ),
    "is a notice about cookies": (
        "consent",
        (
            r"(?:we(?: and our (?:\w+ )?partners)?|(?:this|our) (?:web ?)?sites?) (?:also )?uses? (?:\w+ )?cookies\b"
            r".{0,400}"
            r"|by"
            r" (?:choosing|clicking|pressing|continuing|using|browsing|visiting|closing|signing|subscribing) .{1,100}"
            r"\b(?:cookies|privacy policy|privacy notice|terms of (?:use|service)|terms and conditions)\b.{0,200}"
        ),
    ),
    "is a copyright notice": (
        "copyright",
        r"(?:copyright ?)?(?:©|\(c\)) ?.{2,140}|copyright,? (?:19|20)\d\d\b[^.]{0,80}\.?"
        r"|(?:this|the|our) (?:material|content|story|article|report)s? (?:.{2,60} )?may not be"
        r" (?:published|reproduced|reprinted|copied|redistributed|broadcast|used|republished)\b.{0,200}",
    ),
    "is what a player or a form says": (
        "player",
        (
            r"(?:this|the) (?:video|audio|advertisement|ad|content|media|file|page)"
            r" (?:has not loaded|hasn't loaded|is not available|is currently unavailable|cannot be"
            r" played|could not be)\b"
            r".{0,80}"
            r"|your browser (?:does not|doesn't) (?:currently )?support .{1,80}|please enable"
            r" (?:javascript|cookies)\b.{0,100}"
            r"|(?:hear|watch|see|listen to) .{2,80} in the (?:player|video) (?:above|below)\.?"
            r"|listen to .{1,80} or listen back here\.?"
        ),
    ),
    "tells from where the page was copied": (
        "source",
        (
            r"(?:original )?(?:source|article|text|version)(?: (?:of this article|of the article))? in"
            r" (?:english|french|german|spanish|portuguese|italian|russian|arabic|chinese|japanese|korean|turkish)"
        ),
    ),
    "is the address of a page": (
        "source",
        r"(?:https?://|www\.)\S{4,300}|[\w.-]{2,60}\.(?:com|org|net|co\.uk)/\S{0,200}|our standards ?: ?.{4,80}",
    ),
    "tells where an article was published first": (
        "source",
        r"the post .{2,200} (?:appeared first|first appeared) on .{2,80}"
        r"|(?:read|see|view) (?:the )?original (?:article|story|post|version)(?: (?:on|at|in) .{2,60})?",
    ),
    "is an address or a number to reach somebody": (
        "contact",
        r"@\w{2,30}|[^\s@]{1,40}@[^\s@]{1,40}\.[a-z]{2,10}"
        r"|(?:e-?mail|twitter|facebook|instagram|website|web)s? ?: ?\S{2,80}"
        r"|(?:phone|tel(?:ephone)?|fax|call us|toll[- ]free)\.? ?:? ?[+(]?[\d() .-]{7,25}",
    ),
    "counts comments": (
        "comment",
        (
            r"(?:(?:show|view|read|see|load|hide|post) (?:all |the )?)?[\d.,]+k? (?:new )?comments?"
            r"|(?:show |view |read |see |post |new )*comments? ?\([+\d]+\)|no comments"
            r"|(?:\d+|one|two|three) (?:thoughts?|comments?|responses?|repl(?:y|ies)) (?:on|to) [“\"‘'«].{2,200}"
        ),
    ),
    "asks for a comment": (
        "comment",
        (
            r"leave a (?:comment|reply|response)(?: on [“\"‘'«].{2,80}| to .{2,80} cancel reply| cancel reply)?"
            r"|your e-?mail address will not be .{2,60}"
        ),
    ),
    "tells the reader how to fill a form": (
        "comment",
        (
            r"please include (?:a|your) (?:contact |telephone |phone |full )?(?:number|name|details|address)\b.{0,200}"
            r"|if you are reading this page (?:and|but) (?:can't|cannot|can not) see the form.{0,300}"
        ),
    ),
    "tells what became of a form": (
        "form",
        (
            r"(?:please,? )?(?:fill (?:in |out )?|complete |submit )(?:the|this) (?:form|fields?)\b.{0,100}"
            r"|(?:thank you|thanks)(?: so much)?(?: for (?:subscribing|signing up|registering|joining|watching|reading"
            r"|your (?:comment|submission|interest|feedback))| your .{2,40} has been .{2,40})?[.!]*"
            r"|you have (?:been )?succ?ess?fully (?:subscribed|unsubscribed|signed|registered|logged)\b.{0,80}"
            r"|an? (?:confirmation )?e-?mail (?:with .{2,40} )?(?:has|was|will be) (?:just"
            r" )?(?:been )?sent to you.{0,120}"
            r"|(?:please )?(?:verify|confirm|enter|re-?enter) (?:your|a valid) (?:e-?mail|password|username|inbox|name"
            r"|account|zip code|phone number)\b.{0,60}"
            r"|your (?:e-?mail|username|password|comment|account|message|subscription|session)(?: address)?"
            r" (?:has been|is already|is invalid|is required|was|is not|will be|must|has expired) .{2,100}"
            r"|th(?:is|e) (?:article|story|page|e-?mail) has been"
            r" (?:sent|saved|e-?mailed|shared|added) (?:to|by)\b.{0,80}"
            r"|(?:already|don't|do not) have an account\? ?.{0,60}|(?:already|not) a (?:member|subscriber)\? ?.{0,60}"
            r"|no spam[,.] .{2,160}|(?:you can|to) unsubscribe .{2,120}"
            r"|.{0,100}\bplease click here to (?:delete|confirm|activate|log ?in|sign ?in|register|cancel) .{2,80}"
        ),
    ),
    "lists the topics of the article": (
        "tags",
        (
            r"(?:(?:article |related |story |hash)?tags?|(?:related |key |more )?topics?|filed under|filed in|posted in"
            r"|posted on|published in|keywords?|categor(?:y|ies)|section|in this (?:article|story)"
            r"|topics in this (?:article|story)) ?[:>|»] ?[^.!?:]{2,200}"
        ),
    ),
    "tells how long ago the page was published": (
        "time",
        (
            r"(?:(?:first |last |originally )?(?:published|updated|posted|modified|added):? )?"
            r"(?:about |over |almost )?(?:\d{1,2}|an?|one|two|three)"
            r" (?:second|sec|minute|min|hour|hr|day|week|wk|month|mo|year|yr)s? ago"
        ),
    ),
}
"""What a line does, by its shape: the role, and a pattern for the whole line as `Document.line_keys` has it.
They are compiled when the first line is looked at."""

RESERVED = re.compile(r".{0,100}\ball rights reserved\.?")

WEAK = re.compile(
    r"[\d.,]{1,9}k?|by(?: \S+){1,5}|\d{1,3} of \d{1,3}|(?:mon|tues|wednes|thurs|fri|satur|sun)?(?:day)?,? ?"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d\d\b.{0,30}"
    r"|\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,? (?:19|20)\d\d\b.{0,30}"
)
"""Lines that pages hold and articles too: counters, authors, dates. They count as neighbours, never by themselves."""

SENTENCE_WORDS = 9
"""A line of so many words with a stop at its end is a sentence; shorter ones are also captions and teasers."""

TITLE_WORDS = 4
"""A line of fewer words is a menu's sooner than a title."""

PARAGRAPH_WORDS = 20
"""A line of so many words is a paragraph, whatever its end."""

FEW = 3
"""So many lines of the page must stand before, or after, the body before their neighbours are called by position."""

SURE = 2
"""So many of them must be entries of a list other than that of the words of menus."""

NEAR = 12
"""How many lines away from one of them a neighbour may stand: a list of teasers is seldom longer. Between the body and
the first of them (or the last) it is three, and whole sentences there are the article's."""

ROW_FIRST = frozenset(start.partition(" ")[0] for start in ROW_STARTS)

SHAPE_FIRST = frozenset(
    (
        "a",
        "about",
        "added",
        "address",
        "advertisement",
        "almost",
        "already",
        "an",
        "article",
        "ask",
        "audio",
        "author",
        "bookmark",
        "by",
        "call",
        "categories",
        "category",
        "check",
        "comment",
        "comments",
        "complete",
        "confirm",
        "connect",
        "content",
        "copyright",
        "count",
        "did",
        "do",
        "does",
        "don't",
        "e-mail",
        "email",
        "enter",
        "estimated",
        "facebook",
        "fax",
        "file",
        "filed",
        "fill",
        "find",
        "first",
        "follow",
        "friend",
        "gallery",
        "hashtag",
        "hashtags",
        "hear",
        "hide",
        "home",
        "homepage",
        "if",
        "image",
        "images",
        "in",
        "instagram",
        "join",
        "key",
        "keyword",
        "keywords",
        "last",
        "leave",
        "like",
        "listen",
        "load",
        "media",
        "modified",
        "more",
        "my",
        "new",
        "no",
        "not",
        "one",
        "original",
        "originally",
        "our",
        "over",
        "page",
        "pages",
        "phone",
        "photo",
        "photos",
        "picture",
        "pictures",
        "please",
        "post",
        "posted",
        "print",
        "published",
        "re-enter",
        "read",
        "reading",
        "reenter",
        "related",
        "reproduction",
        "save",
        "section",
        "see",
        "share",
        "show",
        "slide",
        "slides",
        "source",
        "story",
        "submit",
        "tag",
        "tags",
        "tel",
        "telephone",
        "text",
        "thank",
        "thanks",
        "the",
        "this",
        "three",
        "to",
        "toll",
        "toll-free",
        "topic",
        "topics",
        "tweet",
        "twitter",
        "two",
        "update",
        "updated",
        "verify",
        "version",
        "video",
        "view",
        "watch",
        "we",
        "web",
        "website",
        "websites",
        "why",
        "you",
        "your",
    )
)
"""First words of the shapes that begin with a word; a test compares the roles with and without this first look."""

SHAPE_MARKS = frozenset("0123456789@©(.,")

MOST_WORDS = 40
SHORT_LINE = 12
PAGE_LINE = 25
"""What a paragraph counts for the body at most, and a short line and a line of the page against it. The figures on
pages stayed within one point for 6 to 20 and for 25 to 50."""


class LineRole(NamedTuple):
    """What a line is for, and what told so.

    role: empty for a line of the article; otherwise a role of `LISTS` or `SHAPES`, or `frame` for a line told by its
    position. why: what the line does, as the end of a sentence. basis: `lexicon`, `row`, `shape` or `position`.
    place: `top`, `body` or `tail`, for position. neighbours: how many lines of the page stand there, for position.
    """

    role: str
    why: str
    basis: str
    place: str = ""
    neighbours: int = 0


NOTHING = LineRole("", "", "")


@cache
def labels() -> dict[str, LineRole]:
    """Every entry of the lists, without marks at its ends, with the role that it gives."""
    found: dict[str, LineRole] = {}
    for role, name, why in LISTS:
        given = LineRole(role, why, "lexicon")
        for entry in lexicon(name):
            found.setdefault(entry.strip(MARKS) or entry, given)
    return found


def _is_row(key: str) -> bool:
    """Whether a line is made of labels only, the first two of which pages put side by side."""
    words = [word for word in key.split(" ") if word.strip("|/·•,-–—›»>")]
    known, found, place = labels(), 0, 0
    while place < len(words):
        for size in range(min(LONGEST_BUTTON, len(words) - place), 0, -1):
            label = " ".join(words[place : place + size])
            if label in (known if found >= ROW_STARTS_FIRST else ROW_STARTS):
                found += 1
                place += size
                break
        else:
            return False
    return found >= ROW_STARTS_FIRST


@cache
def _any_shape() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{shape})" for _, shape in SHAPES.values()))


@cache
def _shapes() -> tuple[tuple[LineRole, re.Pattern[str]], ...]:
    return tuple((LineRole(role, why, "shape"), re.compile(shape)) for why, (role, shape) in SHAPES.items())


def _may_have_shape(key: str, first: str) -> bool:
    """A first look that spares most lines the shapes: its first word, one of a few marks, or no space at all."""
    return (
        first.strip(":,.|>!?") in SHAPE_FIRST
        or key[0] in SHAPE_MARKS
        or ">" in key
        or "»" in key
        or "›" in key
        or first == key
    )


def own_role(key: str, known: Mapping[str, LineRole] | None = None) -> LineRole:
    """The role that a line's words alone give: by a list, or by its shape.

    key: a line as `Document.line_keys` has it. known: `labels()`, where a caller has them at hand.
    Never raises; time is linear in the length, which is bounded.
    """
    if not key or len(key) > LONGEST:
        return NOTHING
    role = (known or labels()).get(key.strip(MARKS))
    if role is not None:
        return role
    first = key.partition(" ")[0]
    if first in ROW_FIRST and 0 < key.count(" ") < ROW_WORDS and _is_row(key):
        return LineRole("navigation", "is a row of buttons or menu words", "row")
    if _may_have_shape(key, first) and _any_shape().fullmatch(key):
        return next(role for role, shape in _shapes() if shape.fullmatch(key))
    if "all rights reserved" in key[-21:] and RESERVED.fullmatch(key):
        return LineRole("copyright", "is a copyright notice", "shape")
    return NOTHING


def line_roles(keys: Sequence[str], title: str = "") -> list[LineRole]:
    """The role of each line.

    keys: the filled lines as `Document.line_keys` has them (empty for a line that is too long to look up).
    title: the article's title where it is known; it and the first line are called nothing by position.
    Never raises; time is linear in the number of lines, apart from the search for the title in them.
    """
    known = labels()
    own = [own_role(key, known) for key in keys]
    if not any(role.role in LISTED and role.basis == "lexicon" for role in own):
        return own
    return _with_neighbours(keys, own, " ".join(title.casefold().replace("’", "'").split()))


def _with_neighbours(keys: Sequence[str], own: list[LineRole], title: str) -> list[LineRole]:
    """The roles with those that lines have by their position."""
    words = [key.count(" ") + 1 if key else MOST_WORDS for key in keys]
    page = [bool(role.role) or WEAK.fullmatch(key) is not None for key, role in zip(keys, own, strict=True)]
    prose = [
        not mine and (count >= PARAGRAPH_WORDS or (count >= SENTENCE_WORDS and _ends(key)))
        for key, count, mine in zip(keys, words, page, strict=True)
    ]
    titles = {
        place
        for place, key in enumerate(keys)
        if place == 0 or (key.count(" ") > 1 and not own[place].role and (key in keys[0] or (title and key in title)))
    }
    first, last = _body(words, prose, page)
    roles = list(own)
    for place, start, end in (("top", 0, first), ("tail", last, len(keys))):
        called = _called(keys, own, page, start, end)
        if not called:
            continue
        head, heading = _heading(titles, own, first) if place == "top" else (len(keys), 0)
        for line in range(start, end):
            beside = line > called[-1] if place == "top" else line < called[0]
            reach = FEW if beside else NEAR
            near = any(page[max(0, line - reach) : line + reach + 1]) and not (beside and _ends(keys[line]))
            standfirst = line > head and words[line] >= heading
            sentence = prose[line] and (place == "top" or words[line] >= PARAGRAPH_WORDS)
            free = own[line].role in ("", "section") and line not in titles
            if near and free and not sentence and not standfirst:
                roles[line] = _framed(place, len(called))
    line = first
    while line < last:
        start = line
        while line < last and not prose[line]:
            line += 1
        called = _called(keys, own, page, start, line)
        for inside in range(start, line) if called else ():
            free = own[inside].role in ("", "section") and inside not in titles
            if free and words[inside] < SENTENCE_WORDS:
                roles[inside] = _framed("body", len(called))
        line += 1
    return roles


def _heading(titles: set[int], own: Sequence[LineRole], first: int) -> tuple[int, int]:
    """After which line before the body lines of how many words may be the title or the standfirst.

    Where the title stands once more before the body, or is the line before it, it is known. Otherwise one of the lines
    close to the body may be the title, and titles have four words and more.
    """
    known = max((line for line in titles if 0 < line < first), default=0)
    if known or (first <= FEW and not own[0].role):
        return known, SENTENCE_WORDS
    return first - NEAR, TITLE_WORDS


def _framed(place: str, neighbours: int) -> LineRole:
    where = {"top": "before the article", "tail": "after the article", "body": "in a block within the article"}[place]
    return LineRole("frame", f"stands {where}, among {neighbours} lines of the page", "position", place, neighbours)


def _called(keys: Sequence[str], own: Sequence[LineRole], page: Sequence[bool], start: int, end: int) -> list[int]:
    """The lines of the page in a stretch, if they are enough to call their neighbours by them; otherwise none.

    Lines that come again and again count once, since articles repeat lines too (“Buy now” under each of ten presents).
    Two of them must have their role from a list of lines that no article has.
    """
    found = [line for line in range(start, end) if page[line]]
    if len(found) < FEW or len(found) * NEAR < end - start:
        return []
    sure = {keys[line] for line in found if own[line].basis == "lexicon" and own[line].role in LISTED}
    return found if len(sure) >= SURE and len({keys[line] for line in found}) >= FEW else []


def _ends(key: str) -> bool:
    """Whether a line ends as a sentence does."""
    return key.rstrip("\"”'’)»")[-1:] in (".", "?", "!")


def _body(words: Sequence[int], prose: Sequence[bool], page: Sequence[bool]) -> tuple[int, int]:
    """The first line of the article's body and the one after its last: the stretch with the greatest sum."""
    best = total = start = 0
    body = (0, 0)
    for line, (count, paragraph, mine) in enumerate(zip(words, prose, page, strict=True)):
        if total <= 0:
            total, start = 0, line
        total += min(count, MOST_WORDS) if paragraph else -PAGE_LINE if mine else -SHORT_LINE
        if total > best:
            best, body = total, (start, line + 1)
    return body
