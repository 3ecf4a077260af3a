# Carottes. `make` alone lists what can be done.
.DEFAULT_GOAL := help
.PHONY: help env env-dev

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

env: ## the virtual environment .venv, from the lock
	@.ci/env

env-dev: ## the same, with what the tests need
	@.ci/env dev
