# 一门 Yimen. `make help` lists what there is.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: help setup demo check test journeys bench-approve bench-batch bench-collecting bench-decisions bench-decomposition bench-exchange bench-lake bench-ledger bench-matching bench-quality fuzz \
	full lock format clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 19

$(VENV)/.platform: requirements/platform.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/platform.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.platform requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

setup: $(VENV)/.platform  ## a virtual environment with the platform in it

demo: $(VENV)/.platform  ## start everything and tell the stories (ARGS=--exit ends after them)
	@$(BIN)/yimen demo $(ARGS)

check: $(VENV)/.dev  ## format, lint, types, floors, missing migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python -m yimen.config.manage makemigrations --check --dry-run
	$(BIN)/yimen pack check content/ministry
	$(BIN)/yimen pack check content/shenzhen
	$(BIN)/yimen pack check content/nanshan

test: $(VENV)/.dev  ## the tests: needs Python and a C library only
	$(BIN)/pytest -n auto --dist loadgroup -m "not slow" $(ARGS)

journeys: $(VENV)/.dev  ## whole stories in a real browser (needs chromium)
	$(BIN)/pytest tests/journeys $(ARGS)

bench-approve: $(VENV)/.dev  ## instant approvals a second, beside pgbench (ARGS=--help)
	@$(BIN)/python -m bench.approve $(ARGS)

bench-batch: $(VENV)/.dev  ## a million rows in one batch, beside SQL written by hand (ARGS=--help)
	@POLARS_MAX_THREADS=1 $(BIN)/python -m bench.batch $(ARGS)

bench-lake: $(VENV)/.dev  ## a whole table taken in a batch (ARGS=--help)
	@$(BIN)/python -m bench.lake $(ARGS)

bench-matching: $(VENV)/.dev  ## four million enterprises matched with two hundred measures, beside numpy by hand (ARGS=--help)
	@$(BIN)/python -m bench.matching $(ARGS)

bench-ledger: $(VENV)/.dev  ## rows of the ledger sealed and verified a second (ARGS=--help)
	@$(BIN)/python -m bench.ledger $(ARGS)

bench-quality: $(VENV)/.dev  ## twenty rules of quality over a million rows, beside SQL written by hand (ARGS=--help)
	@$(BIN)/python -m bench.quality $(ARGS)

bench-collecting: $(VENV)/.dev  ## metadata of collected policies scored against truth made by hand (ARGS=--help)
	@$(BIN)/python -m bench.collecting $(ARGS)

bench-decomposition: $(VENV)/.dev  ## how well policies are taken apart, against what was read by hand (ARGS=--help)
	@$(BIN)/python -m bench.decomposition $(ARGS)

bench-exchange: $(VENV)/.dev  ## one record exchanged, beside its source's own query (ARGS=--help)
	@$(BIN)/python -m bench.exchange $(ARGS)

FUZZ_SECONDS ?= 300
fuzz: $(VENV)/.dev  ## generated models, texts and data against the engine, anew until FUZZ_SECONDS are over
	@end=$$((SECONDS + $(FUZZ_SECONDS))); while [ $$SECONDS -lt $$end ]; do \
		$(BIN)/pytest -q -x -n auto -m fuzz --durations=0 -o faulthandler_timeout=60 src/yimen/dmn $(ARGS) || exit 1; \
	done

$(VENV)/bench/.peers: requirements/bench.txt
	$(PYTHON) -m venv $(VENV)/bench
	$(VENV)/bench/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

bench-decisions: $(VENV)/bench/.peers  ## one applicant decided, beside other engines (ARGS=--help)
	@PYTHONPATH=src $(VENV)/bench/bin/python -m bench.decisions $(ARGS)

$(VENV)/.spark: $(VENV)/.dev requirements/spark.txt
	@if command -v java > /dev/null; then $(BIN)/pip install --quiet --disable-pip-version-check \
		--require-hashes -r requirements/spark.txt && touch $@; fi

full: $(VENV)/.dev $(VENV)/.spark  ## what is slow (Spark too, where there is Java 17)
	$(BIN)/pytest -m slow $(ARGS)

format: $(VENV)/.dev  ## put the code in its house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

LOCK := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

lock:  ## pin and hash the requirements anew
	$(BIN)/pip install --quiet pip-tools
	$(LOCK) --extra platform --extra build --extra dev -o requirements/dev.txt pyproject.toml
	$(LOCK) --extra platform --extra build -o requirements/platform.txt pyproject.toml
	$(LOCK) --extra bench -o requirements/bench.txt pyproject.toml
	$(LOCK) -o requirements/base.txt pyproject.toml
	$(LOCK) -o requirements/spark.txt requirements/spark.in

clean:  ## remove what the targets made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
