# The commands of the project. Each sets up what it needs first (tools/setup/), which takes no time once done.

SETUP := tools/setup/setup.sh
WITH  := tools/with-tools.sh
NATIVE := --target host-tuple
export RUST_BACKTRACE := 0

LAUNCHER := cargo build --quiet $(NATIVE) --profile launcher -p umbra-launcher --no-default-features
# The launcher as `make install` installs it, but for the guest inside.
INSTALLED := $(or $(CARGO_TARGET_DIR),target)/*/release/umbra

.PHONY: help setup run build launcher installed install wasm bots test test-stock bench load count cost chaos prove fmt lint clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

setup: ## Set this machine up for building and running
	@$(SETUP) build

run: build launcher ## Start the server; it prints the address to open
	@exec $(WITH) sh -c 'eval "exec $$UMBRA_SERVER"'

build: wasm ## Build the server: target/wasm32-wasip1/release/umbra.wasm
	@echo "build: the server (about a minute the first time)" >&2
	@$(WITH) cargo build --release

launcher: setup ## Build what runs it: target/*/launcher/umbra
	@echo "build: the launcher (about four minutes on two cores the first time)" >&2
	@$(WITH) $(LAUNCHER)

installed: setup
	@echo "launcher: as fast as it gets, for measuring (about five minutes on two cores the first time)" >&2
	@$(WITH) cargo build --quiet --release $(NATIVE) -p umbra-launcher --no-default-features

install: wasm ## Install `umbra`, one program with the server inside, to where Cargo installs
	@$(WITH) cargo install --locked --path launcher

wasm: setup ## Build the browser's client, and say what it weighs: clients/wasm/pkg
	@$(WITH) cargo run --quiet $(NATIVE) -p umbra-bindgen

bots: launcher ## Let bots play on a running server: make bots N=6 [ROOM=...] [GAME=...] [URL=...]
	@BOTS="$(N)" BOTS_ROOM="$(ROOM)" BOTS_GAME="$(GAME)" BOTS_URL="$(URL)" $(WITH) cargo run --release --quiet -p umbra-bots

test: wasm launcher ## Run every test, or some: make test SUITES="umbra-otp web"
	@$(SETUP) test
	@$(WITH) python3 tools/testing/run_tests.py $(SUITES)

test-stock: ## Run what lunatic has a part in on stock lunatic, which is built first (about four minutes)
	@$(SETUP) stock
	@$(WITH) python3 tools/testing/run_tests.py --stock $(SUITES)

bench: build installed ## Compare Umbra with its peers: make bench ARGS="--quick"
	@UMBRA_LAUNCHER="$$(echo $(INSTALLED))" $(WITH) cargo run --release $(NATIVE) -p umbra-bench -- $(ARGS)

load: build installed ## Measure Umbra alone: make load ARGS="..."
	@UMBRA_LAUNCHER="$$(echo $(INSTALLED))" $(WITH) cargo run --release $(NATIVE) -p umbra-load -- $(ARGS)

count: build installed ## Count the instructions of an event (valgrind); the same on every run
	@$(WITH) cargo build --quiet --release $(NATIVE) -p umbra-load
	@UMBRA_LAUNCHER="$$(echo $(INSTALLED))" $(WITH) tools/load/count_instructions.sh

cost: build launcher ## Measure what a message costs in each home of the client
	@$(SETUP) test
	@$(WITH) cargo run --release --quiet $(NATIVE) -p umbra-client --example cost
	@$(WITH) cargo run --release --quiet -p umbra-client-lunatic --example cost
	@$(WITH) node tests/browser/cost.js

chaos: build launcher ## Kill and cut at random until stopped: make chaos ARGS="..."
	@$(WITH) cargo run --release $(NATIVE) -p umbra-faults --bin chaos -- $(ARGS)

prove: ## Put bugs back, one at a time, and show that the fault kit finds each
	@$(SETUP) build
	@$(WITH) python3 tools/testing/put_back.py

fmt: ## Format all Rust code
	@$(SETUP) check
	@$(WITH) cargo fmt --all

lint: ## Check format and lints, warnings being errors
	@$(SETUP) check
	@$(WITH) tools/lint.sh

clean: ## Remove what was built here; tools stay in the user's cache
	@cargo clean
	@rm -rf tests/browser/node_modules clients/js/node_modules web/node_modules web/vendor clients/wasm/pkg
	@rm -rf bench/peers/*/node_modules bench/peers/cowboy/ebin bench/peers/cowboy/erlang
