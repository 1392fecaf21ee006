"""Write the table of all rules into `rules/README.md`, between its two markers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from auditor.registry import load_page, load_rules
from auditor.rule import Rule

BEGIN = "<!-- table of all rules: written by `make rules-table` -->"
END = "<!-- end of the table -->"


def table(rules: Sequence[Rule]) -> str:
    """The Markdown table: code with a link to its page, name, severity, stable or preview, what it finds."""
    rows = ["| code | name | severity | state | finds | measured |", "| --- | --- | --- | --- | --- | --- |"]
    for rule in rules:
        page = f"{rule.code.lower()}_{rule.name.replace('-', '_')}.md"
        state = "stable" if rule.stable else "preview"
        measured = load_page(rule).measured.partition("\n")[0]
        rows.append(
            f"| [{rule.code}]({page}) | {rule.name} | {rule.severity} | {state} | {rule.summary} | {measured} |"
        )
    return "\n".join(rows)


def main() -> None:
    """Rewrite the table in place."""
    path = Path(__file__).resolve().parent.parent / "rules" / "README.md"
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n\n{table(load_rules())}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
