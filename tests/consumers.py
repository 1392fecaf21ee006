"""What reads the formats of CI systems, apart from our own code: schemas, parsers, and GitHub's rules for its log."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema
from defusedxml import ElementTree
from junitparser import JUnitXml, TestSuite

from tests.conftest import ROOT

Finding = tuple[str, str, int | None]
"""Path, code and line."""

UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Characters that must stand in no output as they are."""


@dataclass(frozen=True)
class Command:
    """A workflow command of GitHub Actions."""

    name: str
    properties: dict[str, str]
    data: str


@cache
def sarif_validator() -> Any:
    schema = json.loads((ROOT / "tests" / "data" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    return jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())


def sarif_run(text: str) -> dict[str, Any]:
    """The run of a log that is valid by the official schema, and by what consumers want beyond it."""
    assert_plain_json(text)
    log = json.loads(text)
    sarif_validator().validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert all(number >= 1 for number in physical.get("region", {}).values())
        uri = physical["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+|file:///[A-Za-z0-9._~/%-]+", uri)
        assert not re.search(r"(?<!\\)(?:\\\\)*[\[\]]", result["message"]["text"])  # no embedded link
    prints = [json.dumps(result["partialFingerprints"]) for result in run["results"]]
    assert len(set(prints)) == len(prints)
    assert isinstance(run, dict)
    return run


def sarif_findings(text: str, *, suppressed: bool = False) -> list[Finding]:
    return [
        (place["artifactLocation"]["uri"], result["ruleId"], place.get("region", {}).get("startLine"))
        for result in sarif_run(text)["results"]
        for place in [result["locations"][0]["physicalLocation"]]
        if bool(result["suppressions"]) == suppressed
    ]


def commands(log: str) -> list[Command]:
    """The commands that GitHub's runner would take out of a log, in both of its forms."""
    found = []
    for line in log.splitlines():
        if line.lstrip().startswith("::"):
            match = re.fullmatch(r"\s*::([^\s:]+)(?: (.*?))?::(.*)", line)
            if match:
                pairs = [pair.partition("=") for pair in (match[2] or "").split(",") if pair]
                properties = {key: unescaped(value, ":,") for key, _, value in pairs}
                found.append(Command(match[1], properties, unescaped(match[3])))
        elif match := re.search(r"##\w*\[(\w+)", line):
            found.append(Command(match[1], {}, line))
    return found


def unescaped(text: str, more: str = "") -> str:
    for sign in "\r\n" + more:
        text = text.replace(f"%{ord(sign):02X}", sign)
    return text.replace("%25", "%")


def annotated(log: str) -> list[Finding]:
    """The annotations of findings; the log holds no other command than annotations."""
    found = commands(log)
    assert {command.name for command in found} <= {"error", "warning", "notice"}
    assert not UNSEEN.search(log)
    return [
        (command.properties["file"], command.properties["title"].split()[0], int(command.properties["line"]))
        for command in found
        if not command.properties["title"].startswith("auditor: ")
    ]


def gitlab_findings(text: str) -> list[Finding]:
    assert_plain_json(text)
    issues = json.loads(text)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert issue["location"]["lines"]["begin"] >= 1
    return [
        (issue["location"]["path"], issue["check_name"].split()[0], issue["location"]["lines"]["begin"])
        for issue in issues
        if not issue["check_name"].startswith("auditor ")
    ]


def junit(text: str) -> list[TestSuite]:
    """The suites, read by junitparser; the counts are those of the cases."""
    assert not commands(text)
    assert not UNSEEN.search(text)
    suites = list(JUnitXml.fromstring(text.encode()))
    for suite in suites:
        cases = list(suite)
        kinds = [{type(result).__name__ for result in case.result} for case in cases]
        assert suite.tests == len(cases)
        assert suite.failures == sum("Failure" in kind for kind in kinds)
        assert suite.errors == sum("Error" in kind and "Failure" not in kind for kind in kinds)
    return suites


def junit_failures(text: str) -> list[tuple[str, str, str]]:
    """Suite, case and text of each failure."""
    return [
        (suite.name, case.name, result.text or "")
        for suite in junit(text)
        for case in suite
        for result in case.result
        if type(result).__name__ == "Failure"
    ]


def checkstyle_findings(text: str) -> list[Finding]:
    assert not commands(text)
    assert not UNSEEN.search(text)
    root = ElementTree.fromstring(text.encode())
    assert root.tag == "checkstyle"
    return [
        (
            file.get("name"),
            error.get("source").removeprefix("auditor."),
            int(error.get("line")) if error.get("line") else None,
        )
        for file in root
        for error in file
        if not error.get("source").startswith("auditor.problem.")
    ]


def rdjson_findings(text: str) -> list[Finding]:
    assert_plain_json(text)
    result = json.loads(text)
    assert set(result) == {"source", "diagnostics"}
    for diagnostic in result["diagnostics"]:
        assert set(diagnostic) <= {"message", "location", "severity", "code", "suggestions"}
        assert diagnostic["severity"] in ("ERROR", "WARNING", "INFO")
    return [
        (
            each["location"]["path"],
            each["code"]["value"],
            each["location"].get("range", {}).get("start", {}).get("line"),
        )
        for each in result["diagnostics"]
        if not each["code"]["value"].startswith("problem-")
    ]


def assert_plain_json(text: str) -> None:
    """The JSON is ASCII, holds no command of a log, and no string that is not valid Unicode."""
    assert text.isascii()
    assert not commands(text)
    assert not UNSEEN.search("".join(strings(json.loads(text))).replace("\n", "").replace("\r", "").replace("\t", ""))


def strings(value: object) -> list[str]:
    """All strings but what is to be put into a file, which must be exact."""
    if isinstance(value, dict):
        shown = {key: item for key, item in value.items() if key not in ("suggestions", "fixes")}
        return [part for key, item in shown.items() for part in (key, *strings(item))]
    if isinstance(value, list):
        return [part for item in value for part in strings(item)]
    return [value] if isinstance(value, str) else []
