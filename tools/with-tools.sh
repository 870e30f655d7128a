#!/usr/bin/env bash
# Runs a command with the tools that `make` prepared: `tools/with-tools.sh cargo build`.
#
# The command finds the right cargo first in its PATH, and in its environment, where they are there,
#   UMBRA_LAUNCHER  the launcher              UMBRA_WASM     the guest of the release profile (built or not)
#   UMBRA_LUNATIC   stock lunatic             UMBRA_CHROMIUM a browser for tests
#   UMBRA_SERVER    how tests and tools start a server: a command line for `sh`. Unless it is set already, the launcher
#                   with the guest. For stock lunatic: UMBRA_SERVER="lunatic run $PWD/target/wasm32-wasip1/release/umbra.wasm"
set -euo pipefail
here="$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tools/setup/report.sh
. "$here/setup/report.sh"
# shellcheck source=tools/setup/locate.sh
. "$here/setup/locate.sh"

use_project_toolchain
# Back traces make every message on stock lunatic ten times slower.
export PATH RUST_BACKTRACE=0
export UMBRA_WASM="${CARGO_TARGET_DIR:-$ROOT/target}/wasm32-wasip1/release/umbra.wasm"
for tool in LAUNCHER LUNATIC CHROMIUM; do
    if path="$("find_${tool,,}")"; then
        export "UMBRA_$tool=$path"
    else
        unset "UMBRA_$tool"
    fi
done
if [[ -n "${UMBRA_LAUNCHER:-}" ]]; then
    export UMBRA_SERVER="${UMBRA_SERVER:-'$UMBRA_LAUNCHER' --guest '$UMBRA_WASM'}"
fi
exec "$@"
