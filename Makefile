# Tillsight: `make run` opens the program, `make test` runs every test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
REQUIREMENTS := packaging/requirements.txt
DEV_REQUIREMENTS := packaging/requirements-dev.txt
WORKERS ?= auto

# What was set up last stays, until another value is given: 1 (CUDA 13), cu12 (CUDA 12), 0 (no graphics card).
GPU ?= $(shell cat $(VENV)/.gpu 2>/dev/null)
ifneq ($(filter-out 0 1 cu12,$(GPU)),)
$(error GPU is 1 (NVIDIA card, CUDA 13), cu12 (CUDA 12) or 0 (no card))
endif
CARD := $(if $(filter 1,$(GPU)),-gpu,$(if $(filter cu12,$(GPU)),-gpu-cu12,))
READY := $(VENV)/.ready$(CARD)
ifeq ($(GPU)$(wildcard $(VENV)/.gpu),0$(VENV)/.gpu)
$(shell rm -f $(VENV)/.ready* $(VENV)/.gpu)
endif
# Builds of one library bring the same files: before one is installed, the others must go.
PROCESSOR_BUILDS := onnxruntime faiss-cpu
CARD_BUILDS := onnxruntime-gpu faiss-gpu faiss-gpu-cuvs \
  $(foreach cuda,12 13,$(foreach part,-libs -bindings,tensorrt-rtx-cu$(cuda)$(part)) tensorrt-rtx-cu$(cuda))
COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11

.PHONY: run test lint types contracts check pins clean help

help:
	@echo "make run [ARGS=…]   set up once and open the program"
	@echo "make run GPU=1      the same for an NVIDIA card with CUDA 13; GPU=cu12: CUDA 12; GPU=0: none again"
	@echo "make test           set up once and run every test, without a screen"
	@echo "make check          lint, types, import contracts"
	@echo "make pins           choose versions anew and write them with their hashes"
	@echo "make clean          remove what make has set up"

run: $(READY)
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
	@echo "Setting Tillsight up in $(VENV): about 1 GB, which takes some minutes. The next start takes none of this."
	@$(BIN)/python -m pip uninstall --quiet --yes $(CARD_BUILDS) 2>/dev/null
	$(BIN)/python -m pip install --quiet --require-hashes -r $(REQUIREMENTS)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-gpu $(VENV)/.ready-gpu-cu12: $(VENV)/.ready-%: packaging/requirements-%.txt $(VENV)/.ready
	@rm -f $(VENV)/.ready-gpu*
	@$(BIN)/python -m pip uninstall --quiet --yes $(PROCESSOR_BUILDS) $(CARD_BUILDS) 2>/dev/null
	$(BIN)/python -m pip install --quiet --require-hashes --no-build-isolation -r $<
	@packaging/pycuda.sh $(BIN)/python || \
	  echo "PyCUDA was not built, so TensorRT's own engines do not run. All else works; see resources/guides/gpu.md."
	@echo $(GPU) > $(VENV)/.gpu
	@touch $@

# The tests bring the build of TensorRT for RTX for CUDA 13; with CUDA 12 the other one is there already.
NOT_CUDA_12 := /^tensorrt-rtx-cu13/,/[^\\]$$/d
$(VENV)/.ready-dev: $(DEV_REQUIREMENTS) $(READY)
	@sed '$(if $(filter cu12,$(GPU)),$(NOT_CUDA_12))' $(DEV_REQUIREMENTS) > $(VENV)/requirements-dev.txt
	$(BIN)/python -m pip install --quiet --require-hashes --no-build-isolation -r $(VENV)/requirements-dev.txt
	@touch $@

pins: | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet uv
	$(COMPILE) pyproject.toml packaging/build.in -o $(REQUIREMENTS)
	$(COMPILE) --extra dev pyproject.toml packaging/build.in -c $(REQUIREMENTS) \
	  $(PROCESSOR_BUILDS:%=--no-emit-package %) -o $(DEV_REQUIREMENTS)
	for card in gpu gpu-cu12; do \
	  $(COMPILE) --extra $$card --extra pycuda pyproject.toml packaging/build.in packaging/$$card.in \
	    --excludes packaging/gpu-replaced.in -c $(DEV_REQUIREMENTS) --no-emit-package pycuda \
	    -o packaging/requirements-$$card.txt || exit 1; \
	done
	$(COMPILE) --no-deps packaging/pycuda.in -o packaging/requirements-pycuda.txt

clean:
	rm -rf $(VENV)
