"""Our findings, LanguageTool's and harper's beside the spans of human raters, on the same documents.

    python -m benchmarks.agreement --languagetool DIR --harper DIR

DIR of LanguageTool: a folder of jars of `org.languagetool:languagetool-server` and `:language-en` with what they need
(`mvn dependency:copy-dependencies`); DIR of harper: a folder in which `npm install harper.js` was done. What is not
named is left out. The documents are `mqm_wmt23_zhen_sxs` of the evaluation data.
"""

from __future__ import annotations

import argparse
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

from auditor.engine import Auditor
from auditor.span import Span
from tools.evaluation_data import ROOT, records
from tools.recall import agreement, measure_raters, share

SET = "mqm_wmt23_zhen_sxs"


@contextmanager
def language_tool(jars: Path) -> Iterator[str]:
    """A LanguageTool server with its default settings on a free loopback port; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["java", "-Xmx1g", "-cp", f"{jars}/*", "org.languagetool.server.HTTPServer", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/v2"
    try:
        for _ in range(120):
            try:
                with urlopen(f"{url}/languages", timeout=5):
                    break
            except (URLError, OSError):
                time.sleep(0.5)
        yield url
    finally:
        server.terminate()
        server.wait()


def by_language_tool(url: str, text: str) -> list[Span]:
    """The spans of all matches, from UTF-16 units to code points."""
    form = urlencode({"language": "en-US", "text": text}).encode()
    with urlopen(f"{url}/check", data=form, timeout=120) as answer:
        matches = json.load(answer)["matches"]
    units = text.encode("utf-16-le")

    def point(offset: int) -> int:
        return len(units[: 2 * offset].decode("utf-16-le"))

    return [Span(point(m["offset"]), point(m["offset"] + m["length"])) for m in matches]


def by_harper(folder: Path, documents: list[dict[str, Any]]) -> list[list[Span]]:
    """The spans of all lints, in the order of the documents."""
    lines = "".join(json.dumps({"id": d["id"], "text": d["text"]}) + "\n" for d in documents)
    script = ROOT / "benchmarks" / "peers" / "harper.mjs"
    done = subprocess.run(["node", script], input=lines, capture_output=True, text=True, cwd=folder, check=True)
    return [[Span(*span) for span in json.loads(line)["spans"]] for line in done.stdout.splitlines()]


def main() -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--languagetool", type=Path)
    parser.add_argument("--harper", type=Path)
    args = parser.parse_args()
    documents = list(records(SET))
    results = {"auditor": measure_raters(Auditor(strict=True))}
    if args.languagetool:
        with language_tool(args.languagetool) as url:
            results["LanguageTool"] = agreement([(d, by_language_tool(url, d["text"])) for d in documents])
    if args.harper:
        results["harper"] = agreement(zip(documents, by_harper(args.harper, documents), strict=True))
    print("| tool | surface spans of two raters found | findings that overlap a span of any rater |")
    print("| --- | --- | --- |")
    for tool, result in results.items():
        print(f"| {tool} | {share(*result.recall)} | {share(*result.overlapping)} |")


if __name__ == "__main__":
    main()
