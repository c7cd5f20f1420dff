#!/bin/sh
# How many samples a second does an import take, end to end? One node with its embedded Cassandra on an empty data folder, and the
# simulator that writes the past of its servers as JSON lines by /api/v1/import, once to warm up and once measured. Then it asks for
# the number of samples that queries find. Prints a table.
#
#   benchmarks/backfill.sh
#
# PORT (19590), SERVERS (20), METRICS (100), SPAN (6d), WARM (1d, written twice then), INTERVAL (10s), SENDERS (2) and what functions.sh
# names may be set. Needs curl.
set -eu
cd "$(dirname "$0")/.."
. benchmarks/functions.sh
port=${PORT:-19590}
servers=${SERVERS:-20}
metrics=${METRICS:-100}
span=${SPAN:-6d}
interval=${INTERVAL:-10s}
senders=${SENDERS:-2}
url=http://127.0.0.1:$port

backfill() { # the span; of one fleet, for the values of a series depend on its size, and the second ones would be refused
  "$pharos" simulate --url "$url" --servers "$servers" --metrics "$metrics" --interval "$interval" --backfill "$1" \
    --senders "$senders" --seed 1 >"$work/simulate.out" 2>&1 || { cat "$work/simulate.out" >&2; fail "not everything was stored"; }
}

begin backfill
start_node node "$port"
await_node node "$port"
cassandra=$(cassandra_of "$node")

backfill "${WARM:-1d}"
node_cpu=$(cpu_ms "$node")
cassandra_cpu=$(cpu_ms "$cassandra")
backfill "$span"
node_cpu=$(($(cpu_ms "$node") - node_cpu))
cassandra_cpu=$(($(cpu_ms "$cassandra") - cassandra_cpu))
line=$(grep 'samples stored in' "$work/simulate.out")
samples=$(echo "$line" | sed 's/ of .*//' | tr -d ,)
rate=$(echo "$line" | sed 's/.* s, \([0-9,]*\) samples\/s.*/\1/' | tr -d ,)
checkpoint "$url"
curl -fsS -o "$work/storage.json" "$url/api/v1/status/storage"
found=$(curl -fsS "$url/api/v1/query" --data-urlencode 'query=sum(count_over_time(sim_up[8d]))' \
  | sed 's/.*"value":\[[^,]*,"\([0-9]*\)".*/\1/')

awk -v samples="$samples" -v rate="$rate" -v node="$node_cpu" -v cassandra="$cassandra_cpu" -v found="$found" -v metrics="$metrics" 'BEGIN {
  print "| What | Figure |"
  print "|---|---|"
  printf "| samples imported | %d |\n", samples
  printf "| samples a second, the simulator on this machine too | %d |\n", rate
  printf "| CPU of the node a sample | %.3f us |\n", node * 1000 / samples
  printf "| CPU of Cassandra a sample | %.3f us |\n", cassandra * 1000 / samples
  printf "| samples of one metric that a query finds, times metrics | %d |\n", found * metrics
}'
bytes_by_table
