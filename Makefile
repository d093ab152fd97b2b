# Needs python3 (3.11 or newer, with venv) and make. Everything else is installed into .venv by bootstrap.py.
PYTHON ?= python3
PORT   ?= 8000
# Most tests wait for a clock or another process half of their time: two for each core keep them all busy.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(2 * len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)')
PACKAGES := bot adapters commands storage kb
IN := .venv/bin/python -m

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo run test soak check lint format bench docs semantic lock clean ready ready-dev

help: ## this list
	@echo "Firstline: a service desk where people already are. First time here?  make demo"
	@echo
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1@\2/p' $(MAKEFILE_LIST) | awk -F@ '{ printf "%-14s %s\n", $$1, $$2 }'

demo: ready ## a desk with people, tickets and a clock to play with, in the browser (PORT=8000, RESET=1 starts afresh)
	@exec $(IN) bot demo --port $(PORT) $(if $(filter-out 0 no,$(RESET)),--reset)

run: ready ## the desk itself, as settings.yaml and the environment say (PORT=8000, ARGS="--host 0.0.0.0")
	@exec $(IN) bot run --port $(PORT) $(ARGS)

test: ready-dev ## all tests (ARGS="tests/rules -k sla" for some of them)
	@$(IN) pytest -q -n $(WORKERS) --dist loadgroup $(or $(ARGS),tests)

soak: ready-dev ## long runs of what the tests look at in short (ARGS="clocks --first 0 --cases 100000" for a part)
	@exec $(IN) tests.soak $(ARGS)

check: lint test ## what has to be green before a change goes in: style, types, who imports whom, tests

lint: ready-dev ## check, without the tests
	$(IN) ruff format --check .
	$(IN) ruff check .
	$(IN) mypy
	.venv/bin/lint-imports --no-logo

format: ready-dev ## put the code in shape
	$(IN) ruff check --fix-only .
	$(IN) ruff format .

bench: ready-dev ## the measurements (ARGS=... goes to them)
	@exec $(IN) benchmarks $(ARGS)

semantic: ready ## let the knowledge base match by meaning as well (120 MB: onnxruntime and a small language model)
	@$(PYTHON) bootstrap.py --semantic

docs: ready ## write the pages of docs/ that follow from the code
	@exec $(IN) bot docs

# The locks carry hashes and no addresses, so that any index or mirror will do. The one for development constrains the
# others: whoever develops runs the very versions that everyone else runs.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
        --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) pyproject.toml
lock: ready-dev ## write requirements*.txt anew from pyproject.toml (UPGRADE=1: take the newest versions)
	@$(IN) uv --version >/dev/null 2>&1 || $(IN) pip install --quiet --disable-pip-version-check uv
	$(IN) $(LOCK) --extra dev -o requirements-dev.txt
	$(IN) $(LOCK) --constraint requirements-dev.txt -o requirements.txt
	$(IN) $(LOCK) --extra semantic --constraint requirements-dev.txt -o requirements-semantic.txt

clean: ## remove .venv and the caches (never your data)
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info
	find $(PACKAGES) tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

ready:
	@$(PYTHON) bootstrap.py

ready-dev:
	@$(PYTHON) bootstrap.py --dev
