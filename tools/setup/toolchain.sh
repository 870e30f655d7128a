#!/usr/bin/env bash
# A Rust toolchain that can build the guest. Sourced after report.sh, locate.sh and distribution_toolchain.sh.
#
# The user's own toolchain is used wherever it can be: as it is, or after `rustup target add`. Only where that fails
# does Debian's compiler step in, for this checkout alone: `.toolchain` points to it, and rustup (where there is one)
# is told to use it here, so that plain `cargo build` goes on working.
# UMBRA_TOOLCHAIN=distribution takes that last way at once.

TARGETS=(wasm32-wasip1 wasm32-unknown-unknown)
RUST_WANTED="$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml")"

# prepare_toolchain [lint]: makes `cargo` in this checkout able to build the guest (and to format and lint).
prepare_toolchain() {
    local purpose="${1:-build}"
    cd "$ROOT" || return
    use_project_toolchain
    if [[ "${UMBRA_TOOLCHAIN:-}" != distribution || -d .toolchain ]] && toolchain_serves "$purpose"; then
        return
    fi
    if [[ "${UMBRA_TOOLCHAIN:-}" != distribution ]] && rust_is_new_enough && command -v rustup >/dev/null; then
        say "adding the WebAssembly targets with rustup (about 60 MB, under a minute)"
        timeout 300 rustup target add "${TARGETS[@]}" >&2 </dev/null || say "rustup could not add them"
        if [[ "$purpose" == lint ]]; then
            timeout 300 rustup component add rustfmt clippy >&2 </dev/null || say "rustup could not add rustfmt and clippy"
        fi
        if toolchain_serves "$purpose"; then
            return
        fi
    fi
    rust_is_new_enough || say "Rust $RUST_WANTED or newer is needed, this is $(rustc --version 2>/dev/null || echo none)"
    use_distribution_toolchain
    toolchain_serves "$purpose" ||
        fail "the toolchain in $ROOT/.toolchain is not complete; remove $(readlink "$ROOT/.toolchain") and try again"
}

# toolchain_serves <build|lint>: whether `cargo` here does all that the purpose needs.
toolchain_serves() {
    local target
    command -v cargo >/dev/null && rust_is_new_enough || return 1
    for target in "${TARGETS[@]}"; do
        compgen -G "$(rustc --print target-libdir --target "$target")/libstd-*.rlib" >/dev/null || return 1
    done
    if [[ "$1" == lint ]]; then
        cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1 || return 1
    fi
}

rust_is_new_enough() {
    local version
    version="$(rustc --version 2>/dev/null | cut -d ' ' -f 2)"
    [[ -n "$version" ]] && printf '%s\n' "$RUST_WANTED" "${version%%-*}" | sort -V -C
}

use_distribution_toolchain() {
    local toolchain users_rustc
    users_rustc="$(command -v rustc || true)"
    find_distribution_toolchain >/dev/null || alone rust-debian build_once
    toolchain="$(find_distribution_toolchain)"
    if command -v rustup >/dev/null; then
        rustup toolchain link umbra "$toolchain"
        rustup override set umbra --path "$ROOT"
        say "this checkout now uses Debian's compiler (undo: rustup override unset, and remove .toolchain)"
    elif [[ -n "$users_rustc" ]] && lend_targets "$users_rustc" "$toolchain"; then
        say "the compiler that was here can now build for WebAssembly as well"
    else
        say "make uses Debian's compiler; for plain cargo: export PATH=$ROOT/.toolchain/bin:\$PATH"
    fi
    ln -sfn "$toolchain" "$ROOT/.toolchain"
    use_project_toolchain
}

build_once() { find_distribution_toolchain >/dev/null || build_distribution_toolchain; }

# lend_targets <rustc> <toolchain>: where the user's compiler is the very same one, installed, and its folder may be
# written to, links to the targets make plain cargo work with it. Links only: the libraries stay in the cache.
lend_targets() {
    local rustc="$1" toolchain="$2" to target
    to="$("$rustc" --print sysroot)/lib/rustlib"
    [[ -w "$to" && "$("$rustc" -vV)" == "$("$toolchain/bin/rustc" -vV)" ]] || return 1
    for target in "${TARGETS[@]}"; do
        ln -sfn "$toolchain/usr/lib/rustlib/$target" "$to/$target"
    done
}
