#!/bin/sh
# How long does a million series take to come back? One node with its embedded Cassandra and a million series, each with an open chunk and ten
# minutes of samples that are nowhere but in the log; node and Cassandra are killed (kill -9) and started again. Meanwhile the number of series
# is asked for, one question after the other. Prints the time from the start of the new process until it is ready and until the first full
# answer, and whether every sample is there.
#
#   benchmarks/restart.sh
#
# PORT (19990), SERVERS (10000), METRICS (100), INTERVAL (15, seconds), LOG (600, seconds of samples in the log), SENDERS (8), PHAROS_HEAP (4g) and
# what functions.sh names may be set. Needs curl.
set -eu
cd "$(dirname "$0")/.."
. benchmarks/functions.sh
port=${PORT:-19990}
servers=${SERVERS:-10000}
metrics=${METRICS:-100}
interval=${INTERVAL:-15}
log=${LOG:-600}
series=$((servers * metrics))
url=http://127.0.0.1:$port
export PHAROS_HEAP="${PHAROS_HEAP:-4g}"

now() { # milliseconds
  echo $(($(date +%s%N) / 1000000))
}

ask() { # a query; prints its one value, or nothing
  curl -s -m 120 "$url/api/v1/query" --data-urlencode "query=$1" --data-urlencode timeout=110s \
    | sed -n 's/.*"success".*"value":\[[^,]*,"\([0-9]*\)"\].*/\1/p'
}

count_samples() { # metric by metric, since series of two metrics may differ in the name only
  curl -fs "$url/api/v1/label/__name__/values" | tr ',' '\n' | sed -n 's/.*"\(sim_[a-z0-9_]*\)".*/\1/p' | while read -r name; do
    echo "$(ask "sum(count_over_time($name[1h]))")"
  done | awk '{sum += $1} END {printf "%.0f\n", sum}'
}

start() {
  # Only what the script asks for makes a checkpoint, so that all of the log is still needed.
  start_node node "$port" --set pharos.sharding.shard.checkpoint-interval=2h --set pharos.sharding.shard.checkpoint-segments=1000
}

begin restart
start
await_node node "$port"
begins=$(($(date +%s) - log - 300))
first=$(simulate --url "$url" --servers "$servers" --metrics "$metrics" --senders "${SENDERS:-8}" --control-port=-1 --interval "${interval}s" \
  --duration "$((2 * interval))s" --behind "$(($(date +%s) - begins))s")
checkpoint "$url"
echo "restart.sh: $(date +%T) $first samples are checkpointed" >&2
begins=$((begins + 3 * interval))
samples=$(simulate --url "$url" --servers "$servers" --metrics "$metrics" --senders "${SENDERS:-8}" --control-port=-1 --interval "${interval}s" \
  --duration "${log}s" --behind "$(($(date +%s) - begins))s")
echo "restart.sh: $(date +%T) $samples samples more are in the log" >&2
stored=$(count_samples)
logged=$(curl -fs "$url/metrics" | awk '/^pharos_sharding_log_bytes_total/ {sum += $2} END {printf "%.0f", sum / 1e6}')
cassandra=$(cassandra_of "$node")
kill -9 "$node" "$cassandra"
stop "$node"
killed=$(now)
start
launched=$(now)
tries=0
until curl -fs -o "$work/ready.out" "$url/-/ready"; do
  kill -0 "$node" 2>/dev/null || { cat "$work/node.out" >&2; fail "the node ended"; }
  tries=$((tries + 1))
  [ $tries -lt 3000 ] || fail "the node was not ready after five minutes"
  sleep 0.1
done
ready=$(now)
partial=0
until answer=$(ask 'count(last_over_time({__name__=~"sim_.+"}[1h]))') && [ "$answer" = $series ]; do
  [ -z "$answer" ] || partial=$((partial + 1))
  [ $(($(now) - launched)) -lt 600000 ] || fail "no full answer after ten minutes: $answer"
  sleep 0.2
done
full=$(now)
cassandra=$(cassandra_of "$node")
spent=$(cpu_ms "$node" "$cassandra")
again=$(count_samples)
echo "| Series | samples in the log, its bytes | ready after | full answer after | CPU until then | answers that were short | samples before and after |"
echo "|---|---|---|---|---|---|---|"
awk -v series=$series -v samples="$samples" -v logged="$logged" -v ready=$((ready - launched)) -v full=$((full - launched)) -v spent="$spent" -v partial=$partial \
  -v stored="$stored" -v again="$again" 'BEGIN {
    printf "| %d | %d, %d MB | %.1f s | %.1f s | %.1f s | %d | %.0f, %.0f |\n", series, samples, logged, ready / 1000, full / 1000, spent / 1000, partial, stored, again
    exit stored == again && partial == 0 ? 0 : 1
  }' || fail "something is missing"
echo "restart.sh: $((launched - killed)) ms lay between the kill and the start" >&2
