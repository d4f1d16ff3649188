# `make run` and `make test` need Python 3.11+ and nothing else. The rest says what it needs.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
PY := $(VENV)/bin/python
INSTALL = $(PY) -m uv pip install --quiet --compile-bytecode
PIP_INSTALL = $(PY) -m pip install --quiet --disable-pip-version-check

.PHONY: run test test-postgres15 test-redis faults fuzz torture run-test check browser-test lint types layers templates migrations translations messages lock screenshots pictures clean bench

run: $(VENV)/.runtime
	@exec $(PY) -m healthkit.run --port $(PORT)

test: $(VENV)/.dev
	@exec $(PY) -m pytest -n 2 -m "not browser and not redis and not first_run and not faults and not fuzz"

# Needs Debian's chromium. Every page in every look; LOOKS=two takes the two that .ci/run takes.
LOOKS ?= all
browser-test: $(VENV)/.dev
	@HEALTHKIT_LOOKS=$(LOOKS) exec $(PY) -m pytest -m browser tests/browser

# Needs Debian's chromium: a picture of every page in every look, under var/pictures.
pictures: $(VENV)/.dev
	@HEALTHKIT_LOOKS=$(LOOKS) HEALTHKIT_PICTURES=var/pictures exec $(PY) -m pytest -m browser tests/browser/test_walk.py

# Needs Debian's PostgreSQL 15: the tests that use the database, once more, over TCP; or some: POSTGRES15_TESTS=tests/records.
POSTGRES15_TESTS ?= tests
test-postgres15: $(VENV)/.dev
	@.ci/with-postgres15 $(PY) -m pytest -n 2 -m "django_db and not browser and not redis and not faults and not fuzz" $(POSTGRES15_TESTS)

# Needs Debian's redis-server: production settings, prefork workers killed and told twice, what Redis gets to know.
test-redis: $(VENV)/.dev
	@exec $(PY) -m pytest -n 2 -m redis tests/production

# Kills processes, databases and Debian's redis-server at random moments; in its short form.
faults: $(VENV)/.dev
	@exec $(PY) -m pytest -n 2 -m faults tests/faults

# Generated requests for every address; in its short form always the same ones.
fuzz: $(VENV)/.dev
	@exec $(PY) -m pytest -n 2 -m fuzz tests/fuzz

# The long forms of all of them, with redis-server, and ten thousand decisions replayed: other moments each time.
torture: $(VENV)/.dev
	@env TORTURE=1 $(PY) -m pytest -n 0 tests/lookup/test_replayed_decisions.py
	@exec env TORTURE=1 $(PY) -m pytest -n 2 -m "faults or fuzz or redis" tests/faults tests/fuzz tests/production

# Clones what is committed into an empty folder and uses it as the README says.
run-test: $(VENV)/.dev
	@exec $(PY) -m pytest -s -m first_run tests/first_run

# Needs gettext (xgettext, msgfmt) for the translations.
check: lint layers types templates migrations translations

lint: $(VENV)/.dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m bandit -q -ll -c pyproject.toml -r civil_time healthcode identity records lookup demo healthkit clients

layers: $(VENV)/.dev
	$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

types: $(VENV)/.dev
	$(PY) -m mypy .

templates: $(VENV)/.dev
	$(PY) -m djlint --lint --quiet $(wildcard */templates)

migrations: $(VENV)/.dev
	$(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

translations: $(VENV)/.dev
	$(PY) -m healthkit.translations --check

# Rewrites locale/ from the sources; translate what is then missing, and run it again.
messages: $(VENV)/.dev
	$(PY) -m healthkit.translations

# Needs Debian's chromium, and `make run` in another terminal.
screenshots: $(VENV)/.dev
	@exec $(PY) -m tests.browser.screenshots

# Ratios against a limit measured in the same run; docs/performance.md quotes them.
bench: $(VENV)/.dev
	@$(PY) -m benchmarks.answers
	@$(PY) -m benchmarks.checks
	@$(PY) -m benchmarks.uniformity
	@$(PY) -m benchmarks.sync
	@$(PY) -m benchmarks.growth
	@$(PY) -m benchmarks.dry_run

# Compiles the pinned requirements; names no index.
lock: $(VENV)/.dev
	$(PY) -m uv pip compile -q requirements.in -o requirements.txt --no-emit-index-url --no-header
	$(PY) -m uv pip compile -q requirements-dev.in -o requirements-dev.txt --no-emit-index-url --no-header

clean:
	rm -rf $(VENV) var

# uv installs several times faster than pip; where it cannot be had, pip does.
$(VENV)/bin/python:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or later is needed: make PYTHON=python3.12 ...')"
	$(PYTHON) -m venv $(VENV)
	-@$(PIP_INSTALL) uv

$(VENV)/.runtime: requirements.txt | $(VENV)/bin/python
	@echo "Installing what the service needs …"
	@$(INSTALL) -r requirements.txt || $(PIP_INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt | $(VENV)/bin/python
	@echo "Installing what the tests need …"
	@$(INSTALL) -r requirements-dev.txt || $(PIP_INSTALL) -r requirements-dev.txt
	@touch $@ $(VENV)/.runtime
