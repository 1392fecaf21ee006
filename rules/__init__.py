"""The catalogue: one module and one page for each rule, loaded by `auditor.registry`, never imported by name."""
