# make demo   the workflow on the embedded synthetic patient, from nothing but Python, git and make
# make test   the tests; make lint   style, types, workflow
# Both prepare .venv first, once.

PYTHON ?= python3.11
CORES ?= 2
VENV := .venv
BIN := $(VENV)/bin
REPORT := results/demo/report.html

.PHONY: demo test lint format clean help

help:
	@sed -n '1,3s/^# //p' Makefile

demo: $(VENV)/ready
	@echo "landfall: the workflow on the synthetic patient of demo/, with the real SpliceAI (weights: CC BY-NC 4.0, non-commercial)"
	$(BIN)/snakemake --cores $(CORES)
	@echo "landfall: open $(REPORT)"

test: $(VENV)/ready
	@echo "landfall: tests (those marked shared need the public data beside the project, and say so where it is absent)"
	$(BIN)/python -m pytest

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint

format: $(VENV)/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/snakefmt Snakefile workflow

# The stamp is written last: an installation that was cut off is taken up again.
$(VENV)/ready: requirements.txt pyproject.toml
	@echo "landfall: preparing $(VENV) with the pinned packages of requirements.txt (a few minutes, once)"
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -r requirements.txt
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --editable .
	touch $@

clean:
	rm -rf results work .snakemake
