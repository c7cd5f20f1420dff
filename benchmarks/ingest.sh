#!/bin/sh
# What does a written sample cost? One node with its embedded Cassandra on an empty data folder, 100,000 series, 2,000 samples a
# request, one sample a series and request, in windows of 12 million samples with one checkpoint on demand inside each (which
# also seals, writes chunks and flushes). It warms up until two windows agree within 10 %, then measures one more. Prints every
# window, and for the last a table: the CPU time of both processes by sample, the live heap by series, and the bytes by stored
# sample after a checkpoint.
#
#   benchmarks/ingest.sh [profile]      profile: also says which threads and methods were on a CPU in the last window
#
# PORT (19490), SERVERS (1000), METRICS (100), INTERVAL (2, seconds), WINDOW (240, seconds of simulated time), WARM_MAX (10: windows at
# most), SENDERS (8) and what functions.sh names may be set. Needs curl and a JDK's jcmd. All windows together must stay below an hour of
# simulated time.
set -eu
cd "$(dirname "$0")/.."
. benchmarks/functions.sh
port=${PORT:-19490}
servers=${SERVERS:-1000}
metrics=${METRICS:-100}
profile=${1:-}
interval=${INTERVAL:-2}
window_time=${WINDOW:-240}
warm_max=${WARM_MAX:-10}
senders=${SENDERS:-8}
series=$((servers * metrics))
url=http://127.0.0.1:$port

threads() { # CPU ticks of every thread of a process, by its native id
  for stat in /proc/"$1"/task/[0-9]*/stat; do
    sed 's/^\([0-9]*\) (\(.*\)) .*/\1|\2|/' "$stat" 2>/dev/null | tr '\n' ' ' || :
    sed 's/.*) //' "$stat" 2>/dev/null | awk '{print "|" $12 + $13}' || :
  done
}

shares() { # what of a process' time between two files of threads() went where, by kind of thread, in us a sample
  jcmd "$1" Thread.print 2>/dev/null | sed -n 's/^"\(.*\)" .* nid=\(0x[0-9a-f]*\) .*/\1|\2/p' >"$work/names" || :
  awk -F'|' -v samples="$measured" -v hz="$hz" -v file=0 '
    FNR == 1 {file++}
    file == 1 {name[int(hex($2))] = $1}
    file == 2 {before[$1 + 0] = $NF}
    file == 3 {
      kind = ($1 + 0) in name ? name[$1 + 0] : $2
      gsub(/[-#. ]*[0-9]+([:.\/][0-9]+)*/, "", kind)
      sum[kind] += $NF - before[$1 + 0]
    }
    END {for (kind in sum) if (sum[kind] > 0) printf "%6.3f us  %s\n", sum[kind] / hz * 1e6 / samples, kind}
    function hex(text,   i, value) {
      for (i = 3; i <= length(text); i++) value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
      return value
    }' "$work/names" "$2" "$3" | sort -rn | head -n 14
}

live_heap() { # bytes of live objects, after a full collection
  jcmd "$1" GC.class_histogram | awk '$1 == "Total" {print $3}'
}

offer() { # when it begins, in seconds since 1970; prints the number of acknowledged samples
  simulate --url "$url" --servers "$servers" --metrics "$metrics" --interval "${interval}s" --duration "${window_time}s" \
    --behind "$(($(date +%s) - $1))s" --senders "$senders"
}

metric() { # one number of /metrics, as an integer
  awk -v name="$1" '$1 == name {value = $2} END {printf "%d\n", value}' "$work/metrics.txt"
}

begin ingest
java_options="-Xlog:gc,safepoint:file=$work/gc.log"
[ "$profile" != profile ] || java_options="$profiled $java_options"
start_node node "$port"
await_node node "$port"
cassandra=$(cassandra_of "$node")
heap_before=$(live_heap "$node")

[ "$profile" != profile ] || ready_recorder "$node"
begins=$(($(date +%s) - 59 * 60))

window() { # a window of load: sets samples, node_cpu, cassandra_cpu, compiled (milliseconds), nanos, and cost (hundredths of a us a sample)
  check_hour "$begins" "$window_time"
  compiled=$(compilers "$node" "$cassandra")
  node_cpu=$(cpu_ms "$node")
  cassandra_cpu=$(cpu_ms "$cassandra")
  (
    sleep 10
    curl -fsS -X POST -o "$work/checkpoint-inside.out" "$url/-/checkpoint" || : >"$work/checkpoint-failed"
  ) &
  checkpoint_inside=$!
  began=$(date +%s%N)
  samples=$(offer "$begins")
  nanos=$(($(date +%s%N) - began))
  wait "$checkpoint_inside"
  [ ! -e "$work/checkpoint-failed" ] || fail "the checkpoint inside failed"
  node_cpu=$(($(cpu_ms "$node") - node_cpu))
  cassandra_cpu=$(($(cpu_ms "$cassandra") - cassandra_cpu))
  compiled=$((($(compilers "$node" "$cassandra") - compiled) * 1000 / hz))
  cost=$(((node_cpu + cassandra_cpu) * 100000 / (samples / 1000 + 1)))
  # The load generator begins up to some seconds later than asked; the next one must not begin before this one's end.
  begins=$((begins + window_time + interval + 5))
  awk -v n="$samples" -v node="$node_cpu" -v cassandra="$cassandra_cpu" -v compiled="$compiled" -v nanos="$nanos" 'BEGIN {
    printf "%10d samples  node %.2f us  Cassandra %.2f us  both %.2f us  compiling %.2f us  %7.0f/s\n",
      n, node * 1000 / n, cassandra * 1000 / n, (node + cassandra) * 1000 / n, compiled * 1000 / n, n / nanos * 1e9
  }' | tee -a "$work/windows.txt" >&2
}

warm_up "the node" window
if [ "$profile" = profile ]; then
  jcmd "$node" JFR.start name=ingest settings=profile >/dev/null
  threads "$node" >"$work/node.before"
  threads "$cassandra" >"$work/cassandra.before"
fi
window
measured=$samples
if [ "$profile" = profile ]; then
  threads "$node" >"$work/node.after"
  threads "$cassandra" >"$work/cassandra.after"
  shares "$node" "$work/node.before" "$work/node.after" >"$work/node.shares"
  shares "$cassandra" "$work/cassandra.before" "$work/cassandra.after" >"$work/cassandra.shares"
  jcmd "$node" JFR.stop name=ingest filename="$work/ingest.jfr" >/dev/null
fi
heap_after=$(live_heap "$node")
curl -fsS -o "$work/metrics.txt" "$url/metrics"
repeated=$(metric pharos_sharding_samples_repeated_total)
late=$(metric pharos_sharding_samples_out_of_order_total)
# A part that a slow start left unanswered too long is sent again; more than that would be another measurement.
[ $((repeated + late)) -le $((measured / 1000)) ] || fail "$repeated samples were repeated and $late out of order"
checkpoint "$url"
curl -fsS -o "$work/storage.json" "$url/api/v1/status/storage"

awk -v series="$series" -v windows="$windows" -v measured="$measured" -v node="$node_cpu" -v cassandra="$cassandra_cpu" \
  -v compiled="$compiled" -v before="$heap_before" -v after="$heap_after" -v nanos="$nanos" \
  -v hot="$(metric pharos_sharding_hot_bytes)" -v stored="$(storage storedBytes)" -v samples="$(storage samples)" 'BEGIN {
    print "| What | Figure |"
    print "|---|---|"
    printf "| samples measured, after %d windows to warm up | %d |\n", windows, measured
    printf "| samples a second, both ends on this machine | %.0f |\n", measured / nanos * 1e9
    printf "| CPU of the node a sample | %.2f us |\n", node * 1000 / measured
    printf "| CPU of Cassandra a sample | %.2f us |\n", cassandra * 1000 / measured
    printf "| CPU of both a sample | %.2f us |\n", (node + cassandra) * 1000 / measured
    printf "| of it the compilers of the two Java machines | %.2f us |\n", compiled * 1000 / measured
    printf "| live heap a series (%d series), that of an empty node taken off | %.0f B |\n", series, (after - before) / series
    printf "| of it sealed chunks (the hot window, which has a budget of its own) | %.0f B |\n", hot / series
    printf "| stored samples after a checkpoint | %d |\n", samples
    printf "| bytes a stored sample | %.2f B |\n", samples ? stored / samples : 0
  }'
echo "| pauses of the node, from its start | $(pauses) |"
sed -n 's/.*\(latency p50 [0-9.]* ms p99 [0-9.]* ms\).*/| a request | \1 |/p' "$work/simulate.out"
bytes_by_table

if [ "$profile" = profile ]; then
  echo "CPU a sample by threads of the node:"
  cat "$work/node.shares"
  echo "By threads of Cassandra:"
  cat "$work/cassandra.shares"
  echo "Methods of the node on a CPU, share of samples:"
  methods "$work/ingest.jfr"
fi
