#!/usr/bin/env bash
# Makes peers of the comparison ready to be started, and does nothing where they are: `bench/install.sh NAME...`.
#
#   colyseus, socketio   node's packages as the peer's lock file names them
#   cowboy               Debian's Erlang, and the Cowboy in Debian's RabbitMQ, unpacked into the cache and not installed
#   tokio                built with Cargo
#
# Run through tools/with-tools.sh. What is there already needs no network.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
for part in report locate debian page; do
    # shellcheck source=/dev/null
    . "$here/../tools/setup/$part.sh"
done

# Named after Debian's release, so that a machine that moves on fetches anew. The driver finds it by a link beside the peer.
COWBOY="$CACHE/cowboy-debian-$(sed -n 's/^VERSION_ID="\{0,1\}\([^"]*\).*/\1/p' /etc/os-release)"

install_cowboy() {
    [[ -x "$COWBOY/bin/erl" ]] || alone cowboy unpack_cowboy
    ln -sfn "$COWBOY" "$here/peers/cowboy/erlang"
    compile_cowboy
}

# Debian has no package of Cowboy alone; its message broker comes with one, compiled.
unpack_cowboy() {
    local work
    if [[ -x "$COWBOY/bin/erl" ]]; then
        return
    fi
    can_unpack_debian_packages || fail "the peer cowboy comes from Debian's packages, and this machine is no Debian"
    say "fetching Debian's Erlang and Cowboy for the comparison (about 30 MB, nothing is installed)"
    work="$(scratch cowboy-debian)"
    quietly cowboy-lists open_private_apt "$work/apt" 'erlang-.*' || true
    quietly cowboy unpack_packages "$work/apt" "$work" erlang-base erlang-crypto erlang-ssl ||
        fail "Debian's Erlang could not be fetched; see $CACHE/log/cowboy.log"
    quietly cowboy-broker unpack_from_broker "$work" ||
        fail "Debian's Cowboy could not be fetched; see $CACHE/log/cowboy-broker.log"
    write_erl "$work"
    rm -rf "$work/apt" "$work/usr/share"
    mv -T "$work" "$COWBOY"
}

# unpack_from_broker <folder>: the libraries of Cowboy, out of the broker's package and nothing else of it.
unpack_from_broker() {
    local work="$1" library found
    (cd "$work/apt" && private_apt "$work/apt" apt-get --quiet download rabbitmq-server)
    dpkg-deb --extract "$work"/apt/rabbitmq-server_*.deb "$work/apt/broker"
    mkdir -p "$work/libraries"
    for library in cowboy cowlib ranch; do
        found="$(compgen -G "$work/apt/broker/usr/lib/rabbitmq/lib/*/plugins/$library-*" | head -n 1)"
        mv "$found" "$work/libraries/"
    done
}

# write_erl <folder>: bin/erl and bin/erlc start the unpacked Erlang, whose own scripts say where it would be installed.
write_erl() {
    local work="$1" program
    mkdir -p "$work/bin"
    for program in erl erlc; do
        cat >"$work/bin/$program" <<'WRAPPER'
#!/bin/sh
here="$(dirname "$(dirname "$(readlink -f "$0")")")"
program="$(basename "$0")"
ROOTDIR="$here/usr/lib/erlang"
BINDIR="$(echo "$ROOTDIR"/erts-*/bin)"
EMU=beam
PROGNAME=erl
ERLC_EMULATOR="$here/bin/erl"
ERL_LIBS="$here/libraries"
export ROOTDIR BINDIR EMU PROGNAME ERLC_EMULATOR ERL_LIBS
if [ "$program" = erl ]; then
    program=erlexec
fi
exec "$BINDIR/$program" "$@"
WRAPPER
        chmod +x "$work/bin/$program"
    done
}

compile_cowboy() {
    local source="$here/peers/cowboy" built="$here/peers/cowboy/ebin"
    if [[ -n "$(find "$source"/*.erl -newer "$built/relay.beam" 2>/dev/null)" || ! -e "$built/relay.beam" ]]; then
        mkdir -p "$built"
        quietly cowboy-compile "$COWBOY/bin/erlc" -o "$built" "$source"/*.erl ||
            fail "the peer cowboy did not compile; see $CACHE/log/cowboy-compile.log"
    fi
}

for peer in "$@"; do
    case "$peer" in
        colyseus | socketio) prepare_node_packages "$here/peers/$peer" ;;
        cowboy) install_cowboy ;;
        tokio)
            say "building the peer tokio (a minute the first time)"
            quietly tokio-peer cargo build --release --target host-tuple -p umbra-bench-tokio ||
                fail "the peer tokio did not compile; see $CACHE/log/tokio-peer.log"
            ;;
        *) fail "no such peer: $peer" ;;
    esac
done
