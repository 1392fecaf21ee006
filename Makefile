# The one entry to everything. `make report` and `make test` set themselves up in .venv on a fresh machine.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
READY := $(VENV)/.ready

.PHONY: report test lint types unit network bench bench-quick measure score rules-table reports fuzz clean help

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip 'setuptools>=77' wheel
	$(BIN)/python -m pip install --quiet --no-build-isolation --editable '.[grammar,dev]'
	touch $(READY)

report: $(READY)  ## install into .venv, audit the five seed articles, say where the report is
	$(BIN)/auditor report seeds/*.txt --out reports/latest
	@echo "The report: reports/latest/report.md"

test: lint types unit  ## everything that must be green: ruff, mypy --strict, pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

unit: $(READY)
	$(BIN)/python -m pytest -n $(JOBS) -m 'not network and not slow'

slow: $(READY)  ## the long forms of tests
	$(BIN)/python -m pytest -m slow

reports: $(READY)  ## write reports/seeds anew; its diff is a diff of behaviour
	$(BIN)/python -m tools.seed_report

rules-table: $(READY)  ## write the table in rules/README.md anew
	$(BIN)/python -m tools.rules_table

measure: $(READY)  ## every figure of the docs: gold, must-not-flag, hard negatives, clean sets
	$(BIN)/python -m tools.acceptance

bench: $(READY)  ## cost as a multiple of re.finditer spans on the same text; writes benchmarks/README.md
	$(BIN)/python -m benchmarks.run --write

bench-quick: $(READY)  ## the same on fewer articles, printed only
	$(BIN)/python -m benchmarks.run --articles 300 --passes 3

clean:
	rm -rf $(VENV) build dist *.egg-info reports/latest
