#!/usr/bin/env bash
# Format and lints, warnings being errors: native packages as native code, those on lunatic as WebAssembly; the libraries
# among these that stand on the simulated runtime too, natively as well.
# Run through tools/with-tools.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The packages that have such a dependency, as `-p NAME` or `--exclude NAME`.
with_dependency() {
    cargo metadata --no-deps --format-version 1 | python3 -c '
import json, sys
for package in json.load(sys.stdin)["packages"]:
    if any(needs[sys.argv[2]] == sys.argv[3] for needs in package["dependencies"]):
        print(sys.argv[1], package["name"], sep="\n")' "$@"
}

# The launcher has the guest inside; for lints any file will do.
export UMBRA_WASM_TO_EMBED="$PWD/Cargo.toml"
cargo fmt --all --check
mapfile -t native < <(with_dependency --exclude name lunatic)
mapfile -t guest < <(with_dependency -p name lunatic)
mapfile -t both < <(with_dependency -p target 'cfg(not(target_arch = "wasm32"))')
cargo clippy --workspace "${native[@]}" --all-targets --target host-tuple -- -D warnings
cargo clippy "${guest[@]}" --all-targets -- -D warnings
cargo clippy "${both[@]}" --lib --target host-tuple -- -D warnings
