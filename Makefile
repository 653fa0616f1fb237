# make plan     plan the bundled Sarpsborg instance into reports/sarpsborg-2026/
# make test     all tests
# make lint     style, format, types
# make docs     docs/rules.md anew from the rules themselves
# make reports  the example in reports/sarpsborg/ anew
# make benchmarks  docs/benchmarks.md anew: every contender on every size, one after another; hours
# The first call makes .venv, the next ones use it.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: plan test lint docs reports benchmarks

plan: $(READY)
	$(BIN)/alis plan

test: $(READY)
	$(BIN)/pytest -n 2

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

docs: $(READY)
	$(BIN)/python docs/generate.py

reports: $(READY)
	$(BIN)/alis plan instances/sarpsborg.toml -o reports/sarpsborg
	$(BIN)/alis gantt reports/sarpsborg/plan.json --by arena
	$(BIN)/alis gantt reports/sarpsborg/plan.json --by group
	$(BIN)/alis convert --force instances/sarpsborg.toml reports/sarpsborg/instance.xlsx
	$(BIN)/alis documents reports/sarpsborg/plan.json -o reports/sarpsborg/documents --candidate A06 --candidate A08

benchmarks: $(READY)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[benchmarks]'
	$(BIN)/python -m benchmarks run

$(READY): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $@
