# Battery Passport Platform. `make help` lists the verbs.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	&& echo $$p && break; done)
BIN := .venv/bin
PYTEST := $(BIN)/pytest
# One worker a core; a test that must not run beside its neighbours shares their xdist group.
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup run test test-long check fix bench consortium consortium-node contracts docs sbom lock system-packages clean

help: ## list these verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' \
	| while IFS='|' read -r verb line; do printf '  make %-16s %s\n' "$$verb" "$$line"; done

setup: ## install everything the lock files name into .venv and node_modules
	@test -n "$(PYTHON)" || { echo "setup: Python 3.11 or newer is needed" >&2; exit 1; }
	@$(PYTHON) tools/setup.py

run: setup ## start the platform with a small seeded city and print its address
	@$(BIN)/battery-passport demo

test: setup system-packages ## run the tests
	# A browser's driver keeps an event loop running in its process, where no other test can have one.
	$(PYTEST) -n $(WORKERS) --dist loadgroup --ignore=tests/browser
	$(PYTEST) -n $(WORKERS) --dist loadgroup tests/browser

test-long: setup system-packages ## run the long campaigns too: crashes, fuzzing, whole data sets
	$(PYTEST) -m "long or not long" --timeout 3600 --ignore=tests/browser
	$(PYTEST) -m "long or not long" --timeout 3600 tests/browser

check: setup ## lint, types, import contracts, sizes, contract artefacts, documents
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy src tests tools $(wildcard benchmarks)
	$(BIN)/lint-imports
	$(BIN)/python tools/check_sizes.py
	$(BIN)/python -m tools.generate_docs --check
	$(BIN)/node contracts/build.mjs --check
	$(PYTEST) -q -m "not integration and not long" tests/docs

fix: setup ## format, and mend what can be mended by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: setup ## measure against named peers and limits, in one run
	$(BIN)/python -m benchmarks

consortium: setup ## start five validators, the contracts and the platform on them; Ctrl-C ends all
	@$(BIN)/python -m tools.consortium

consortium-node: setup ## build the validators' node into the user's cache folder, if it is not there
	@$(BIN)/python -m tools.consortium_node

contracts: setup ## compile the Solidity contracts into their committed artefacts
	$(BIN)/node contracts/build.mjs

docs: setup ## write the generated reference pages anew
	$(BIN)/python -m tools.generate_docs

sbom: setup ## write the bill of materials from the lock files into build/sbom.cdx.json
	@$(BIN)/python -m tools.sbom

lock: setup ## choose dependency versions anew and write the lock files (LOCK="--upgrade")
	tools/lock.sh $(LOCK)

system-packages:
	@sh tools/system_packages.sh

clean: ## remove what setup, tests and builds made; state under var/ stays
	rm -rf .venv node_modules build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
