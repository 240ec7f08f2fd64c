# Two commands matter: `make demo` shows everything, `make check` proves it.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
GUESTS := .venv-bench
LANGUAGES := nl fr
CATALOGUES := $(LANGUAGES:%=opendeur/translations/%/LC_MESSAGES/messages.mo)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo demo-reset check fix lint types test test-fast screenshots mutants bench messages lock clean
.DELETE_ON_ERROR:

## What can be made.
help:
	@awk '/^## / {text = substr($$0, 4); gsub(/[$$][$$]/, "$$", text)} /^$$/ {text = ""} \
	  /^[a-z-]+:/ && text {sub(/:.*/, ""); printf "  make %-12s %s\n", $$0, text; text = ""}' Makefile

## Set everything up, do the main job on the demonstration, and serve it on $$PORT (8000).
demo: $(VENV)/main.done $(CATALOGUES)
	@$(BIN)/opendeur demo $(DEMO_ARGS)

## The same, from the beginning.
demo-reset: $(VENV)/main.done $(CATALOGUES)
	@$(BIN)/opendeur demo --reset $(DEMO_ARGS)

## Everything that CI runs, on all cores. Types are checked beside the tests, some of which only wait.
check: $(VENV)/dev.done $(CATALOGUES)
	@$(MAKE) --no-print-directory --jobs=3 lint types test

## Format, and mend what can be mended.
fix: $(VENV)/dev.done
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lint: $(VENV)/dev.done
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/dev.done
	$(BIN)/mypy

# Two processes more than there are cores: some tests wait for other processes. With four it took
# as long, and more of the cores.
WORKERS := $(shell echo $$(($$(nproc 2>/dev/null || echo 2) + 2)))
PARALLEL := --numprocesses $(WORKERS) --dist worksteal

test: $(VENV)/dev.done $(CATALOGUES)
	$(BIN)/pytest $(PARALLEL) --cov --cov-report=term:skip-covered $(TEST_ARGS)

## The tests for in between: no browser, SQLite only, nothing that takes long.
test-fast: $(VENV)/dev.done $(CATALOGUES)
	$(BIN)/pytest $(PARALLEL) --fast $(TEST_ARGS)

## Pictures of every page, at two widths, in light and dark, in instance/screenshots.
screenshots: $(VENV)/dev.done $(CATALOGUES)
	$(BIN)/pytest tests/browser/test_loop.py --screenshots

## Which changes to the code no test notices; MUTANTS="solver.check.*" for a part. See docs/mutants.md.
mutants: $(VENV)/mutants.done $(CATALOGUES)
	$(BIN)/mutmut run $(MUTANTS_ARGS) $(MUTANTS)
	@$(BIN)/mutmut results | grep --invert-match ": not checked" || true

## This solver beside others; BENCH="speed shapes site" for the rest. Writes benchmarks/RESULTS.md.
bench: $(VENV)/dev.done $(GUESTS)/bench.done $(CATALOGUES)
	$(BIN)/python -m benchmarks $(BENCH)

## Collect the texts of the interface and update the catalogues of the translations.
messages: $(VENV)/dev.done
	$(BIN)/python -m opendeur.translations.collect

## Renew the locked requirements; no address of a registry is written.
LOCK := $(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --upgrade --no-header
lock: $(VENV)/dev.done
	$(BIN)/pip install -qq pip-tools
	$(LOCK) --output-file requirements/main.txt requirements/main.in
	$(LOCK) --output-file requirements/dev.txt requirements/dev.in
	$(LOCK) --output-file requirements/bench.txt requirements/bench.in
	$(LOCK) --output-file requirements/mutants.txt requirements/mutants.in
	@# Lines of options of pip are about this machine: where it fetches packages from.
	sed -i '/^--/d' requirements/*.txt

clean:
	rm -rf $(VENV) $(GUESTS) $(CATALOGUES) mutants

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/main.done: requirements/main.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install -qq --require-hashes -r requirements/main.txt
	$(BIN)/pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.done: requirements/dev.txt $(VENV)/main.done
	$(BIN)/pip install -qq --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/mutants.done: requirements/mutants.txt $(VENV)/dev.done
	$(BIN)/pip install -qq --require-hashes -r requirements/mutants.txt
	@touch $@

# What the benchmarks compare with: an environment of its own, it wants another NumPy.
$(GUESTS)/bench.done: requirements/bench.txt
	$(PYTHON) -m venv $(GUESTS)
	$(GUESTS)/bin/pip install -qq --require-hashes -r requirements/bench.txt
	@touch $@

%.mo: %.po | $(VENV)/main.done
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
