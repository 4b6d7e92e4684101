# Two commands: `make run` serves the demo, `make test` checks everything. `make help` lists the rest.
PYTHON ?= python3
VENV ?= .venv
HOST ?= 127.0.0.1
PORT ?= 8000
BIN = $(VENV)/bin
SETUP = $(PYTHON) tools/setup.py --venv $(VENV)

.DEFAULT_GOAL := help
.PHONY: help setup dev run test check soak screenshots translations clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what running needs, and build the bundles
	@$(SETUP)

dev: ## install what developing needs as well
	@$(SETUP) --dev

run: export BANJIE_DEMO := $(or $(BANJIE_DEMO),1)
run: ## set up, make the demo data once, and serve on http://127.0.0.1:8000
	@$(SETUP) --database
	@exec $(BIN)/flask --app wsgi serve --host $(HOST) --port $(PORT)

test: dev check ## set up and check everything: lint, types, import contract, the whole suite

check: ## the same checks without the set-up
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto

soak: dev ## the searching tests for much longer: cases in virtual time, walks, fuzzers, comparisons
	$(BIN)/flask --app wsgi simulate --item all --cases 500 --seed 1
	SOAK=20 $(BIN)/pytest -n auto tests/feel tests/bpmn/test_walks.py tests/bpmn/test_promises.py tests/bpmn/test_fuzz.py
	SOAK=10 $(BIN)/pytest tests/forms/test_differential.py

screenshots: dev ## take the pictures of the README on a temporary demo database
	$(BIN)/python tools/screenshots.py

translations: dev ## collect the words of pages and code into the English catalogue
	$(BIN)/python tools/translations.py

clean: ## remove what can be made again; the data in var/ stays
	rm -rf $(VENV) app/assets/node_modules app/static/dist app/translations/*/LC_MESSAGES/*.mo
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
