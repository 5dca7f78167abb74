# Vedette: `make` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
HOME_OF_DEMO := var/demo
COMMANDS_PAGE := $(BIN)/typer desk.cli.app utils docs --name vedette --title "Commands"

.PHONY: help setup demo test up lint pages check eval bench lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Make the virtual environment with the locked dependencies

$(READY): requirements.lock pyproject.toml setup.sh
	@sh setup.sh $(VENV)
	@touch $@

demo: $(READY) ## Run a whole night against the bundled newsstand and show the mentions found
	@$(BIN)/python -m tests.newsstand.demonstration --home $(HOME_OF_DEMO)

test: $(READY) ## Run the tests
	@$(BIN)/python -m pytest -q $(TESTS)

up: $(READY) ## Start PostgreSQL and Airflow with the DAGs, on the real catalogue
	@exec $(BIN)/vedette up

lint: $(READY) ## Check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

pages: $(READY) ## Write the generated pages
	@$(BIN)/python -m spiders.sources_page
	@$(BIN)/python -m desk.night.dags_page
	@$(BIN)/python -m desk.dictionary
	@$(COMMANDS_PAGE) > docs/commands.md

check: $(READY) ## Check that the generated pages are fresh
	@$(BIN)/python -m spiders.sources_page --check
	@$(BIN)/python -m desk.night.dags_page --check
	@$(BIN)/python -m desk.dictionary --check
	@$(COMMANDS_PAGE) | diff docs/commands.md - || { echo "docs/commands.md is stale: make pages"; exit 1; }

eval: $(READY) ## Measure the flagger against the gold set
	@$(BIN)/vedette evaluate tests/gold/sentences.jsonl --errors

bench: $(READY) ## Measure a night, cleaning and flagging; WARC="a.warc.gz …" for your own pages, GOLD=… to compare with peers
	@$(BIN)/python -m tests.benchmarks $(WARC) $(if $(GOLD),--gold $(GOLD))

lock: $(READY) ## Resolve the dependencies anew into requirements.lock
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--extra airflow --extra vectors --extra parquet --extra dev --upgrade --quiet --output-file requirements.lock pyproject.toml

clean: ## Remove the virtual environment and the demonstration's data
	@rm -rf $(VENV) $(HOME_OF_DEMO)
