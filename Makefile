# Everything runs in .venv/, which the first target that needs it makes. `make` lists the targets.
# Plain enough for GNU make 3.81, which macOS ships.

PYTHON ?= python3
BIN = .venv/bin
PIP = $(BIN)/python -m pip --quiet

# What the installed package is made from.
SOURCES = helpers autograder notebooks solutions nbgrader_config.py pyproject.toml constraints.txt README.md
# What editors and JupyterLab leave is none of it: hidden files, backups, notebooks for a try.
CHECKSUM = find $(SOURCES) -type f ! -path '*/.*' ! -name '*.pyc' ! -name '*~' \
	! -name 'Untitled*.ipynb' ! -name '*-Copy*.ipynb' -exec cksum {} + | LC_ALL=C sort | cksum

export PIP_DISABLE_PIP_VERSION_CHECK = 1

# One thread a process: torch's idle threads spin, and slow a machine that runs several.
demo test slow damage chaos attacks: export OMP_NUM_THREADS = 1

.DEFAULT_GOAL = help
.PHONY: help env demo test slow browser postgresql lint lab formgrader release gradescope attacks damage chaos bench bench-recipes bench-advice bench-lessons bench-kernels picture constraints clean check-python

help: ## List these targets
	@echo 'Usage: make TARGET [PYTHON=python3.12]'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile

# A kernel may read the installed copy and not the checkout, so the install is never editable:
# it is made again when a checksum says that a file of ours has changed.
env: .venv/.dependencies ## Make or update .venv/ (every other target does this first)
	@now=$$($(CHECKSUM)); \
	if [ "$$now" != "$$(cat .venv/.project 2>/dev/null)" ]; then \
		echo 'Installing the project into .venv (a few seconds)...'; \
		$(PIP) install --force-reinstall --no-deps --no-build-isolation . && \
		echo "$$now" > .venv/.project; \
	fi

.venv/.dependencies: pyproject.toml constraints.txt
	@$(MAKE) --no-print-directory check-python
	@if [ -e $@ ]; then echo 'Updating the environment in .venv...'; \
	else echo 'Making the environment in .venv (about 2 minutes, 2 GB)...'; fi
	@"$(PYTHON)" -m venv .venv
	@$(REQUIREMENTS) > .venv/requirements.txt
	@$(PIP) install --constraint constraints.txt --requirement .venv/requirements.txt
	@touch $@

# All dependencies that pyproject.toml names, one a line.
REQUIREMENTS = "$(PYTHON)" -c 'import tomllib; \
	project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
	print(*project["dependencies"], *sum(project["optional-dependencies"].values(), []), sep="\n")'

check-python:
	@"$(PYTHON)" -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v < (3, 14) or sys.exit( \
	"Python 3.11 to 3.13 is needed; $(PYTHON) is %d.%d. Try: make env PYTHON=python3.12" % v)'
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo >&2 \
	"$(PYTHON) lacks its venv module. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }

demo: env ## Release the notebooks, grade a sample class, show the table and the report
	@$(BIN)/autograder demo

# One test more than two cores: they wait a lot. By file, which sets up its class or server once;
# in the order of tests/conftest.py, not in xdist's, by which files with few tests come last.
test: lint browser postgresql ## Everything that CI runs: lint, types, tests
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

slow: env ## Tests that take minutes, and random files for FUZZ_MINUTES=180 minutes
	$(BIN)/pytest -m slow

gradescope: env ## The package for Gradescope, set up and run in a fresh environment (slow, network)
	$(BIN)/pytest -m slow tests/gradescope

attacks: env ## Attacks on the grader: marks here and under stock nbgrader (slow, root on Linux)
	@$(BIN)/python -m tests.attacks

# Without a browser the tests that need one are skipped; in CI they fail.
browser: env ## Install Chromium for the browser tests, if it is missing (root, apt-get)
	@found=$$($(BIN)/python tests/support/chromium.py) || \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && [ -z "$$CHROME_BIN" ]; then \
		echo 'Installing Chromium (about a minute, 300 MB)...'; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
			--no-install-recommends chromium fonts-dejavu-core </dev/null >/dev/null \
			|| echo "$$found"; \
	else echo "$$found"; fi

# The same for the server of one test.
postgresql: env
	@found=$$($(BIN)/python -m tests.support.postgresql) || \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo 'Installing PostgreSQL (about a minute)...'; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
			--no-install-recommends postgresql </dev/null >/dev/null || echo "$$found"; \
	else echo "$$found"; fi

lint: env ## Style and types only
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

lab: env ## JupyterLab on the notebooks
	@$(BIN)/autograder lab

formgrader: env ## JupyterLab for instructors: nbgrader's formgrader on this course
	@$(BIN)/autograder lab --instructor

release: env ## Write notebooks/ from solutions/
	@$(BIN)/autograder release

damage: env ## What becomes of damaged notebooks, here and under stock nbgrader (about 20 minutes)
	@$(BIN)/python -m tests.damage.table

chaos: env ## Kill the grader and its parts at random moments, 30 times (about 20 minutes)
	@$(BIN)/python -m tests.chaos.never_lost --times 30

bench: env ## How fast grading is, beside stock nbgrader, to build/bench.json (about 40 minutes)
	@$(BIN)/python -m tests.bench.grading

bench-recipes: env ## How often common training recipes pass (slow)
	@$(BIN)/python -m tests.bench.recipes

bench-advice: env ## How often following the advice for a failed training passes (about 20 minutes)
	@$(BIN)/python -m tests.bench.advice

bench-lessons: env ## How long each solved notebook takes, and which cells
	@$(BIN)/python -m tests.bench.lessons

bench-kernels: env ## What a kernel costs, step by step, cold and warm
	@$(BIN)/python -m tests.bench.kernels

picture: env ## Draw the README's picture again
	@$(BIN)/python docs/make_picture.py

constraints: check-python ## Resolve constraints.txt again; torch keeps the version it has there
	@echo 'Resolving the dependencies in build/resolve (some minutes)...'
	@rm -rf build/resolve && mkdir -p build && "$(PYTHON)" -m venv build/resolve
	@{ grep -E '^(torch|soupsieve)==' constraints.txt; $(REQUIREMENTS); } > build/resolve/requirements.txt
	@build/resolve/bin/python -m pip --quiet install --requirement build/resolve/requirements.txt
	@{ sed -n '/^#/p' constraints.txt; build/resolve/bin/python -m pip freeze --all --exclude pip \
		| sed 's/+.*//'; } > build/constraints.txt && mv build/constraints.txt constraints.txt
	@rm -rf build/resolve

clean: ## Delete .venv/, builds and caches; grading/ and learners' work stay
	@rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache
	@find helpers autograder tests -type d -name __pycache__ -prune -exec rm -rf {} +
