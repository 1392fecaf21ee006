"""Make `auditor/grammar/jars.sha256`: the jars of `auditor/grammar/pom.xml` as Maven resolves them now.

python -m tools.make_jar_list
"""

from __future__ import annotations

import tempfile
from hashlib import sha256
from pathlib import Path

from auditor.grammar.install import resolve

TARGET = Path(__file__).resolve().parent.parent / "auditor" / "grammar" / "jars.sha256"


def main() -> None:
    """Resolve the jars into a temporary folder and write their list."""
    with tempfile.TemporaryDirectory() as folder:
        resolve(Path(folder))
        jars = sorted(Path(folder).iterdir())
        lines = [f"{sha256(jar.read_bytes()).hexdigest()}  {jar.name}\n" for jar in jars]
        size = sum(jar.stat().st_size for jar in jars)
    TARGET.write_text("".join(lines), encoding="ascii", newline="")
    print(f"{TARGET}: {len(lines)} jars, {size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
