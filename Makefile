# The one entry to everything. `make report` and `make test` set themselves up in .venv on a fresh machine.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
READY := $(VENV)/.ready

.PHONY: report test lint types languagetool unit offline pandas2 network bench bench-quick bench-grammar measure \
	measure-grammar score rules-table slow kill clean help

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip 'setuptools>=77' wheel
	$(BIN)/python -m pip install --quiet --no-build-isolation --editable '.[grammar,dev]'
	touch $(READY)

report: $(READY)  ## install into .venv, audit the five seed articles, say where the report is
	$(BIN)/auditor report seeds/*.txt --out reports
	@echo "The report: reports/report.md"

test: lint types languagetool unit  ## everything that must be green: ruff, mypy --strict, pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

languagetool: $(READY)  ## get LanguageTool for the grammar tests, where there is Java and Maven
	@if command -v java >/dev/null && command -v mvn >/dev/null; then \
	  $(BIN)/auditor grammar install || echo "languagetool: not installed, the grammar tests will be skipped"; \
	else echo "languagetool: no Java or no Maven (mvn) here, the grammar tests will be skipped"; fi

unit: $(READY)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -m 'not network and not slow' -rs

offline: $(READY)  ## the tests again with loopback only, where the system lets us make a network namespace
	@if unshare -rn true 2>/dev/null; then \
	  unshare -rn sh -c 'ip link set lo up 2>/dev/null; $(BIN)/python -m pytest -n $(JOBS) -m "not network and not slow" \
	    --dist loadgroup tests/test_cli.py tests/test_engine.py tests/text tests/test_report.py tests/test_stream.py \
	    tests/grammar/test_tier.py tests/grammar/test_client.py'; \
	else echo "offline: this system makes no network namespace for us; left out"; fi

pandas2: $(READY)  ## the tables on pandas 2.2, in an environment of its own
	test -d .venv-pandas2 || $(PYTHON) -m venv .venv-pandas2
	.venv-pandas2/bin/python -m pip install --quiet --upgrade 'setuptools>=77' wheel 'pandas==2.2.*' pytest hypothesis
	.venv-pandas2/bin/python -m pip install --quiet --no-build-isolation --editable .
	.venv-pandas2/bin/python -m pytest tests/test_report.py tests/test_writers.py

slow: $(READY)  ## the long forms of tests
	$(BIN)/python -m pytest -m slow; test $$? -eq 0 -o $$? -eq 5

rules-table: $(READY)  ## write the table in rules/README.md anew
	$(BIN)/python -m tools.rules_table

measure: $(READY)  ## every figure of the docs: gold, must-not-flag, hard negatives, clean sets
	$(BIN)/python -m tools.acceptance

measure-grammar: $(READY)  ## noise and gain of the grammar rules with LanguageTool; LIMIT=80 reads so many of each set
	$(BIN)/python -m tools.grammar $(if $(LIMIT),--limit $(LIMIT))

score: $(READY)  ## measure, and write the figures into the rule pages, rules/README.md and docs/measured.md
	$(BIN)/python -m tools.acceptance --pages
	$(BIN)/python -m tools.recall --write

network: $(READY)  ## tests that need a package registry
	$(BIN)/python -m pytest -m network; test $$? -eq 0 -o $$? -eq 5

bench: $(READY)  ## cost as a multiple of re.finditer spans on the same text; writes benchmarks/README.md
	$(BIN)/python -m benchmarks.run --write

bench-grammar: $(READY)  ## sentences per second beside LanguageTool as it comes, and its memory; writes docs/grammar.md
	$(BIN)/python -m benchmarks.grammar --write

bench-quick: $(READY)  ## the same on fewer articles, printed only
	$(BIN)/python -m benchmarks.run --articles 300 --passes 3

kill: $(READY)  ## kill filter runs 200 times at random, resume each, compare the outputs; RECORDS and KILLS for fewer
	$(BIN)/python -m tools.kill $(if $(RECORDS),--records $(RECORDS)) $(if $(KILLS),--kills $(KILLS))

clean:  ## take away what the targets made
	rm -rf $(VENV) .venv-pandas2 build dist *.egg-info
