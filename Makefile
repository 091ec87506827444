# `make` lists what there is. Each target sets up what it needs and is quick when nothing changed.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.SUFFIXES:

PORT ?= $(or $(GEMBA_PORT),8501)
# Only this machine reaches the app unless it is told otherwise: make run ADDRESS=0.0.0.0
ADDRESS ?= 127.0.0.1
# How many tests run at once, and more words for pytest: make test ARGS="tests/language -k time"
JOBS ?= 3
ARGS ?=
PY := .venv/bin/python
# What `make gpu` is told: deploy/gpu.sh and deploy/gpu.py read it.
export MODEL BUNDLE MODEL_PORT GPU
SOURCES := core $(wildcard app.py pages)

export PYTHONUNBUFFERED := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help: ## List the targets
	@echo "make TARGET, where TARGET is"
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: setup
setup: ## Make .venv with the packages Gemba runs on
	@deploy/environment.sh runtime

.PHONY: dev
dev: ## The same with what tests and checks need
	@deploy/environment.sh dev

.PHONY: run
run: setup ## Build the demo plant if there is none and serve the app (PORT=8501, ADDRESS=127.0.0.1)
	@$(PY) deploy/check_port.py $(ADDRESS) $(PORT)
	@$(PY) -m core demo
	@$(PY) -m core corpus index
	@echo "Gemba is at http://$(if $(filter 0.0.0.0 ::,$(ADDRESS)),localhost,$(ADDRESS)):$(PORT)  (Ctrl-C stops it)"
	@exec $(PY) -m streamlit run app.py --server.address $(ADDRESS) --server.port $(PORT)

.PHONY: gpu
gpu: setup ## Serve the app with a model on this machine's GPU (MODEL=FOLDER, BUNDLE=FOLDER, MODEL_PORT=8000, GPU=0)
	@ADDRESS=$(ADDRESS) PORT=$(PORT) deploy/gpu.sh

.PHONY: gpu-bundle
gpu-bundle: setup ## Fetch all packages of the model server for a GPU machine with no network (BUNDLE=FOLDER)
	@$(PY) -m deploy.gpu_bundle make "$(or $(BUNDLE),build/gpu-bundle)" $(ARGS)

.PHONY: demo
demo: setup ## Build the demo plant if there is none
	@$(PY) -m core demo

.PHONY: browser
browser:
	@deploy/browser.sh

.PHONY: mariadb
mariadb:
	@deploy/test_server.sh mariadb

.PHONY: postgres
postgres:
	@deploy/test_server.sh postgres

.PHONY: redis
redis:
	@deploy/test_server.sh redis

.PHONY: test
test: dev browser mariadb postgres redis ## Run the tests but for the thorough ones; what is skipped is named (ARGS, JOBS=3)
	@$(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "not thorough" $(ARGS)

.PHONY: test-all
test-all: dev browser mariadb postgres redis ## The same with the thorough ones: more screens, whole question sets, longer (before a release)
	@$(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: test-spark
test-spark: dev ## Test the Spark job on a local Spark (1 GB in .spark, Java 17; ARGS)
	@deploy/spark.sh $(ARGS)

.PHONY: test-vllm
test-vllm: dev ## Test against a real vLLM on the processor, with a tiny model (3.5 GB in .vllm; ARGS)
	@deploy/vllm_cpu.sh $(ARGS)

.PHONY: lint
lint: dev ## Format, lint, types and layers, without the tests
	@echo "format";  $(PY) -m ruff format --check --quiet . || { echo "Run: make format"; exit 1; }
	@echo "lint";    $(PY) -m ruff check --quiet .
	@echo "types";   $(PY) -m mypy $(SOURCES)
	@echo "layers";  .venv/bin/lint-imports --no-cache > .venv/layers.log || { cat .venv/layers.log; exit 1; }

.PHONY: check
check: lint test ## Format, lint, strict types, layers, then the tests

.PHONY: format
format: dev ## Format the code and mend what the linter can mend
	@$(PY) -m ruff check --quiet --fix . ; $(PY) -m ruff format .

.PHONY: bench
bench: dev demo ## Measure the stages of a turn on the full demo plant, the search in the corpus, and the checks of a model's SQL
	@$(PY) -m benchmarks.turns $(ARGS)
	@$(PY) -m benchmarks.retrieval
	@$(PY) -m benchmarks.verified
	@$(PY) -m benchmarks.agreement --statements

.PHONY: eval
eval: demo ## Ask the golden questions and conversations; print how many are right, by tag and way (LLM_URL=http://HOST:8000/v1)
	@$(if $(LLM_URL),GEMBA_LLM_URL=$(LLM_URL)) deploy/evaluate.sh

.PHONY: screenshots
screenshots: dev browser demo ## Take the pictures in docs/screenshots again
	@$(PY) -m tests.browser.take_screenshots $(ARGS)

.PHONY: docs
docs: setup ## Write the tables in docs/ again that come from the code
	@$(PY) -m deploy.document_settings

.PHONY: catalogues
catalogues: setup ## Bring the translations in data/locale/ up to the texts in the code
	@$(PY) -m deploy.catalogues

.PHONY: clean
clean: ## Remove what was built (CONFIRM=data: also the demo plant and all state)
	@rm -rf build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .venv
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
ifeq ($(CONFIRM),data)
	@rm -rf data/state data/steel data/embedding_models data/demo/*.duckdb data/demo/*.duckdb.*
	@echo "Removed .venv, caches, the demo plant and all state."
else
	@echo "Removed .venv and caches. The demo plant and the state in data/ are kept; make clean CONFIRM=data removes them."
endif
