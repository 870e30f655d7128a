#!/usr/bin/env bash
# Where the tools are: the launcher, stock lunatic, the browser, the toolchain. Sourced after report.sh; builds nothing.
#
# Each function prints an absolute path, or nothing and fails. What the user names in the environment wins, then what
# the machine has, then what an earlier set-up left in the cache.

LUNATIC_VERSION=0.13.2

# What belongs to the tools and not to the server that they start; `crates/machine/src/settings/load.rs` has the list too.
# shellcheck disable=SC2034  # read by the scripts that source this file
TOOLS_VARIABLES=(UMBRA_WASM UMBRA_LUNATIC UMBRA_LAUNCHER UMBRA_SERVER UMBRA_CHROMIUM UMBRA_TOOLCHAIN)

# find_launcher: the launcher, as `make launcher` built it last.
find_launcher() {
    local candidate
    for candidate in "${UMBRA_LAUNCHER:-}" "${CARGO_TARGET_DIR:-$ROOT/target}"/*/launcher/umbra; do
        if [[ -x "$candidate" ]]; then
            realpath "$candidate"
            return
        fi
    done
    return 1
}

# find_lunatic: stock lunatic, of exactly the version that the guest is written for.
find_lunatic() {
    local candidate
    for candidate in "${UMBRA_LUNATIC:-}" "$CACHE/lunatic-$LUNATIC_VERSION/bin/lunatic" "$(command -v lunatic)"; do
        if [[ -x "$candidate" && "$("$candidate" --version 2>/dev/null)" == *" $LUNATIC_VERSION" ]]; then
            realpath "$candidate"
            return
        fi
    done
    return 1
}

# find_chromium: a Chromium for the browser tests; Chrome will do.
find_chromium() {
    local candidate
    for candidate in "${UMBRA_CHROMIUM:-}" "$(command -v chromium)" "$(command -v google-chrome)" "$CACHE/chromium-debian/bin/chromium"; do
        if [[ -x "$candidate" ]]; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

# find_distribution_toolchain: the newest toolchain of last resort that an earlier set-up built.
find_distribution_toolchain() {
    local newest
    newest="$(compgen -G "$CACHE/rust-debian-*/" | sort -V | tail -n 1 || true)"
    [[ -n "$newest" ]] && printf '%s\n' "${newest%/}"
}

# use_project_toolchain: puts the toolchain that was set up for this checkout, if one was, before all others.
use_project_toolchain() {
    if [[ -d "$ROOT/.toolchain/bin" ]]; then
        PATH="$ROOT/.toolchain/bin:$PATH"
    fi
}
