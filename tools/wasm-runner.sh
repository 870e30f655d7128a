#!/usr/bin/env bash
# Cargo's runner for WebAssembly: `cargo run` and `cargo test` hand every built program to this script, and it hands it on
# to the launcher, which sees by what the file exports whether it is a program or tests. It builds nothing.
# (On stock lunatic: tools/stock-runner.sh.)
set -euo pipefail
here="$(dirname "$(realpath "${BASH_SOURCE[0]}")")"
# shellcheck source=tools/setup/report.sh
. "$here/setup/report.sh"
# shellcheck source=tools/setup/locate.sh
. "$here/setup/locate.sh"

launcher="$(find_launcher)" || fail "the launcher is missing: run 'make launcher' in $ROOT"
# These are the tools' own and no settings of the guest.
unset "${TOOLS_VARIABLES[@]}"
exec "$launcher" cargo "$@"
