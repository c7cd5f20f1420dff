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
# most), SENDERS (8), NODE_OPTIONS (more options of `pharos node`), PHAROS_JAVA_OPTIONS (of the node's machine), KEEP (a folder to keep logs
# and profile in) and TMPDIR may be set. Needs curl and a JDK's jcmd.
#
# All windows together must stay below an hour of simulated time, which begins 59 minutes ago, and no sample may be sent twice: a
# repeated one costs a look into its series' chunks.
set -eu
cd "$(dirname "$0")/.."
pharos=${PHAROS:-./pharos}
port=${PORT:-19490}
servers=${SERVERS:-1000}
metrics=${METRICS:-100}
profile=${1:-}
interval=${INTERVAL:-2}
window_time=${WINDOW:-240}
warm_max=${WARM_MAX:-10}
senders=${SENDERS:-8}
options=
if [ "$profile" = profile ]; then
  # Without it a profile blames whatever call stands next to a memory access that waits.
  options="-XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints"
fi
series=$((servers * metrics))
url=http://127.0.0.1:$port
work=$(mktemp -d "${TMPDIR:-/tmp}/pharos-ingest.XXXXXX")
node=

finish() {
  status=$?
  trap - EXIT INT TERM
  if [ -n "$node" ] && kill "$node" 2>/dev/null; then
    wait "$node" 2>/dev/null || true
  fi
  if [ -n "${KEEP:-}" ]; then
    mkdir -p "$KEEP"
    cp -r "$work"/*.* "$work/data/logs" "$KEEP/" 2>/dev/null || true
  fi
  if [ $status -eq 0 ]; then
    rm -rf "$work"
  else
    echo "ingest.sh: failed; logs are in $work" >&2
  fi
  exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

fail() {
  echo "ingest.sh: $1" >&2
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

threads() { # CPU ticks of every thread of a process, by its native id
  for stat in /proc/"$1"/task/[0-9]*/stat; do
    sed 's/^\([0-9]*\) (\(.*\)) .*/\1|\2|/' "$stat" 2>/dev/null | tr '\n' ' ' || :
    sed 's/.*) //' "$stat" 2>/dev/null | awk '{print "|" $12 + $13}' || :
  done
}

compilers() { # CPU ticks of a process' compiler threads
  threads "$1" | awk -F'|' '$2 ~ /^C[12] Compil/ {sum += $NF} END {print sum + 0}'
}

shares() { # what of a process' time between two files of threads() went where, by kind of thread, in us a sample
  jcmd "$1" Thread.print 2>/dev/null | sed -n 's/^"\(.*\)" .* nid=\(0x[0-9a-f]*\) .*/\1|\2/p' >"$work/names" || :
  awk -F'|' -v samples="$measured" -v hz="$(getconf CLK_TCK)" -v file=0 '
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

simulate() { # when it begins, in seconds since 1970; prints the number of acknowledged samples
  "$pharos" simulate --url "$url" --servers "$servers" --metrics "$metrics" --interval "${interval}s" --duration "${window_time}s" \
    --behind "$(($(date +%s) - $1))s" --senders "$senders" >"$work/simulate.out" 2>&1 \
    || { cat "$work/simulate.out" >&2; fail "the simulation had losses"; }
  sed -n 's/^\([0-9,]*\) samples acknowledged.*/\1/p' "$work/simulate.out" | tr -d ,
}

checkpoint() {
  curl -fsS -X POST -o "$work/checkpoint.out" "$url/-/checkpoint" || fail "the checkpoint failed"
}

metric() { # one number of /metrics, as an integer
  awk -v name="$1" '$1 == name {value = $2} END {printf "%d\n", value}' "$work/metrics.txt"
}

storage() { # one number of /api/v1/status/storage
  sed -n "s/.*\"$1\":\([0-9.eE+-]*\).*/\1/p" "$work/storage.json"
}

"$pharos" --version >/dev/null # builds what is missing, before anything is measured
# The archive of Cassandra's classes is made in the background at the first start: it would be measured too.
# shellcheck disable=SC2086
PHAROS_JAVA_OPTIONS="${PHAROS_JAVA_OPTIONS:-} $options -Xlog:gc,safepoint:file=$work/gc.log" \
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
heap_before=$(live_heap "$node")

if [ "$profile" = profile ]; then
  # The first recording changes classes, which throws all compiled code away: that must be before the warming up.
  jcmd "$node" JFR.start name=early settings=profile >/dev/null
fi
begins=$(($(date +%s) - 59 * 60))

window() { # a window of load: sets samples, node_us, cassandra_us (hundredths), compile_us, nanos
  [ $((begins + window_time)) -le "$(date +%s)" ] \
    || fail "the hour of simulated time is used up: fewer windows, or a shorter INTERVAL and WINDOW"
  compiled=$(($(compilers "$node") + $(compilers "$cassandra")))
  node_cpu=$(cpu_ms "$node")
  cassandra_cpu=$(cpu_ms "$cassandra")
  (
    sleep 10
    curl -fsS -X POST -o "$work/checkpoint-inside.out" "$url/-/checkpoint" || : >"$work/checkpoint-failed"
  ) &
  checkpoint_inside=$!
  started=$(date +%s%N)
  samples=$(simulate "$begins")
  nanos=$(($(date +%s%N) - started))
  wait "$checkpoint_inside"
  [ ! -e "$work/checkpoint-failed" ] || fail "the checkpoint inside failed"
  node_cpu=$(($(cpu_ms "$node") - node_cpu))
  cassandra_cpu=$(($(cpu_ms "$cassandra") - cassandra_cpu))
  compiled=$((($(compilers "$node") + $(compilers "$cassandra") - compiled) * 1000 / $(getconf CLK_TCK)))
  # The load generator begins up to some seconds later than asked; the next one must not begin before this one's end.
  begins=$((begins + window_time + interval + 5))
  awk -v n="$samples" -v node="$node_cpu" -v cassandra="$cassandra_cpu" -v compiled="$compiled" -v nanos="$nanos" 'BEGIN {
    printf "%10d samples  node %.2f us  Cassandra %.2f us  both %.2f us  compiling %.2f us  %7.0f/s\n",
      n, node * 1000 / n, cassandra * 1000 / n, (node + cassandra) * 1000 / n, compiled * 1000 / n, n / nanos * 1e9
  }' | tee -a "$work/windows.txt" >&2
}

windows=0
last=0
while :; do
  window
  windows=$((windows + 1))
  now=$(((node_cpu + cassandra_cpu) * 100000 / (samples / 1000 + 1)))
  difference=$((now > last ? now - last : last - now))
  [ $windows -lt 2 ] || [ $((difference * 10)) -gt "$now" ] || break
  [ $windows -lt "$warm_max" ] || { echo "ingest.sh: no two windows agreed within 10 %" >&2; break; }
  last=$now
done
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
checkpoint
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
awk '/Pause/ {sub(/ms$/, "", $NF); all += $NF; n++; if ($NF + 0 > most && !/Inspection/) most = $NF + 0}
  END {printf "| pauses of the node, from its start | %d, %.0f ms together, the longest %.0f ms |\n", n, all, most}' "$work/gc.log"
sed -n 's/.*\(latency p50 [0-9.]* ms p99 [0-9.]* ms\).*/| a request | \1 |/p' "$work/simulate.out"
sed 's/.*"bytesByTable":{\([^}]*\)}.*/bytes by table: \1/' "$work/storage.json"
echo

if [ "$profile" = profile ]; then
  echo "CPU a sample by threads of the node:"
  cat "$work/node.shares"
  echo "By threads of Cassandra:"
  cat "$work/cassandra.shares"
  echo "Methods of the node on a CPU, share of samples:"
  jfr print --events jdk.ExecutionSample --stack-depth 1 "$work/ingest.jfr" \
    | awk '/stackTrace = \[/ {getline; sub(/^ +/, ""); sub(/line:.*/, ""); count[$0]++; all++}
           END {for (method in count) printf "%5.1f %%  %s\n", 100 * count[method] / all, method}' | sort -rn | head -n 40
fi
