#!/usr/bin/env bash
# Debian packages without installing anything: fetched with the machine's own apt sources and unpacked into a folder.
#
# Sourced after report.sh. Chosen over `apt-get install` because it needs no root, leaves the user's machine as it was
# (rustc-web would push out an installed rustc), and behaves the same in a container, on a laptop and in CI.

# can_unpack_debian_packages: whether this machine is a Debian with the tools for it.
can_unpack_debian_packages() {
    [[ -r /var/lib/dpkg/status ]] && command -v apt-get dpkg-deb >/dev/null
}

# private_apt <state folder> <apt tool> <arguments...>: apt with lists, cache and package status of its own.
private_apt() {
    local state="$1" tool="$2"
    shift 2
    "$tool" -o Dir::State::lists="$state/lists" -o Dir::State::status="$state/status" \
        -o Dir::Cache="$state" -o Dir::Cache::archives="$state/archives" \
        -o Debug::NoLocking=1 -o APT::Sandbox::User="$(id -un)" -o APT::Install-Recommends=false "$@"
}

# open_private_apt <state folder> <regex>: fetches the package lists. Installed packages whose name the expression
# matches count as absent, so that they are unpacked with the rest and the result stands on its own.
open_private_apt() {
    local state="$1" absent="$2"
    mkdir -p "$state/lists/partial" "$state/archives/partial"
    awk -v RS= -v ORS='\n\n' -v absent="^Package: ($absent)\n" '$0 !~ absent' /var/lib/dpkg/status >"$state/status"
    private_apt "$state" apt-get --quiet update
}

# unpack_packages <state folder> <target folder> <package...>: these packages and every dependency that the machine
# lacks, unpacked under the target folder as they would be under /.
unpack_packages() {
    local state="$1" target="$2" package
    shift 2
    private_apt "$state" apt-get --quiet --yes --download-only install "$@" || return 1
    mkdir -p "$target"
    for package in "$state"/archives/*.deb; do
        dpkg-deb --extract "$package" "$target" || return 1
    done
}

# library_path <unpacked folder>: the folders in it that hold shared libraries, joined with colons.
library_path() {
    find "$1" -name '*.so*' \( -type f -o -type l \) -not -path '*/rustlib/*' -printf '%h\n' | sort -u |
        paste -s -d :
}
