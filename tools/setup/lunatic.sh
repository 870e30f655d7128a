#!/usr/bin/env bash
# The lunatic runtime, built once from the crate registry. Sourced after report.sh and locate.sh.

# prepare_lunatic: makes find_lunatic succeed.
prepare_lunatic() { find_lunatic >/dev/null || alone lunatic build_lunatic; }

# Without --locked: the versions locked in that release no longer compile. From a folder outside the checkout, whose
# Cargo configuration would otherwise make it a build for WebAssembly.
build_lunatic() {
    local work
    if find_lunatic >/dev/null; then
        return
    fi
    say "building the lunatic runtime $LUNATIC_VERSION (about 4 minutes on two cores, once for all clones)"
    work="$(scratch "lunatic-$LUNATIC_VERSION")"
    (
        cd "$work" || exit
        unset CARGO_BUILD_TARGET RUSTFLAGS
        export CARGO_TARGET_DIR="$work/build"
        quietly lunatic cargo install lunatic-runtime --version "$LUNATIC_VERSION" --bin lunatic --root "$work"
    ) || fail "the lunatic runtime could not be built; it needs the crate registry and a C compiler, see $CACHE/log/lunatic.log"
    rm -rf "$work/build"
    rm -rf "$CACHE/lunatic-$LUNATIC_VERSION"
    mv -T "$work" "$CACHE/lunatic-$LUNATIC_VERSION"
}
