#!/usr/bin/env bash
# The Rust toolchain of last resort: Debian's own compiler with a std for WebAssembly built on the spot.
#
# Sourced after report.sh and debian.sh. Used where rustup can download nothing. Everything ends in one folder of the
# cache with `bin/{cargo,rustc,rustdoc,rustfmt,…}`, which rustup can link as a toolchain; nothing is installed.

# Installed packages that must count as absent: the folder has to hold the whole toolchain.
RUST_PACKAGES='(lib)?(std-)?rust[a-z0-9.-]*|cargo[a-z-]*|lld-[0-9]+|wasi-libc'

# build_distribution_toolchain: leaves a finished toolchain in the cache, as rust-debian-<version>.
build_distribution_toolchain() {
    local work state lld
    can_unpack_debian_packages ||
        fail "rustup cannot add the WebAssembly targets, and this machine is no Debian whose compiler could be used instead; run 'rustup target add wasm32-wasip1 wasm32-unknown-unknown' where it has network"
    work="$(scratch rust-debian)"
    state="$work/apt"

    say "fetching Debian's Rust compiler (about 155 MB, nothing is installed)"
    # apt calls it a success when no mirror answered, so what tells is whether the lists know a linker.
    quietly rust-lists open_private_apt "$state" "$RUST_PACKAGES" || true
    lld="$(private_apt "$state" apt-cache pkgnames lld- | grep -E '^lld-[0-9]+$' | sort -V | tail -n 1 || true)"
    [[ -n "$lld" ]] || fail "rustup is of no use here and no Debian mirror could be reached for a Rust compiler; see $CACHE/log/rust-lists.log"
    quietly rust-packages unpack_packages "$state" "$work" \
        rustc-web cargo-web rust-web-src rustfmt-web rust-web-clippy wasi-libc "$lld" ||
        fail "Debian's packages rustc-web, cargo-web, rust-web-src, wasi-libc and lld could not all be fetched"

    write_wrappers "$work"
    add_linker "$work" "$lld"
    say "building Rust's std for WebAssembly (about two minutes)"
    add_std "$work" wasm32-wasip1
    add_std "$work" wasm32-unknown-unknown
    add_wasi_libc "$work"

    rm -rf "$state" "$work/std" "$work/usr/lib/rustlib/src" "$work/usr/src" "$work/usr/share/doc"
    mv -T "$work" "$CACHE/rust-debian-$("$work/bin/rustc" --version | cut -d ' ' -f 2)"
}

# write_wrappers <work folder>: bin/* start the unpacked programs with the unpacked libraries.
# Each finds its folder from its own path, so that the folder can be renamed and linked.
write_wrappers() {
    local work="$1" libraries program
    libraries="$(library_path "$work" | sed "s|$work|\$here|g")"
    mkdir -p "$work/bin"
    ln -s usr/lib "$work/lib" # rustup links no folder as a toolchain that lacks it
    for program in cargo rustc rustdoc rustfmt cargo-fmt cargo-clippy clippy-driver; do
        cat >"$work/bin/$program" <<WRAPPER
#!/bin/sh
here="\$(dirname "\$(dirname "\$(readlink -f "\$0")")")"
export LD_LIBRARY_PATH="$libraries\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
exec "\$here/usr/bin/$program" "\$@"
WRAPPER
        chmod +x "$work/bin/$program"
    done
}

# add_linker <toolchain> <lld-N>: puts lld where rustc looks for the linker of WebAssembly.
add_linker() {
    local bin
    bin="$1/usr/lib/rustlib/$("$1/bin/rustc" -vV | sed -n 's/^host: //p')/bin"
    mkdir -p "$bin"
    ln -s "../../../../bin/$2" "$bin/rust-lld"
}

# add_std <toolchain> <target>: builds std and puts it where rustup would. The last link step may fail (there is no
# libc yet), and by then the libraries are there: what is judged is whether libstd and libtest came out.
# The bitcode is for the release profile, whose lto wants it.
add_std() {
    local toolchain="$1" target="$2" lib="$1/usr/lib/rustlib/$2/lib" crate="$1/std"
    mkdir -p "$crate/src" "$lib"
    printf '[package]\nname = "nothing"\nversion = "0.0.0"\n[workspace]\n' >"$crate/Cargo.toml"
    : >"$crate/src/lib.rs"
    (
        cd "$crate"
        export PATH="$toolchain/bin:$PATH" RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes CARGO_TARGET_DIR="$crate/target"
        unset RUSTUP_TOOLCHAIN CARGO_BUILD_TARGET RUSTC RUSTC_WRAPPER
        quietly "std-$target" cargo build -Zbuild-std=std,panic_unwind,panic_abort,test --release --target "$target"
    ) || true
    find "$crate/target/$target/release/deps" -name '*.rlib' ! -name 'libnothing-*' -exec cp -t "$lib" {} +
    if ! { compgen -G "$lib/libstd-*.rlib" && compgen -G "$lib/libtest-*.rlib"; } >/dev/null; then
        fail "Rust's std for $target could not be built; see $CACHE/log/std-$target.log"
    fi
}

# add_wasi_libc <toolchain>: Debian's libc for the guest, with the two functions that wasi_threads.rs explains.
# The archive gets no index for the added member (ar does not read WebAssembly); today's lld asks for none.
add_wasi_libc() {
    local toolchain="$1" from="$1/usr/lib/wasm32-wasi" to="$1/usr/lib/rustlib/wasm32-wasip1/lib/self-contained"
    mkdir -p "$to"
    cp "$from"/crt1-command.o "$from"/crt1-reactor.o "$from"/libc.a "$to"
    "$toolchain/bin/rustc" --edition 2024 --crate-type lib --emit obj -O --target wasm32-wasip1 \
        -o "$to/wasi_threads.o" "$ROOT/tools/setup/wasi_threads.rs"
    ar q "$to/libc.a" "$to/wasi_threads.o"
    rm "$to/wasi_threads.o"
}
