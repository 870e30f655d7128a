#!/usr/bin/env bash
# Stock lunatic, built once from the crate registry: for `make test-stock` alone. Sourced after report.sh, locate.sh and debian.sh.

# prepare_lunatic: makes find_lunatic succeed.
prepare_lunatic() { find_lunatic >/dev/null || alone lunatic build_lunatic; }

# Without --locked: the versions locked in that release no longer compile. From a folder outside the checkout, whose
# Cargo configuration would otherwise make it a build for WebAssembly.
build_lunatic() {
    local work
    if find_lunatic >/dev/null; then
        return
    fi
    work="$(scratch "lunatic-$LUNATIC_VERSION")"
    can_link_runtime || lend_libraries "$work/libraries"
    say "building the lunatic runtime $LUNATIC_VERSION (about 4 minutes on two cores, once for all clones)"
    (
        cd "$work" || exit
        unset CARGO_BUILD_TARGET RUSTFLAGS
        export CARGO_TARGET_DIR="$work/build"
        quietly lunatic cargo install lunatic-runtime --version "$LUNATIC_VERSION" --bin lunatic --root "$work"
    ) || fail "the lunatic runtime could not be built; it needs the crate registry and a C compiler, see $CACHE/log/lunatic.log"
    rm -rf "$work/build" "$work/libraries" "$CACHE/lunatic-$LUNATIC_VERSION"
    mv -T "$work" "$CACHE/lunatic-$LUNATIC_VERSION"
}

# can_link_runtime: whether what the runtime is linked with is here: the development files of OpenSSL and SQLite.
can_link_runtime() {
    command -v pkg-config >/dev/null && pkg-config --exists openssl &&
        printf 'int main(void) { return 0; }' | cc -x c - -lssl -lcrypto -lsqlite3 -o /dev/null 2>/dev/null
}

# lend_libraries <folder>: Debian's development files of both, for this one build. The static libraries only, so that
# the runtime needs nothing of the folder afterwards.
lend_libraries() {
    local folder="$1"
    can_unpack_debian_packages ||
        fail "the lunatic runtime is linked with OpenSSL and SQLite: install their development files, and pkg-config"
    say "fetching Debian's OpenSSL and SQLite for that build (about 5 MB, nothing is installed)"
    quietly libraries open_private_apt "$folder/apt" 'libssl-dev|libsqlite3-dev' || true
    quietly libraries unpack_packages "$folder/apt" "$folder" libssl-dev libsqlite3-dev ||
        fail "the lunatic runtime needs OpenSSL and SQLite, and Debian's packages libssl-dev and libsqlite3-dev could not be fetched"
    mkdir -p "$folder/lib" "$folder/include"
    find "$folder/usr/lib" \( -name libssl.a -o -name libcrypto.a -o -name libsqlite3.a \) -exec cp -t "$folder/lib" {} +
    find "$folder/usr/include" -type d -name openssl -exec cp -r -t "$folder/include" {} +
    export OPENSSL_STATIC=1 OPENSSL_LIB_DIR="$folder/lib" OPENSSL_INCLUDE_DIR="$folder/include"
    export LIBRARY_PATH="$folder/lib${LIBRARY_PATH:+:$LIBRARY_PATH}"
}
