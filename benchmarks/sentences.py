"""Our sentences beside those of sentencex, the library that the design named: right on news, and linear?

python -m benchmarks.sentences      needs sentencex, which is in the extra `dev`
"""

from __future__ import annotations

import time

import sentencex

from auditor.text.lines import line_spans
from auditor.text.sentences import sentence_spans
from tests.text.test_sentences import HARD, unmarked

SHAPES = ("“", "‘ ", "“word ", ". a", "a ")


def theirs(text: str) -> list[str]:
    """sentencex, line by line, stripped."""
    found = (piece.strip() for line in text.splitlines() for piece in sentencex.segment("en", line))
    return [piece for piece in found if piece]


def ours(text: str) -> list[str]:
    """The sentences of `auditor.text.sentences`."""
    return [span.of(text) for span in sentence_spans(text, line_spans(text))]


def main() -> None:
    """Print the share of the test bank that each gets right, and how time grows with ten times the text."""
    bank = [unmarked(case) for cases in HARD.values() for case in cases]
    bank = [(text, right) for text, right in bank if text.isprintable() or "\n" in text]
    for name, split in (("sentencex", theirs), ("ours", ours)):
        good = 0
        for text, right in bank:
            try:
                good += split(text) == right
            except UnicodeEncodeError:
                continue
        print(f"{name}: {good} of {len(bank)} hard cases")
        for shape in SHAPES:
            times = []
            for size in (10_000, 100_000):
                text = shape * (size // len(shape))
                start = time.process_time()
                split(text)
                times.append(max(time.process_time() - start, 1e-6))
            print(f"    {shape!r:<12} ten times the text costs {times[1] / times[0]:6.1f} times the time")


if __name__ == "__main__":
    main()
