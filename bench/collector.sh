#!/bin/sh
# What one snapshot costs: processor time (user + system of the script and all it starts, without
# the once-a-second watcher), wall time with --wait 0, and the size of the archive.
#   sh bench/collector.sh [rounds]
rounds=${1:-5}
script=$(cd "$(dirname "$0")/.." && pwd)/public/memledger.sh
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT

set -- /proc/[0-9]*
echo "$# processes, $(sed -n 's/^sockets: used //p' /proc/net/sockstat) sockets, load $(cut -d ' ' -f 1 /proc/loadavg)"
printf '%-12s %8s %8s %8s\n' shell 'CPU ms' 'wall ms' bytes
for shell in dash 'busybox sh'; do
  command -v "${shell%% *}" >/dev/null || { echo "$shell: not installed"; continue; }
  round=0
  while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    # The second line of `times` is the children's: "0m0.07s 0m0.27s".
    started=$(date +%s%N)
    # shellcheck disable=SC2086 # two words
    spent=$($shell -c "$shell '$script' --wait 0 --out '$out' >/dev/null 2>&1; times" | tail -n 1)
    wall=$((($(date +%s%N) - started) / 1000000))
    cpu=$(echo "$spent" | tr 'ms' '  ' | awk '{ printf "%d", ($1 * 60 + $2 + $3 * 60 + $4) * 1000 }')
    bytes=$(cat "$out"/*.tar.gz | wc -c)
    rm -f "$out"/*.tar.gz
    printf '%-12s %8d %8d %8d\n' "$shell" "$cpu" "$wall" "$bytes"
  done
done
