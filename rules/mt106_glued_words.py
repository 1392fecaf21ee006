"""MT106 looks for words that lost the space between them: “rumorsThe”, “2022in”, “PictureNATO”."""

import re
from collections import Counter
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, Span, data, lazy_pattern, lexicon, rule

FUNCTION = (
    "According|After|Although|And|As|At|Because|But|By|For|From|He|Her|His|However|If|In|It|Its|Meanwhile|On|Our"
    "|She|Since|That|The|Their|There|These|They|This|Those|To|We|What|When|While|With|You"
)
UNMISTAKABLE = (
    "According|After|Although|Because|However|Meanwhile|That|The|Their|There|These|They|This|Those|When|While"
)
AFTER_YEAR = (
    "after|and|are|as|at|but|by|for|from|had|has|he|in|is|it|of|on|she|that|the|they|to|until|was|we|were|when|which"
    "|while|who|will|with|according|against|although|because|before|during|into|its|than|their|there|through|under"
    "|According|After|And|As|At|But|For|From|He|In|It|On|She|The|There|They|This|We|When|While|With"
)
LABELS = "Caption|Credit|Image|Photo|Photograph|Picture|Video"

NOT_IN_CODE = r"(?<![^\W_])(?<![@#/.&=?:~_’'-])"
FUNCTION_GLUED = lazy_pattern(
    rf"{NOT_IN_CODE}(?P<head>[a-z]{{3,40}}|[A-Z][^\W\d_A-Z]{{2,40}})(?P<tail>{FUNCTION})(?P<next>[ \u00a0][A-Za-z])"
)
YEAR_GLUED = lazy_pattern(rf"{NOT_IN_CODE}(?<![,€$£])(?P<head>(?:19|20)\d\d)(?P<tail>{AFTER_YEAR})(?=[ \u00a0][^\W_])")
LABEL_GLUED = lazy_pattern(
    rf"(?:\A|(?<=[\r\n]))[ \t\u00a0]*(?P<label>{LABELS})(?P<word>[A-Z][^\W\d_]{{1,40}})(?![^\W_])(?![-.’']\w)"
)
NAME_GLUED = lazy_pattern(
    rf"(?:\A|(?<=[\s(“‘\"])){NOT_IN_CODE}(?P<head>[a-z]{{3,20}})(?P<tail>[A-Z][a-z]{{2,30}})(?![^\W_])(?![@/]|[.:(][^\W_])"
)
CAPITALISED = lazy_pattern(r"(?<![^\W_])[A-Z][^\W_]*")
PRODUCTS = frozenset(
    {"Booth", "Bucket", "Copier", "DNA", "Fit", "Fox", "Journalism", "LAN", "Lab", "Magick", "Net", "Op"}
)
"""What follows a label in the name of a product: ImageNet, PhotoDNA, VideoLAN."""

SMALL = r"[^\x00-\x60\x7B-\xBF\x{2000}-\x{206F}\x{3000}-\x{303F}]"
"""For the trigger: small letters, told by what they are not, because RE2 unrolls the class of all of them."""


@rule(
    code="MT106",
    severity=Severity.MAJOR,
    trigger=(
        rf"{SMALL}(?:{FUNCTION})[ \x{{A0}}][A-Za-z]|[ \x{{A0}}][a-z]{{3}}[a-z]*[A-Z][a-z]"
        rf"|(?:19|20)\p{{Nd}}\p{{Nd}}(?:{AFTER_YEAR})[ \x{{A0}}]"
        rf"|(?:\A|[\r\n])[ \t\x{{A0}}]*(?:{LABELS})[A-Z]"
    ),
    stable=True,
    finds=("mt.glued-dateline", "mt.punctuation-spacing"),
)
def glued_words(doc: Document) -> Iterator[Hit]:
    """Two words lost the space between them, where a tag or a line break stood."""
    text = doc.text
    known = _Names(text)
    glued = list(FUNCTION_GLUED.finditer(text))
    uses = Counter(match["head"] + match["tail"] for match in glued)
    for match in glued:
        if uses[match["head"] + match["tail"]] == 1 and _parts_a_sentence(match, known):
            yield _hit(match.span("head"), match.span("tail"), text)
    spelled = {match["head"] + match["tail"] for match in glued}
    names = [match for match in NAME_GLUED.finditer(text) if match["head"] + match["tail"] not in spelled]
    uses.update(match["head"] + match["tail"] for match in names)
    for match in names:
        if uses[match["head"] + match["tail"]] == 1 and _is_word_and_name(match, known):
            yield _hit(match.span("head"), match.span("tail"), text)
    for match in YEAR_GLUED.finditer(text):
        yield _hit(match.span("head"), match.span("tail"), text)
    for match in LABEL_GLUED.finditer(text):
        if match["word"] not in PRODUCTS and match["word"] in known:
            yield _hit(match.span("label"), match.span("word"), text)


class _Names:
    """The capitalised words of a text, collected when first asked for, and the cities and countries of the world."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words: set[str] | None = None

    def __contains__(self, word: str) -> bool:
        if word in data(__file__, "cities") or word in data(__file__, "countries"):
            return True
        if self._words is None:
            self._words = set(CAPITALISED.findall(self._text))
        return word in self._words


def _parts_a_sentence(match: re.Match[str], known: _Names) -> bool:
    """“rumorsThe singer”, “EuropeIn winter”; not “LinkedIn says”, whose first part is no name of the article."""
    if match["head"][0].islower():
        return match["next"][-1].islower() or match["tail"] in UNMISTAKABLE.split("|")
    if match["tail"] in UNMISTAKABLE.split("|") and match["next"][-1].islower():
        return True
    return match["head"] in known and match["next"][-1].islower()


def _is_word_and_name(match: re.Match[str], known: _Names) -> bool:
    """“presidentPutin”, “saysMartin”; not “wikiHow”, whose first part is no word that stands before names."""
    head, name = match["head"], match["tail"]
    ordinary = lexicon("function_words") | lexicon("speech_verbs") | lexicon("roles")
    if head not in ordinary and head not in data(__file__, "glued_tails") | data(__file__, "glued_tails_sure"):
        return False
    return name in known or name in data(__file__, "given_names")


def _hit(first: tuple[int, int], second: tuple[int, int], text: str) -> Hit:
    head, tail = text[slice(*first)], text[slice(*second)]
    return Hit(
        Span(first[0], second[1]),
        f"a space is missing in “{head}{tail}”, between “{head}” and “{tail}”",
        suggestion=f"{head} {tail}",
    )
