# make run starts the app; make test runs everything that must be green. Windows: see README.md.
PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin
ADDRESS ?= 127.0.0.1
PORT ?= 8501

.PHONY: run test test-slow lint format bench clean

run: $(VENV)/.installed
	$(BIN)/streamlit run app.py --server.address $(ADDRESS) --server.port $(PORT)

test: $(VENV)/.tested lint
	$(BIN)/python tests/browser.py
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

test-slow: $(VENV)/.tested
	$(BIN)/python tests/browser.py
	$(BIN)/python -m pytest -m slow

lint: $(VENV)/.tested
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

format: $(VENV)/.tested
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.tested
	$(BIN)/python benchmarks/edit.py
	$(BIN)/python benchmarks/train.py
	$(BIN)/python benchmarks/long_run.py
	$(BIN)/python benchmarks/click.py
	$(BIN)/python benchmarks/tabs.py

$(VENV)/.installed: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.tested: $(VENV)/.installed requirements-dev.txt requirements-onnx.txt requirements-tensorboard.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

clean:
	rm -rf $(VENV) tests/screenshots
