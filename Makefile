# make demo   the workflow on the embedded synthetic patient, from nothing but Python, git and make
# make test   the tests; make lint   style, types, workflow; make bench   speed beside the original SpliceAI
# make test-nightly   the tests and those too slow for every change: whole runs of each fault, every published record
# Both prepare .venv first, once.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
CORES ?= 2
VENV := .venv
BIN := $(VENV)/bin
ORIGINAL := .venv-original
ENFORMER := .venv-enformer
CRATE := .venv-crate
PINS := .venv-pins
PIP := $(BIN)/python -m pip install --disable-pip-version-check
REPORT := results/demo/report.html

.PHONY: demo test test-nightly lint format manuals bench bench-regulation crate-check pins slurm-test faults-test clean help

help:
	@sed -n '1,4s/^# //p' Makefile

demo: $(VENV)/ready
	@echo "landfall: the workflow on the synthetic patient of demo/, with the real SpliceAI (weights: CC BY-NC 4.0, non-commercial)"
	$(BIN)/snakemake --cores $(CORES)
	@echo "landfall: open $(REPORT)"

PYTEST := $(BIN)/python -m pytest --numprocesses $(CORES) --dist loadfile --no-loadscope-reorder

test: $(VENV)/ready
	@echo "landfall: tests (those marked shared_data need the public data beside the project, and are skipped without it)"
	$(PYTEST)

# Everything that needs no cluster; test_gpu.py is skipped without a GPU.
test-nightly: $(VENV)/ready
	$(PYTEST) -m "not cluster"

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

# Tables of the documents and types of rows, generated from declarations in the code.
manuals: $(VENV)/ready
	$(BIN)/python -m landfall.stages.manuals

# The stamp is written last: an interrupted installation is continued.
# The build tools are those of requirements.txt too, hence no isolation.
$(VENV)/ready: requirements.txt requirements-torch.txt pyproject.toml $(wildcard landfall/models/layers/dilated_convolution.[ci]*)
	@echo "landfall: preparing $(VENV) with the pinned packages of requirements*.txt (a few minutes, once)"
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --progress-bar on --require-hashes -r requirements.txt
	$(PIP) --progress-bar on -r requirements-torch.txt
	$(PIP) --quiet --no-deps --no-build-isolation --editable .
	touch $@

# The original needs its own environment: an old TensorFlow, an old numpy.
bench: $(VENV)/ready $(ORIGINAL)/ready
	$(BIN)/python -m benchmarks.cost
	$(BIN)/python -m benchmarks.splice --original $(ORIGINAL)/bin/python

# Enformer's weights in it are random; the comparison is with the PyTorch port enformer-pytorch.
bench-regulation: $(VENV)/ready $(ENFORMER)/ready
	$(BIN)/python -m benchmarks.regulation --other $(ENFORMER)/bin/python
	$(BIN)/python -m benchmarks.regulation_sei
	$(BIN)/python -m benchmarks.regulation_basenji2

$(ENFORMER)/ready:
	$(PYTHON) -m venv $(ENFORMER)
	$(ENFORMER)/bin/python -m pip install "torch==2.13.0" "enformer-pytorch==0.8.12"
	touch $@

$(ORIGINAL)/ready:
	$(PYTHON) -m venv $(ORIGINAL)
	$(ORIGINAL)/bin/python -m pip install "tensorflow-cpu==2.15.1" "numpy<2" "setuptools<81" "spliceai==1.3.1"
	touch $@

# The public validator of RO-Crates, in its own environment; rocrate 0.13.0 ships the context that it requires.
crate-check: $(REPORT) $(CRATE)/ready
	$(BIN)/landfall crate results/demo -O work/demo.crate.zip
	$(CRATE)/bin/python tests/validate_crate.py work/demo.crate.zip

$(REPORT): demo

$(CRATE)/ready:
	$(PYTHON) -m venv $(CRATE)
	$(CRATE)/bin/python -m pip install --disable-pip-version-check --quiet roc-validator==0.13.0 rocrate==0.13.0
	touch $@

# A real SLURM on this machine (Debian packages, root), two fake GPUs, the small case through the slurm profile, and the
# faults of a cluster.
slurm-test: $(VENV)/ready
	tests/slurm/cluster.sh up
	$(BIN)/python -m pytest -m cluster tests/workflow

# The faults of docs/faults.md that take whole runs on one machine; root for the full disk.
faults-test: $(VENV)/ready
	$(BIN)/python -m pytest -m "not cluster" tests/workflow/test_faults.py tests/workflow/test_repeatability.py

# Regenerate requirements.txt from pyproject.toml: its versions are kept where they still satisfy it (delete a block, or the
# file, for newer ones), with the hashes of every file of each, for Python 3.11 to 3.13 and every platform.
pins:
	test -x $(PINS)/bin/uv || { $(PYTHON) -m venv $(PINS) && $(PINS)/bin/python -m pip install --quiet "uv>=0.9,<1"; }
	$(PINS)/bin/uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-annotate \
	  --no-emit-package torch --custom-compile-command "make pins" --output-file requirements.txt

clean:
	rm -rf results work score_cache .snakemake
