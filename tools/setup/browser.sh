#!/usr/bin/env bash
# What the tests in a browser need: node's packages and a Chromium. Sourced after report.sh, locate.sh, debian.sh and page.sh.

BROWSER_TESTS="$ROOT/tests/browser"

# prepare_browser: makes `node --test` in tests/browser able to run.
prepare_browser() {
    command -v node >/dev/null || fail "node 20 or newer is needed for the tests of the page (on Debian: apt-get install nodejs npm)"
    prepare_node_packages "$BROWSER_TESTS"
    find_chromium >/dev/null || alone chromium unpack_chromium
}

# Debian's Chromium, unpacked into the cache and not installed.
unpack_chromium() {
    local work
    if find_chromium >/dev/null; then
        return
    fi
    can_unpack_debian_packages ||
        fail "the browser tests need Chromium, and this machine is no Debian: install one and name it in UMBRA_CHROMIUM"
    say "fetching Debian's Chromium for the browser tests (about 120 MB, nothing is installed)"
    work="$(scratch chromium-debian)"
    quietly chromium-lists open_private_apt "$work/apt" 'chromium[a-z-]*' || true
    quietly chromium unpack_packages "$work/apt" "$work" chromium fonts-dejavu-core ||
        fail "Debian's Chromium could not be fetched; see $CACHE/log/chromium.log"
    write_chromium "$work"
    rm -rf "$work/apt" "$work/usr/share/doc" "$CACHE/chromium-debian"
    mv -T "$work" "$CACHE/chromium-debian"
}

# write_chromium <folder>: bin/chromium starts the unpacked browser with the unpacked libraries and fonts.
write_chromium() {
    local work="$1" libraries
    libraries="$(library_path "$work" | sed "s|$work|\$here|g")"
    mkdir -p "$work/bin"
    cat >"$work/bin/chromium" <<WRAPPER
#!/bin/sh
here="\$(dirname "\$(dirname "\$(readlink -f "\$0")")")"
export LD_LIBRARY_PATH="$libraries\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
if [ ! -e /etc/fonts/fonts.conf ]; then
    export FONTCONFIG_FILE="\$here/bin/fonts.conf"
fi
exec "\$here/usr/lib/chromium/chromium" "\$@"
WRAPPER
    chmod +x "$work/bin/chromium"
    printf '<?xml version="1.0"?>\n<fontconfig><dir>%s</dir></fontconfig>\n' \
        "$CACHE/chromium-debian/usr/share/fonts" >"$work/bin/fonts.conf"
}
