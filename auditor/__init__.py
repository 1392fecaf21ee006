"""auditor finds translation artifacts, boilerplate and readability problems in English articles.

    import auditor
    audit = auditor.audit("The tanks left. and came back.")
    for finding in audit.findings:
        print(finding.code, finding.excerpt, finding.message)

Names are loaded when first used, so that `auditor --help` starts without the libraries behind them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor._version import __version__

if TYPE_CHECKING:
    from auditor.config import Config, Policy
    from auditor.document import Document
    from auditor.engine import Audit, Auditor
    from auditor.errors import AuditorError
    from auditor.finding import Edit, Finding, Hit, Severity
    from auditor.report import Report
    from auditor.span import Span

_HOMES = {
    "Audit": "engine",
    "Auditor": "engine",
    "AuditorError": "errors",
    "Config": "config",
    "Document": "document",
    "Edit": "finding",
    "Finding": "finding",
    "Hit": "finding",
    "Policy": "config",
    "Report": "report",
    "Severity": "finding",
    "Span": "span",
}

__all__ = [
    "Audit",
    "Auditor",
    "AuditorError",
    "Config",
    "Document",
    "Edit",
    "Finding",
    "Hit",
    "Policy",
    "Report",
    "Severity",
    "Span",
    "__version__",
    "audit",
]


def audit(text: str, config: Config | None = None) -> Audit:
    """Audit one text with the default rules, or those of a configuration.

    Loads the rules anew at each call; for many articles make one `Auditor` and keep it.
    """
    from auditor.engine import Auditor

    with Auditor(config) as auditor:
        return auditor.audit(text)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"auditor.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'auditor' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
