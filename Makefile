# The one entry to everything. `make report` and `make test` set themselves up in .venv on a fresh machine.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
READY := $(VENV)/.ready

.PHONY: report test lint types languagetool unit offline pandas2 network test-distributed fuzz fuzz-quick docs \
	bench bench-quick bench-grammar bench-peers bench-cores bench-memory bench-distributed bench-html bench-mining \
	measure measure-boilerplate measure-grammar score rules-table slow kill clean help

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip 'setuptools>=77' wheel
	$(BIN)/python -m pip install --quiet --no-build-isolation --editable '.[grammar,report,dev]'
	touch $(READY)

report: $(READY)  ## install into .venv, audit the five seed articles, say where the report is
	$(BIN)/auditor report seeds/*.txt --out reports --rule-pages ../rules
	mkdir -p reports/cleaned && $(BIN)/auditor clean seeds/*.txt > reports/cleaned/seeds.diff
	@echo "The report: reports/report.md, reports/html/index.html"

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
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -m 'not network and not slow and not distributed' -rs

OFFLINE ?= tests
offline: $(READY)  ## the tests again with loopback only, where the system lets us make a network namespace; OFFLINE= for some
	@if unshare -rn true 2>/dev/null; then \
	  unshare -rn sh -c 'ip link set lo up 2>/dev/null; $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup \
	    -m "not network and not slow and not distributed" $(OFFLINE)'; \
	else echo "offline: this system makes no network namespace for us; left out"; fi

pandas2: $(READY)  ## the tables on pandas 2.2, in an environment of its own
	test -d .venv-pandas2 || $(PYTHON) -m venv .venv-pandas2
	.venv-pandas2/bin/python -m pip install --quiet --upgrade 'setuptools>=77' wheel 'pandas==2.2.*' pytest hypothesis
	.venv-pandas2/bin/python -m pip install --quiet --no-build-isolation --editable .
	.venv-pandas2/bin/python -m pytest tests/test_report.py tests/test_writers.py

$(VENV)/.distributed: $(READY)
	$(BIN)/python -m pip install --quiet --no-build-isolation --editable '.[spark,ray]'
	touch $@

test-distributed: $(VENV)/.distributed  ## on Spark and Ray, a worker killed meanwhile; installs both into .venv, needs Java 17
	$(BIN)/python -m pytest -m distributed tests/distributed -rs

FUZZ_STATE ?= .fuzz-state.json
INPUTS ?= 1000000
fuzz: $(READY)  ## the whole path over a million nasty inputs (INPUTS=); stopped, it goes on where it was
	$(BIN)/python -m tools.fuzz --inputs $(INPUTS) --state $(FUZZ_STATE)

fuzz-quick: $(READY)  ## the same over 20,000, from the beginning
	$(BIN)/python -m tools.fuzz --inputs 20000

DOCS := .venv-docs
$(DOCS)/.ready: pyproject.toml
	$(PYTHON) -m venv $(DOCS)
	$(DOCS)/bin/python -m pip install --quiet --upgrade pip 'setuptools>=77' wheel
	$(DOCS)/bin/python -m pip install --quiet --no-build-isolation --editable '.[docs]'
	touch $@

docs: $(DOCS)/.ready  ## build the documentation into site/, in an environment of its own; a dead link fails
	$(DOCS)/bin/python -m tools.site build

slow: $(READY)  ## the long forms of tests
	$(BIN)/python -m pytest -m slow; test $$? -eq 0 -o $$? -eq 5

rules-table: $(READY)  ## write the table in rules/README.md anew
	$(BIN)/python -m tools.rules_table

measure: $(READY)  ## every figure of the docs: gold, must-not-flag, hard negatives, clean sets
	$(BIN)/python -m tools.acceptance

measure-boilerplate: $(READY)  ## boilerplate by line on web pages, with its bounds; LIMIT=60 reads so many of each set
	$(BIN)/python -m tools.boilerplate $(if $(LIMIT),--limit $(LIMIT))

measure-grammar: $(READY)  ## noise and gain of the grammar rules with LanguageTool; LIMIT=80 reads so many of each set
	$(BIN)/python -m tools.grammar $(if $(LIMIT),--limit $(LIMIT))

score: $(READY)  ## measure, and write the figures into the rule pages, rules/README.md and docs/measured.md
	$(BIN)/python -m tools.acceptance --pages
	$(BIN)/python -m tools.recall --write
	$(BIN)/python -m tools.boilerplate --write

network: $(READY)  ## tests that need a package registry
	$(BIN)/python -m pytest -m network; test $$? -eq 0 -o $$? -eq 5

bench: $(READY)  ## cost as a multiple of re.finditer spans on the same text, and peers; writes benchmarks/README.md
	$(BIN)/python -m benchmarks.run --write
	$(BIN)/python -m benchmarks.peers --install --write

bench-peers: $(READY)  ## the auditor beside datatrove, dolma, ftfy, proselint; writes benchmarks/README.md
	$(BIN)/python -m benchmarks.peers --install --write

bench-cores: $(READY)  ## two processes beside one; writes benchmarks/README.md
	$(BIN)/python -m benchmarks.scaling --cores --write

bench-memory: $(READY)  ## peak memory over 100 MB, 1 GB and an article of 50 MB; writes benchmarks/README.md
	$(BIN)/python -m benchmarks.scaling --memory --write

bench-distributed: $(VENV)/.distributed  ## Spark and Ray beside one and two processes; writes docs/distributed.md
	$(BIN)/python -m benchmarks.distributed --passes 3 --write

bench-grammar: $(READY)  ## sentences per second beside LanguageTool as it comes, and its memory; writes docs/grammar.md
	$(BIN)/python -m benchmarks.grammar --write

bench-mining: $(READY)  ## speed and memory of `auditor mine`; writes benchmarks/README.md
	$(BIN)/python -m benchmarks.mining --write

bench-quick: $(READY)  ## the same on fewer articles, printed only
	$(BIN)/python -m benchmarks.run --articles 300 --passes 3

bench-html: $(READY)  ## the HTML report on 100,000 articles: size, memory, how soon Chromium answers
	$(BIN)/python -m benchmarks.html_report $(if $(ARTICLES),--articles $(ARTICLES)) --write

kill: $(READY)  ## kill filter runs 200 times at random, resume each, compare the outputs; RECORDS and KILLS for fewer
	$(BIN)/python -m tools.kill $(if $(RECORDS),--records $(RECORDS)) $(if $(KILLS),--kills $(KILLS))

clean:  ## take away what the targets made
	rm -rf $(VENV) .venv-pandas2 .venv-docs .venv-peers .venv-peers-dolma .fuzz-state.json site build dist *.egg-info
