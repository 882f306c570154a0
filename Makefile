# Everything from a bare clone, with Python 3.11+ and GNU make 3.81+ alone: `make demo`, `make test`.
# Nothing is installed outside .venv, everything is pinned by hash, no other Python is fetched.

.DEFAULT_GOAL := help
.PHONY: help setup demo test audit bench contract histories kills chaos pins openapi clean

# Set PYTHON=/path/to/python3 to choose one; else the first of these that runs and is new enough.
PYTHON ?=
PYTHONS := $(or $(PYTHON),python3.13 python3.12 python3.11 python3)

BIN := .venv/bin
STAMP := .venv/.ready
CONTRACT := .venv/contract
TOOLS := openapi/tools
NPM := PATH="$(CURDIR)/$(CONTRACT)/bin:$$PATH" npm

unexport PYTHONHOME PYTHONPATH
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_USER := 0
export UV_PYTHON_DOWNLOADS := never

# Trust whom this machine trusts: uv's own list knows no company's certificates.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem),)
UV_SYSTEM_CERTS ?= 1
export UV_SYSTEM_CERTS
endif

# Where the home folder takes no cache, packages are kept in .venv.
CACHE := $(shell c="$${XDG_CACHE_HOME:-$${HOME:-/nonexistent}/.cache}"; mkdir -p "$$c" 2>/dev/null && test -w "$$c" && echo home)
ifneq ($(CACHE),home)
UV_CACHE_DIR ?= $(CURDIR)/.venv/cache
export UV_CACHE_DIR
export PIP_NO_CACHE_DIR := 1
endif

# A virtual environment whose Python is gone, or that was moved (its scripts name their place), is made again.
SOUND = test "$$(cat .venv/.place 2>/dev/null)" = "$$(pwd)" && $(BIN)/python -c "import pip" 2>/dev/null \
  && $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))'
ifneq ($(shell $(SOUND) && echo sound),sound)
.PHONY: $(STAMP)
endif

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

setup: $(STAMP) ## make .venv with everything pinned (again when the pins change)

demo: setup ## play a real conference against a running Hallway; make demo ARGS="--once --port 8123"
	@$(BIN)/hallway demo $(ARGS)

test: setup ## all checks that need Python alone; CI runs these and those of `make contract`
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/pyrefly check
	@$(BIN)/lint-imports
	@$(BIN)/hallway openapi --check
	@$(BIN)/python -m pytest -n auto --ignore=tests/contract $(ARGS)
	@echo "Left out: linters, clients and conformance of the contract; 'make contract' runs them (Node.js and Java come along)."

contract: $(CONTRACT)/.ready $(TOOLS)/node_modules/.ready ## lint the contract, make clients from it, play a day through one, hold a server against it
	@$(BIN)/hallway openapi --check
	@$(BIN)/python -m pytest -rs tests/contract $(ARGS)

audit: setup ## ask whether anything pinned is known to be vulnerable; says so where nobody can be asked
	@$(BIN)/python -m tests.audit

bench: setup ## how fast it is, beside what is possible here; make bench ARGS="--quick record_scan"
	@$(BIN)/python -m tests.bench $(ARGS)

histories: setup ## play HISTORIES=1000 random days of scans against the model
	@HISTORIES=$(or $(HISTORIES),1000) $(BIN)/python -m pytest -n 0 tests/scans/test_histories.py

kills: setup ## kill KILLS=100 workers in the midst of sending, and count what arrives
	@KILLS=$(or $(KILLS),100) $(BIN)/python -m pytest -n 0 -s tests/nudges/test_chaos.py

chaos: setup ## kill replicas, workers and the database under load, then count; make chaos ARGS="--rounds 3"
	@$(BIN)/python -m tests.chaos $(ARGS)

openapi: setup ## write openapi/openapi.json anew from the code
	@$(BIN)/hallway openapi --write

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(ARGS)

pins: setup ## compile the pinned requirements from pyproject.toml; make pins ARGS=--upgrade for newer ones
	@$(COMPILE) pyproject.toml --all-extras --group dev --output-file requirements-dev.txt
	@$(COMPILE) pyproject.toml --extra parquet --constraints requirements-dev.txt --output-file requirements.txt
	@$(COMPILE) --group contract --no-annotate --output-file requirements-contract.txt
	@echo uv | $(COMPILE) --no-annotate - --output-file requirements-uv.txt

clean: ## remove .venv and what tools left; data stays
	rm -rf .venv openapi/tools/node_modules .coverage .hypothesis .import_linter_cache .pytest_cache .ruff_cache dist
	find server schemas migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(CONTRACT)/.ready: $(STAMP) requirements-contract.txt
	@rm -f $@
	@echo "Installing the tools of the contract into $(CONTRACT) ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(CONTRACT)
	@$(BIN)/uv pip sync --quiet --require-hashes --no-build --python $(CONTRACT)/bin/python requirements-contract.txt
	@touch $@

$(TOOLS)/node_modules/.ready: $(CONTRACT)/.ready $(TOOLS)/package-lock.json
	@$(NPM) ci --prefix $(TOOLS) --ignore-scripts --loglevel=error
	@touch $@

$(STAMP): pyproject.toml requirements-uv.txt requirements-dev.txt
	@rm -f $@
	@if ! { $(SOUND); }; then \
	  chosen= without_venv=; \
	  for python in $(PYTHONS); do \
	    if ! "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then continue; fi; \
	    if "$$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then chosen="$$python"; break; fi; \
	    without_venv="$$python"; \
	  done; \
	  if test -z "$$chosen" && test -n "$$without_venv"; then \
	    echo "$$without_venv lacks its 'venv' module. On Debian and Ubuntu: apt install python3-venv." >&2; exit 1; \
	  fi; \
	  if test -z "$$chosen"; then \
	    echo "Python 3.11 or newer is needed, and none was found (tried: $(PYTHONS))." \
	      "Install one, or say where it is: make PYTHON=/path/to/python3" >&2; exit 1; \
	  fi; \
	  echo "Making .venv with $$("$$chosen" --version) ..."; \
	  rm -rf .venv && "$$chosen" -m venv .venv && pwd > .venv/.place || { rm -rf .venv; exit 1; }; \
	fi
	@echo "Installing the pinned packages into .venv ..."
	@$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements-uv.txt
	@$(BIN)/uv pip sync --quiet --require-hashes --no-build --python $(BIN)/python requirements-dev.txt
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python -e .
	@touch $@
