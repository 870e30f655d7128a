#!/usr/bin/env bash
# Cargo's runner for WebAssembly on stock lunatic: `make test-stock` puts this script in the place of tools/wasm-runner.sh.
#
# A program is run on lunatic as it is. A test executable needs care, because lunatic runs its `#[lunatic::test]`
# functions only if the path looks as it did before Rust renamed the target (`…/target/wasm32-wasi/debug/deps/…`), and
# otherwise runs the empty standard harness, which reports "0 passed" and succeeds. So it is shown such a path, and the
# result is believed only when the runtime accounts for every test that the file exports.
#
# The examples in documentation are programs of a third kind: lunatic exits 0 even when one panics, so what they print
# is what tells.
set -euo pipefail
here="$(dirname "$(realpath "${BASH_SOURCE[0]}")")"
# shellcheck source=tools/setup/report.sh
. "$here/setup/report.sh"
# shellcheck source=tools/setup/locate.sh
. "$here/setup/locate.sh"

lunatic="$(find_lunatic)" || fail "the lunatic runtime is missing: run 'tools/setup/setup.sh stock'"
# Back traces make every message ten times slower. The other names are the build's own and no settings of the guest.
export RUST_BACKTRACE=0
unset "${TOOLS_VARIABLES[@]}"

program="$(realpath "$1")"
shift
output="$(mktemp)"
trap 'rm -f "$output"' EXIT

case "$program" in
    */rustdoctest*)
        "$lunatic" run "$program" "$@" 2>&1 | tee "$output"
        if grep -qE '^running [0-9]+ tests?$' "$output"; then
            grep -q '^test result: ok' "$output" || exit 1
        elif grep -q ' panicked at ' "$output"; then
            exit 1
        fi
        exit
        ;;
    */deps/*.wasm) ;;
    *)
        rm -f "$output"
        exec "$lunatic" run "$program" "$@"
        ;;
esac

profile="$(dirname "$(dirname "$program")")"
view="$(dirname "$profile")/lunatic-tests/$(basename "$profile")/target/wasm32-wasi"
mkdir -p "$view"
ln -sfn "$profile" "$view/debug"

# Flags of Rust's own harness that the runtime would refuse; it runs all tests at once and prints each.
arguments=()
for argument in "$@"; do
    case "$argument" in
        --quiet | --test-threads=*) ;;
        *) arguments+=("$argument") ;;
    esac
done

status=0
CARGO_MANIFEST_DIR="${CARGO_MANIFEST_DIR:-.}" "$lunatic" run "$view/debug/deps/$(basename "$program")" "${arguments[@]}" |
    tee "$output" || status=$?
case " $* " in
    *" --list "*) ;;
    *) python3 "$here/testing/wasm_tests.py" --check "$program" "$output" || status=1 ;;
esac
exit "$status"
