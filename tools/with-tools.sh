#!/usr/bin/env bash
# Runs a command with the tools that tools/setup/ prepared: `tools/with-tools.sh cargo build`.
#
# The command finds the right cargo first in its PATH, and in the environment UMBRA_LUNATIC (the runtime), UMBRA_WASM
# (the guest of the release profile, built or not), both absolute, and UMBRA_CHROMIUM where there is one.
set -euo pipefail
here="$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tools/setup/report.sh
. "$here/setup/report.sh"
# shellcheck source=tools/setup/locate.sh
. "$here/setup/locate.sh"

use_project_toolchain
target="$(cd "$ROOT" && cargo metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')"
UMBRA_WASM="$target/wasm32-wasip1/release/umbra.wasm"
UMBRA_LUNATIC="$(find_lunatic)" || fail "the lunatic runtime is missing: run 'make setup'"
# With back traces on, the runtime takes ten times as long for each message.
export PATH UMBRA_WASM UMBRA_LUNATIC RUST_BACKTRACE=0
if UMBRA_CHROMIUM="$(find_chromium)"; then
    export UMBRA_CHROMIUM
else
    unset UMBRA_CHROMIUM
fi
exec "$@"
