#!/bin/sh
# Counts what the server executes for one delivered event, in valgrind's simulated processor: the same from run to run within
# one in a hundred, whatever else the machine does. 16 users in rooms of 8, 800 events a second.
# `make count` sets UMBRA_LAUNCHER and UMBRA_WASM; the load tool is built beside the launcher.
set -eu

RATE=800
COUNTED_S=10
ADDRESS=127.0.0.1:7199
command -v valgrind >/dev/null || { echo "count: valgrind is missing, install it: apt-get install valgrind" >&2; exit 1; }
launcher=$(realpath "$UMBRA_LAUNCHER")
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT

cd "$folder"
UMBRA_BIND=$ADDRESS RUST_BACKTRACE=0 taskset -c 0 valgrind --tool=callgrind --callgrind-out-file="$folder/counts" \
    --max-stackframe=4000000 --cache-sim=yes --I1=32768,8,64 --D1=32768,8,64 --LL=1048576,16,64 \
    "$launcher" --edge native --guest "$UMBRA_WASM" >"$folder/server.txt" 2>&1 &
server=$!
echo "count: starting; the first time the guest is compiled in the simulation, which takes some minutes" >&2
until curl --silent --output /dev/null "http://$ADDRESS/healthz"; do
    kill -0 "$server" 2>/dev/null || { cat "$folder/server.txt" >&2; exit 1; }
    sleep 1
done
"$(dirname "$launcher")/umbra-load" --url "ws://$ADDRESS/ws" --users 16 --rate $RATE --seconds $((COUNTED_S + 5)) \
    >"$folder/load.txt" 2>&1 &
load=$!
# Until everybody sits and plays.
sleep 8
callgrind_control --zero "$server" >/dev/null 2>&1
sleep $COUNTED_S
callgrind_control --dump "$server" >/dev/null 2>&1
wait "$load"
tail -n 2 "$folder/load.txt"
# Ir Dr Dw I1mr D1mr D1mw ILmr DLmr DLmw
sed -n 's/^\(summary\|totals\): //p' "$folder/counts.1" | head -n 1 | awk -v events=$((RATE * COUNTED_S)) '{
    printf "an event: %.0f instructions, %.0f reads, %.0f writes; lines not in the first cache: %.0f of code, %.0f of data\n",
        $1 / events, $2 / events, $3 / events, $4 / events, ($5 + $6) / events }'
