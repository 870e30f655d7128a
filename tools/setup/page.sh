#!/usr/bin/env bash
# What the page is built with, and what the client's package is tested with, from the npm registry. Sourced after report.sh.

PAGE="$ROOT/web"
CLIENT_PACKAGE="$ROOT/clients/js"

# prepare_page: puts the library where the page, its tests and build.rs expect it.
prepare_page() {
    prepare_node_packages "$PAGE"
    mkdir -p "$PAGE/vendor"
    cp -u "$PAGE/node_modules/preact/dist/preact.mjs" "$PAGE/vendor/preact.js"
    cp -u "$PAGE/node_modules/preact/LICENSE" "$PAGE/vendor/preact.LICENSE.txt"
}

# prepare_client_package: what the tests of the JavaScript client need: a type checker, and a WebSocket for older node.
prepare_client_package() {
    prepare_node_packages "$CLIENT_PACKAGE"
}

# prepare_node_packages <folder>: fetches what the folder's lock file names.
# The stamp says for which lock file and which node the packages were fetched.
prepare_node_packages() {
    local wanted folder="$1" stamp="$1/node_modules/.fetched-for"
    command -v node >/dev/null || fail "node 18 or newer is needed for the page (on Debian: apt-get install nodejs npm)"
    wanted="$(node --version) $(sha256sum <"$folder/package-lock.json")"
    if [[ "$(cat "$stamp" 2>/dev/null)" == "$wanted" ]]; then
        return
    fi
    command -v npm >/dev/null || fail "npm is needed for the page (on Debian: apt-get install npm)"
    say "fetching the packages of ${folder#"$ROOT/"} with npm (a few seconds)"
    quietly npm npm --prefix "$folder" ci --prefer-offline --no-audit --no-fund --ignore-scripts ||
        fail "npm could not fetch the packages of ${folder#"$ROOT/"}; see $CACHE/log/npm.log"
    printf '%s\n' "$wanted" >"$stamp"
}
