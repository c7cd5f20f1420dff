#!/bin/sh
# How many samples a second does an import take, end to end? One node with its embedded Cassandra on an empty data folder, and the
# simulator that writes the past of its servers as JSON lines by /api/v1/import, once to warm up and once measured. Then it asks for
# the number of samples that queries find. Prints a table.
#
#   benchmarks/backfill.sh
#
# PORT (19590), SERVERS (20), METRICS (100), SPAN (6d), WARM (1d, written twice then), INTERVAL (10s), SENDERS (2), NODE_OPTIONS (more options of `pharos node`) and
# TMPDIR may be set. Needs curl.
set -eu
cd "$(dirname "$0")/.."
pharos=${PHAROS:-./pharos}
port=${PORT:-19590}
servers=${SERVERS:-20}
metrics=${METRICS:-100}
span=${SPAN:-6d}
interval=${INTERVAL:-10s}
senders=${SENDERS:-2}
url=http://127.0.0.1:$port
work=$(mktemp -d "${TMPDIR:-/tmp}/pharos-backfill.XXXXXX")
node=

finish() {
  status=$?
  trap - EXIT INT TERM
  if [ -n "$node" ] && kill "$node" 2>/dev/null; then
    wait "$node" 2>/dev/null || true
  fi
  if [ $status -eq 0 ]; then
    rm -rf "$work"
  else
    echo "backfill.sh: failed; logs are in $work" >&2
  fi
  exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

fail() {
  echo "backfill.sh: $1" >&2
  exit 1
}

cpu_ms() { # user and system time of a process, in milliseconds
  ticks=$(sed 's/.*) //' "/proc/$1/stat" | awk '{print $12 + $13}')
  echo $((ticks * 1000 / $(getconf CLK_TCK)))
}

cassandra_of() { # the embedded Cassandra is a child of the node
  for stat in /proc/[0-9]*/stat; do
    pid=${stat#/proc/}
    pid=${pid%/stat}
    if [ "$(sed 's/.*) //' "$stat" 2>/dev/null | cut -d' ' -f2)" = "$1" ] \
      && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qi cassandra; then
      echo "$pid"
      return
    fi
  done
}

backfill() { # the span; of one fleet, for the values of a series depend on its size, and the second ones would be refused
  "$pharos" simulate --url "$url" --servers "$servers" --metrics "$metrics" --interval "$interval" --backfill "$1" \
    --senders "$senders" --seed 1 >"$work/simulate.out" 2>&1 || { cat "$work/simulate.out" >&2; fail "not everything was stored"; }
}

"$pharos" --version >/dev/null
# shellcheck disable=SC2086
"$pharos" node --data "$work/data" --port "$port" --set pharos.persistence.embedded.class-archive=false ${NODE_OPTIONS:-} >"$work/node.out" 2>&1 &
node=$!
tries=0
until curl -fs -o "$work/ready.out" "$url/-/ready"; do
  kill -0 "$node" 2>/dev/null || { cat "$work/node.out" >&2; fail "the node ended"; }
  tries=$((tries + 1))
  [ $tries -lt 240 ] || fail "the node was not ready after two minutes"
  sleep 0.5
done
cassandra=$(cassandra_of "$node")
[ -n "$cassandra" ] || fail "no Cassandra among the children of $node"

backfill "${WARM:-1d}"
node_cpu=$(cpu_ms "$node")
cassandra_cpu=$(cpu_ms "$cassandra")
backfill "$span"
node_cpu=$(($(cpu_ms "$node") - node_cpu))
cassandra_cpu=$(($(cpu_ms "$cassandra") - cassandra_cpu))
line=$(grep 'samples stored in' "$work/simulate.out")
samples=$(echo "$line" | sed 's/ of .*//' | tr -d ,)
rate=$(echo "$line" | sed 's/.* s, \([0-9,]*\) samples\/s.*/\1/' | tr -d ,)
curl -fsS -X POST -o "$work/checkpoint.out" "$url/-/checkpoint" || fail "the checkpoint failed"
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
sed 's/.*"bytesByTable":{\([^}]*\)}.*/bytes by table: \1/' "$work/storage.json"
echo
