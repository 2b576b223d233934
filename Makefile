# make app: set up and serve on port 8501 (PORT= changes it; TORCH_INDEX= is the address of an
# index to take torch from, such as PyTorch's own of CPU builds).
# make pad: the same for the Gradio drawing pad, on port 7860 or the one of PAD_PORT=.
# make pad-space: write the files of the pad's Hugging Face Space into the folder of FOLDER=.
# make lint: the linters. make test: set up, a browser included, and run the tests in WORKERS=
# processes (3, since tests of browsers often wait); a failed test is tried again once, and the log
# says why.
# make test-long: the longer tests, some of them on a Ray cluster.
# make figures: compute the figures of the documents again, those that take minutes.
# make test-versions: the oldest and the newest versions of the requirements.
PYTHON ?= python3
PORT ?= 8501
PAD_PORT ?= 7860
FOLDER ?= pad-space
TORCH_INDEX ?=
WORKERS ?= 3
VENV := .venv
BIN := $(VENV)/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

# Compiled modules are kept, so that each of the servers that tests start is there sooner.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: app pad pad-space lint test test-long test-versions benchmark figures browser clean

app: $(VENV)/app.done
	$(BIN)/python -m streamlit run app.py --server.port $(PORT)

pad: $(VENV)/pad.done
	$(BIN)/python -m vae_demo.ui.pad --port $(PAD_PORT)

pad-space:
	mkdir -p "$(FOLDER)"
	cp -r pad.py requirements.txt LICENSE vae_demo checkpoints data deploy/pad-space/README.md "$(FOLDER)"
	find "$(FOLDER)" -name __pycache__ -prune -exec rm -r {} +

lint: $(VENV)/dev.done $(VENV)/typescript.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/biome ci
	$(BIN)/node $(VENV)/node_modules/typescript/bin/tsc --project .

test: $(VENV)/dev.done browser
	$(PYTEST) --reruns 1 -r aR --cov

test-long: $(VENV)/dev.done browser
	$(BIN)/python -m pip install 'ray[default]'
	$(PYTEST) -m long

test-versions: $(VENV)/dev.done
	$(BIN)/python -m pip install uv
	.ci/versions $(BIN)/uv

benchmark: $(VENV)/dev.done
	$(BIN)/python benchmarks/training.py

figures: $(VENV)/dev.done
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/figures.py

clean:
	rm -rf $(VENV) build

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; say PYTHON=python3.12 make ..."; exit 1; }
	$(PYTHON) -m venv $(VENV) || { $(SUDO) apt-get update && \
		$(SUDO) apt-get install -y python3-venv && $(PYTHON) -m venv --clear $(VENV); }

$(VENV)/app.done: requirements.txt | $(BIN)/python
	[ -z "$(TORCH_INDEX)" ] || $(BIN)/python -m pip install torch --index-url "$(TORCH_INDEX)"
	$(BIN)/python -m pip install -r requirements.txt
	touch $@

$(VENV)/pad.done: requirements-gradio.txt $(VENV)/app.done
	$(BIN)/python -m pip install -r requirements-gradio.txt
	touch $@

$(VENV)/dev.done: requirements-dev.txt requirements-gradio.txt $(VENV)/app.done
	$(BIN)/python -m pip install -r requirements-dev.txt
	touch $@

# The compiler that checks the types of the JavaScript; it writes nothing.
$(VENV)/typescript.done: $(VENV)/dev.done
	$(BIN)/npm install --prefix $(VENV) --no-save --no-package-lock --no-fund --no-audit typescript@5
	touch $@

# Installs Debian's Chromium if there is apt, preferably the headless shell, which needs two thirds of
# the time to open a page; otherwise Playwright's. Also installs nginx, without which the tests of
# several servers are skipped.
browser: $(VENV)/dev.done
	@command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] \
		|| { command -v apt-get >/dev/null && $(SUDO) apt-get update \
			&& $(SUDO) apt-get install -y nginx-light; } \
		|| echo "no nginx here: its tests will be skipped"
	@[ -n "$$CHROMIUM" ] || command -v chromium-headless-shell >/dev/null \
		|| { command -v apt-get >/dev/null && $(SUDO) apt-get update \
			&& { $(SUDO) apt-get install -y chromium-headless-shell \
				|| $(SUDO) apt-get install -y chromium; }; } \
		|| command -v chromium >/dev/null \
		|| $(BIN)/playwright install --with-deps --only-shell chromium
