# `make demo` and `make test` work on a fresh machine; every other target uses the same set-up.

VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
SETUP := $(VENV)/.ready
BROWSER := $(VENV)/.browser
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all test-rtx lint types imports wheel-test bench clean

help:  ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: $(SETUP)  ## Install everything into .venv, and the LLVM library that the renderer compiles with

$(SETUP): pyproject.toml .ci/install-system
	bash .ci/install-system "$(PYTHON)" "$(VENV)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	bash .ci/install-llvm "$(BIN)/python"
	@touch $@

# Tests open pages in it; nothing else needs it.
$(BROWSER): .ci/install-chromium $(SETUP)
	bash .ci/install-chromium
	@touch $@

demo: setup  ## Render the warehouse dataset into outputs/warehouse
	$(BIN)/sdg generate recipes/warehouse.yaml

test: setup $(BROWSER) lint types imports  ## Lint, types, import directions and the tests (about fifteen minutes on two cores)
	$(BIN)/python -m pytest -m "not slow and not gpu" -n 2 --dist worksteal

test-all: setup $(BROWSER) lint types imports wheel-test  ## The slow tests too
	$(BIN)/python -m pytest -m "not gpu"

test-rtx: setup  ## The renderer contract on RTX, which leaves a recording; needs Isaac Sim (status 3 without)
	$(BIN)/python -m pytest tests/contract --renderer replicator --record tests/contract/recordings

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports

wheel-test: setup  ## Build the wheel, install it into an empty environment, and render a frame with it
	bash .ci/wheel-test "$(PYTHON)"

bench: setup  ## Measure the figures of docs/performance.md
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) dist build
