# Warmline. `make run` and `make test` are all a newcomer needs.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup setup-dev run check test evals evals-large bench torture fit ui clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: ## virtual environment, dependencies, user interface
	@PYTHON=$(PYTHON) sh scripts/setup.sh

setup-dev:
	@PYTHON=$(PYTHON) sh scripts/setup.sh dev

run: setup ## set everything up and serve with the demo company
	@$(BIN)/warmline serve --demo

check: setup-dev ## format, lint, types, floors, doors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy core people chat retrieval knowledge handoff bot evals api checks
	$(BIN)/lint-imports
	$(BIN)/python -m checks

test: setup-dev ## set everything up and run every test, the browser's included
	@sh scripts/browser.sh
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
	$(BIN)/python hatch_build.py test

evals: setup-dev ## measure retrieval and answers on the public data sets in ../shared/data
	$(BIN)/python -m evals.figures ../shared/data
	$(BIN)/python -m evals.fitting.injection --data ../shared/data
	$(BIN)/python -m evals.fitting.breakdown --data ../shared/data
	$(BIN)/python -m evals.fitting.complex_issue --data ../shared/data

evals-large: setup-dev ## page hit@5 over 148,000 passages; more than an hour, goes on where it was stopped
	$(BIN)/python -m evals.large --corpus ../shared/data/aws-docs/corpus.jsonl.gz --queries ../shared/data/aws-docs/queries.dev.jsonl --folder .cache/aws-docs

bench: setup-dev ## ratios of one run, into bench/results.json
	$(BIN)/python -m bench

torture: setup-dev ## the long tier: hundreds of kills, every payload
	$(BIN)/python -m pytest -m torture --timeout=3600 -o addopts="--import-mode=importlib -q --strict-markers"

clean: ## remove what setup made; never touches your data
	rm -rf .venv ui/dist ui/node_modules
