#!/usr/bin/env bash
# Sets a machine up for one purpose, and does nothing where everything is there: `setup.sh build|test|check|stock`.
#
#   build   a toolchain with the WebAssembly targets, and the page's library
#   test    the same, and what the browser tests need
#   check   the same, and rustfmt and clippy
#   stock   as for test, and stock lunatic
#
# Reads top-down: toolchain.sh (with distribution_toolchain.sh and debian.sh behind it), lunatic.sh, page.sh,
# browser.sh.
set -euo pipefail
here="$(dirname "${BASH_SOURCE[0]}")"
for part in report locate debian distribution_toolchain toolchain lunatic page browser; do
    # shellcheck source=/dev/null
    . "$here/$part.sh"
done

purpose="${1:-}"
case "$purpose" in
    build | test | stock) prepare_toolchain ;;
    check) prepare_toolchain lint ;;
    *) fail "usage: tools/setup/setup.sh build|test|check|stock" ;;
esac
command -v cc >/dev/null || fail "a C compiler is needed (on Debian: apt-get install gcc)"
prepare_page
if [[ "$purpose" != build ]]; then
    prepare_browser
fi
if [[ "$purpose" == stock ]]; then
    prepare_lunatic
fi
