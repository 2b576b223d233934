# make app: set up and serve on port 8501 (PORT= changes it; TORCH_INDEX= is the address of an
# index to take torch from, such as PyTorch's own of CPU builds).
# make pad: the same for the Gradio drawing pad, on port 7860 or the one of PAD_PORT=.
# make test: set up, a browser included, and run every test, in WORKERS= processes (2). What fails is
# tried once more and named in the summary: on a shared machine a browser can be starved for minutes.
PYTHON ?= python3
PORT ?= 8501
PAD_PORT ?= 7860
TORCH_INDEX ?=
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

.PHONY: app pad test lint benchmark clean

app: $(VENV)/app.done
	$(BIN)/python -m streamlit run app.py --server.port $(PORT)

pad: $(VENV)/pad.done
	$(BIN)/python -m vae_demo.ui.pad --port $(PAD_PORT)

test: $(VENV)/dev.done browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --reruns 1 -r aR

lint: $(VENV)/dev.done $(VENV)/typescript.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/biome ci
	$(BIN)/node $(VENV)/node_modules/typescript/bin/tsc --project .

benchmark: $(VENV)/dev.done
	$(BIN)/python benchmarks/training.py

clean:
	rm -rf $(VENV)

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

# Debian's Chromium where there is apt, without the parts of a window if it can be had: it opens a
# page with two thirds of the work. Else the one that Playwright brings; and Debian's nginx, without
# which the tests of several replicas are skipped.
.PHONY: browser
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
