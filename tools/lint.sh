#!/usr/bin/env bash
# Format and lints, warnings being errors: native packages as native code, those on lunatic as WebAssembly.
# Run through tools/with-tools.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The packages that use lunatic, as `-p NAME` or `--exclude NAME`.
on_lunatic() {
    cargo metadata --no-deps --format-version 1 | python3 -c '
import json, sys
for package in json.load(sys.stdin)["packages"]:
    if any(needs["name"] == "lunatic" for needs in package["dependencies"]):
        print(sys.argv[1], package["name"], sep="\n")' "$1"
}

cargo fmt --all --check
mapfile -t native < <(on_lunatic --exclude)
mapfile -t guest < <(on_lunatic -p)
cargo clippy --workspace "${native[@]}" --all-targets --target host-tuple -- -D warnings
cargo clippy "${guest[@]}" --all-targets -- -D warnings
