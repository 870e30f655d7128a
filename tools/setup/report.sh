#!/usr/bin/env bash
# How every set-up script speaks, where it keeps what it built, and how it keeps it.
#
# Sourced by the other scripts of this folder; does nothing on its own.
#
# The rule of the cache: a tool lives in a folder whose name says its version, and that folder appears by one rename
# when the tool is complete. So a folder that exists is a tool that works, an interrupted build leaves nothing that
# looks finished, and a second clone of the project finds everything ready.

# shellcheck disable=SC2034  # read by the scripts that source this file
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/umbra"

# say <sentence>: what is being done, and how long such a step takes.
say() { printf 'setup: %s\n' "$*" >&2; }

# fail <sentence>: the end of the set-up, in one sentence that says what to do.
fail() {
    printf 'setup: cannot go on: %s\n' "$*" >&2
    exit 1
}

# quietly <name> <command...>: runs a long command with its output in a log; shows the log's end when it fails.
quietly() {
    local log="$CACHE/log/$1.log"
    shift
    mkdir -p "$CACHE/log"
    if ! "$@" >"$log" 2>&1 </dev/null; then
        tail -n 25 "$log" >&2
        say "the whole output of that is in $log"
        return 1
    fi
}

# alone <name> <command...>: runs a command while no other set-up of this user runs one of that name.
# Two clones set up at once would otherwise build the same thing twice; the second finds it ready.
alone() {
    local lock="$CACHE/$1.lock"
    shift
    mkdir -p "$CACHE"
    (
        if ! flock --nonblock 9; then
            say "waiting for another set-up that builds the same"
            flock 9
        fi
        "$@" 9>&-
    ) 9>"$lock"
}

# scratch <name>: a fresh folder inside the cache (so that the last rename is on one file system), named on stdout.
# What an interrupted run left under the same name goes first.
scratch() {
    local folder="$CACHE/$1.unfinished"
    rm -rf "$folder"
    mkdir -p "$folder"
    printf '%s\n' "$folder"
}
