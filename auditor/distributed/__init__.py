"""Distributed: audits of tables that an engine holds, on as many machines as it has; `audit_frame` is what they share.

    from auditor.distributed import audit_frame, frame_table
    audited = audit_frame(frame)              # pandas: a row for each article, its findings in it
    findings = frame_table(audited, "findings")

`audit_spark` and `spark_table` are the same for PySpark, `audit_ray` and `ray_table` for Ray Data. The engine shares
out the work and does again what was lost. Names are loaded when first used: neither engine is needed for the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auditor.distributed.frames import audit_frame, frame_table
    from auditor.distributed.ray_data import audit_ray, ray_table
    from auditor.distributed.spark import audit_spark, spark_table

_HOMES = {
    "audit_frame": "frames",
    "audit_ray": "ray_data",
    "audit_spark": "spark",
    "frame_table": "frames",
    "ray_table": "ray_data",
    "spark_table": "spark",
}

__all__ = ["audit_frame", "audit_ray", "audit_spark", "frame_table", "ray_table", "spark_table"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"auditor.distributed.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'auditor.distributed' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
