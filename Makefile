# The commands of the project. Each sets up what it needs first (tools/setup/), which takes no time once done.

SETUP := tools/setup/setup.sh
WITH  := tools/with-tools.sh
NATIVE := --target host-tuple
export RUST_BACKTRACE := 0

.PHONY: help setup run build wasm bots test bench cost chaos prove fmt lint clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

setup: ## Set this machine up for building and running
	@$(SETUP) build

run: build ## Start the server; it prints the address to open
	@exec $(WITH) cargo run --release --quiet

build: wasm ## Build the server: target/wasm32-wasip1/release/umbra.wasm
	@echo "build: the server (about a minute the first time)" >&2
	@$(WITH) cargo build --release

wasm: setup ## Build the browser's client, and say what it weighs: clients/wasm/pkg
	@$(WITH) cargo run --quiet $(NATIVE) -p umbra-bindgen

bots: setup ## Let bots play on a running server: make bots N=6 [ROOM=...] [GAME=...] [URL=...]
	@BOTS="$(N)" BOTS_ROOM="$(ROOM)" BOTS_GAME="$(GAME)" BOTS_URL="$(URL)" $(WITH) cargo run --release --quiet -p umbra-bots

test: ## Run every test, or some: make test SUITES="umbra-otp web"
	@$(SETUP) test
	@$(WITH) python3 tools/testing/run_tests.py $(SUITES)

bench: build ## Measure speed and size: make bench ARGS="..."
	@$(WITH) cargo run --release $(NATIVE) -p umbra-load -- $(ARGS)

cost: build ## Measure what a message costs in each home of the client
	@$(SETUP) test
	@$(WITH) cargo run --release --quiet $(NATIVE) -p umbra-client --example cost
	@$(WITH) cargo run --release --quiet -p umbra-client-lunatic --example cost
	@$(WITH) node tests/browser/cost.js

chaos: build ## Kill and cut at random until stopped: make chaos ARGS="..."
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
	@rm -rf tests/browser/node_modules web/node_modules web/vendor clients/wasm/pkg
