# Two commands to know: `make run` starts Sobani, `make check` says whether a change is good.
# What they need is installed by the locks when it is missing or older than its lock.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes
BUNDLE := config/static/vendor/lit.js
LOADER := talk/static/widget/loader.js talk/static/widget/more.js $(wildcard talk/static/widget/loader/*.js talk/static/widget/more/*.js)
CONSOLE := $(wildcard talk/static/console/*.js talk/static/console/*/*.js talk/static/protocol/*.js)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po */locale/*/LC_MESSAGES/*.po))
WORKERS ?= 2
ARGS ?=

.PHONY: run test faults check lint types lock clean

# The tether ends Sobani even if make is killed; its first argument is make's own process id.
run: $(VENV)/run.stamp $(BUNDLE) $(CATALOGUES)
	@exec $(PY) -I -S config/embedded/tether.py $$PPID 15 $(PY) manage.py up $(ARGS)

test: $(VENV)/dev.stamp $(BUNDLE) $(CATALOGUES)
	$(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

faults: $(VENV)/dev.stamp $(BUNDLE) $(CATALOGUES)
	$(PY) -m pytest -n 0 -m long $(ARGS)

check: $(VENV)/dev.stamp node_modules/.dev.stamp $(CATALOGUES)
	@$(PY) .ci/checks.py $(ARGS)

lint: $(VENV)/dev.stamp
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

types: $(VENV)/dev.stamp node_modules/.dev.stamp
	@$(PY) .ci/checks.py mypy tsc

lock: $(VENV)/dev.stamp
	$(PY) .ci/lock.py

clean:
	rm -rf $(VENV) node_modules config/static/vendor static-root .mypy_cache .ruff_cache .pytest_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Sobani needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV) || { rm -f $@; exit 1; }  # half of one would look like a whole next time

# pip byte-compiles what it installs; our own modules are compiled here, for the same quick start.
$(VENV)/run.stamp: requirements/run.txt | $(VENV)/bin/python
	$(PIP) --requirement requirements/run.txt
	$(PY) -m compileall -q config customers integrations segments talk
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt | $(VENV)/bin/python
	$(PIP) --requirement requirements/dev.txt
	@touch $@ $(VENV)/run.stamp

# `npm ci` empties node_modules: whoever has the checkers keeps them.
DEV := $(wildcard node_modules/.dev.stamp)
$(BUNDLE): package-lock.json $(wildcard config/vendor/*) $(LOADER) $(CONSOLE) | $(VENV)/bin/python
	$(PY) config/vendor/install.py $(if $(DEV),&& touch $(DEV),--omit=dev)

node_modules/.dev.stamp: package-lock.json $(wildcard config/vendor/*) | $(VENV)/bin/python
	$(PY) config/vendor/install.py
	@touch $@

%.mo: %.po | $(VENV)/run.stamp
	$(PY) -m config.catalogues $<
