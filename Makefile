# Two commands from a fresh clone: `make run` and `make test`. The rest is for those who change things.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Tests wait for servers and clocks as often as they compute.
WORKERS ?= $(shell echo $$((2 * $$(nproc 2>/dev/null || echo 2))))
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help run demo test lint format schema lock wheel image-test evaluate ci clean

help:  ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.installed  ## set up and start the daemon on config/
	$(BIN)/monitor run

demo: $(VENV)/.installed  ## a fortnight of invented news, without network or account
	$(BIN)/monitor demo

test: $(VENV)/.installed-test  ## set up and run every test
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lint: $(VENV)/.installed-test  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

schema: $(VENV)/.installed  ## write the JSON Schemas of the four configuration files
	$(BIN)/monitor schema docs/schema

lock:  ## resolve the pinned, hashed requirements anew (needs uv)
	uv pip compile --quiet pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --group build --output-file requirements.txt
	uv pip compile --quiet pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --group build --group test --constraint requirements.txt --output-file requirements-dev.txt

CORPUS ?= ../shared/corpus
evaluate: $(VENV)/.installed  ## score the rules on labelled texts, where they are (CORPUS=DIR)
	@test -d $(CORPUS) || { echo "no labelled texts in $(CORPUS); name their folder: make evaluate CORPUS=DIR"; exit 2; }
	@for part in development unseen; do \
	  echo "headlines, $$part part"; \
	  $(BIN)/monitor evaluate $(CORPUS)/headlines.jsonl --groups $(CORPUS)/announcements.jsonl --part $$part --misses 0; \
	  echo; echo "articles, $$part part"; \
	  $(BIN)/monitor evaluate $(CORPUS)/articles.jsonl --part $$part --misses 0; echo; \
	done

wheel: $(VENV)/.installed  ## build the wheel into dist/, with the pinned hatchling alone
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

image-test:  ## build the image without an engine and try it on a read-only root (as root; Debian)
	packaging/image-test

ci:  ## everything a submission must pass
	.ci/run

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' || \
	  { echo "Python 3.11 to 3.14 is needed; try make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is needed (Debian: apt-get install python3-venv)"; exit 1; }

# The package itself is built with the pinned hatchling, so nothing unpinned is ever fetched.
$(VENV)/.installed: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Setting up in $(VENV)/ (once; about a minute) ..."
	@$(PIP) install --require-hashes --requirement requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-test: requirements-dev.txt $(VENV)/.installed
	@$(PIP) install --require-hashes --requirement requirements-dev.txt
	@touch $@

clean:  ## remove what was built, never config/ or data/
	rm -rf $(VENV) build dist image .mypy_cache .pytest_cache .ruff_cache .hypothesis
