# Carottes. `make` alone lists what can be done. The steps that have something to decide are in .ci/.
.DEFAULT_GOAL := help
.PHONY: help serve env env-dev test tests-need lint format bench upgrades drills lock wheel clean

BIN := .venv/bin

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: env ## the archive on http://127.0.0.1:8000 (CAROTTES_PORT changes the port)
	@exec $(BIN)/carottes serve

env: ## the virtual environment .venv, from the lock
	@.ci/env

env-dev: ## the same, with what the tests need
	@.ci/env dev

tests-need: env-dev
	@.ci/html-validate
	@.ci/chromium >/dev/null

test: tests-need lint ## all that the tests need, then every test
	@CAROTTES_CHROMIUM="$$(.ci/chromium)" $(BIN)/python -m pytest

lint: env-dev ## ruff, mypy and djlint
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/djlint webapp/templates --lint --quiet

format: env-dev ## put imports and lines in order
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

bench: env-dev ## how fast the pages are, beside a bare Flask page
	@$(BIN)/python -m pytest tests/benchmarks -n0 -p no:randomly -s

upgrades: env-dev ## from every earlier schema to the newest, with the real seed data
	@$(BIN)/python -m pytest tests/benchmarks/test_upgrades.py -n0 -p no:randomly -s

drills: env-dev ## what happens when machines die, counted (root; ROUNDS=20, DRILLS='"node dies"')
	@$(BIN)/python -m tests.drills --rounds $(or $(ROUNDS),20) $(DRILLS)

lock: ## resolve the dependencies again (UPGRADE=1: to the newest)
	@.ci/lock

wheel: env-dev ## the package, in dist/
	@$(BIN)/hatchling build -t wheel

clean: ## forget everything that make has made; the archive's data stays
	rm -rf .venv dist build tests/html/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
