# make plan     plan the bundled Sarpsborg instance into reports/sarpsborg-2026/
# make test     all tests
# make lint     style, format, types, imports
# make docs     rules, problems and JSON Schemas in docs/ anew from the code
# make reports  the example in reports/sarpsborg/ anew
# make benchmarks  docs/benchmarks.md anew: every contender on every size, one after another; hours
# make release  dist/ALIS-….zip: everything that starts without network, for Windows, macOS and Linux (docs/release.md)
# The first call makes .venv with Python 3.11 to 3.14, the next ones use it. PYTHON=python3.13 names another than python3.

PYTHON ?= python3
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
BIN := .venv/bin
READY := .venv/.ready
PAGES := scheduler/web/static/built/timeline.js

.PHONY: plan test lint docs reports benchmarks release

plan: $(READY)
	$(BIN)/alis plan

test: $(READY) $(PAGES)
	$(BIN)/pytest -n 2

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(READY)
	$(BIN)/python docs/generate.py

reports: $(READY)
	rm -rf reports/sarpsborg
	$(BIN)/alis plan instances/sarpsborg.toml -o reports/sarpsborg
	$(BIN)/alis gantt reports/sarpsborg/plan.json --by arena
	$(BIN)/alis gantt reports/sarpsborg/plan.json --by group
	$(BIN)/alis convert --force instances/sarpsborg.toml reports/sarpsborg/instance.xlsx
	$(BIN)/alis documents reports/sarpsborg/plan.json -o reports/sarpsborg/documents --candidate A06 --candidate A08

benchmarks: $(READY)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[benchmarks]'
	$(BIN)/python -m benchmarks run

release: $(READY) $(PAGES)
	$(BIN)/python release/build.py

$(READY): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -c '$(FITS)' 2>/dev/null || { \
	  echo "Python 3.11 to 3.14 is needed, and $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo not there)." \
	    "Name another one, such as: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $@

# Installing builds the scripts of the pages as well; this builds them anew where one of them has changed.
$(PAGES): $(READY) $(wildcard web/src/*) web/build.mjs web/package-lock.json
	$(BIN)/python web/build.py
	@touch $@
