# Tillsight: `make run` opens the program, `make test` runs every test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
REQUIREMENTS := packaging/requirements.txt
DEV_REQUIREMENTS := packaging/requirements-dev.txt
WORKERS ?= auto

.PHONY: run test lint types contracts check pins clean help

help:
	@echo "make run [ARGS=…]   set up once and open the program"
	@echo "make test           set up once and run every test, without a screen"
	@echo "make check          lint, types, import contracts"
	@echo "make pins           choose versions anew and write them with their hashes"
	@echo "make clean          remove what make has set up"

run: $(VENV)/.ready
	@$(BIN)/tillsight $(ARGS)

test: $(VENV)/.ready-dev
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -q

check: lint types contracts

lint: $(VENV)/.ready-dev
	$(BIN)/ruff check core gui tests models
	$(BIN)/ruff format --check core gui tests models

types: $(VENV)/.ready-dev
	$(BIN)/mypy

contracts: $(VENV)/.ready-dev
	$(BIN)/lint-imports

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Tillsight needs Python 3.11 or newer. Set one with: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python's venv module is missing. On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }

$(VENV)/.ready: $(REQUIREMENTS) pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r $(REQUIREMENTS)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-dev: $(DEV_REQUIREMENTS) $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --require-hashes -r $(DEV_REQUIREMENTS)
	@touch $@

pins: | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 \
	  pyproject.toml packaging/build.in -o $(REQUIREMENTS)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 \
	  --extra dev pyproject.toml packaging/build.in -c $(REQUIREMENTS) -o $(DEV_REQUIREMENTS)

clean:
	rm -rf $(VENV)
