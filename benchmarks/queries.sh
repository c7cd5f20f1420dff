#!/bin/sh
# What does a query cost, beside the installed Prometheus and VictoriaMetrics? Starts one node with its embedded Cassandra, Prometheus and
# VictoriaMetrics, each on an empty folder, writes the same six hours (13,000 series, a sample every 15 s) into all three by remote write, and
# asks all three the same queries one after the other, round after round, until the node's CPU time a query falls by less than 10 % from one
# round to the next. Prints a table of that last round: CPU time of all processes of a system (for Pharos the node and Cassandra) by query,
# and who answered something else than Pharos (values may differ by 1e-9 of themselves).
#
#   benchmarks/queries.sh [profile]      profile: also says which methods of the node were on a CPU
#
# PORT (22100, and the three after it), BEFORE (the bin/pharos of another version, which is then measured too), ROUNDS_SECONDS (900: no round
# begins that would end later), SEALED (true; false: the node is not told to seal, so the newest samples are in open chunks, as they are on any
# day), MINUTES (370, of history; the length decides how full the open chunks are: they take 720 samples), ONLY (a regular expression: of the queries those it matches), RECORDING
# (with profile: a file for the flight recording), PROMETHEUS and VICTORIA_METRICS (programs) and what functions.sh names may be set. Needs
# curl and a JDK.
#
# No sample lies on the edge of a window and no step of a subquery on the edge of its range: there Prometheus 2 takes one more than 3 does.
# VictoriaMetrics computes rates in its own way, so its answers to those differ; its cache of answers is switched off.
set -eu
cd "$(dirname "$0")/.."
. benchmarks/functions.sh
port=${PORT:-22100}
prometheus=${PROMETHEUS:-/usr/bin/prometheus}
victoria=${VICTORIA_METRICS:-/usr/bin/victoria-metrics}
profile=${1:-}

begin queries
[ "$hz" = 100 ] || fail "the kernel counts other ticks than hundredths of a second"
for program in "$prometheus" "$victoria"; do
  [ -x "$program" ] || fail "$program is not there"
done
if [ -z "${CLASS_PATH:-}" ]; then
  mvn -q -B -pl benchmarks -am -DskipTests -Denforcer.skip -Dspotless.check.skip process-classes
  CLASS_PATH=benchmarks/target/classes:$(cat benchmarks/target/classpath)
fi

start_pharos() { # program, name, port
  program=$1
  java_options="-Xlog:gc,safepoint:file=$work/$2-gc.log"
  [ "$profile" != profile ] || java_options="$profiled $java_options"
  start_node "$2" "$3"
}

before=
if [ -n "${BEFORE:-}" ]; then
  start_pharos "$BEFORE" before "$((port + 3))"
  before=$node
fi
start_pharos "$pharos" Pharos "$port"
printf 'global:\n  scrape_interval: 15s\n' >"$work/prometheus.yml"
"$prometheus" --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/prometheus" --web.listen-address="127.0.0.1:$((port + 1))" \
  --web.enable-remote-write-receiver >"$work/prometheus.out" 2>&1 &
prometheus_pid=$!
own "$prometheus_pid"
"$victoria" -storageDataPath="$work/victoria" -httpListenAddr="127.0.0.1:$((port + 2))" -search.disableCache >"$work/victoria.out" 2>&1 &
victoria_pid=$!
own "$victoria_pid"
await "http://127.0.0.1:$port/-/ready" "$node" "the node" "$work/Pharos.out"
await "http://127.0.0.1:$((port + 1))/-/ready" "$prometheus_pid" Prometheus "$work/prometheus.out"
await "http://127.0.0.1:$((port + 2))/health" "$victoria_pid" VictoriaMetrics "$work/victoria.out"
cassandra=$(cassandra_of "$node")
systems="Pharos=http://127.0.0.1:$port,$node,$cassandra Prometheus=http://127.0.0.1:$((port + 1)),$prometheus_pid VictoriaMetrics=http://127.0.0.1:$((port + 2)),$victoria_pid"
if [ -n "$before" ]; then
  await "http://127.0.0.1:$((port + 3))/-/ready" "$before" "the node before" "$work/before.out"
  cassandra=$(cassandra_of "$before")
  systems="$systems before=http://127.0.0.1:$((port + 3)),$before,$cassandra"
fi
[ "$profile" != profile ] || ready_recorder "$node"

# Half a minute past a minute, so that steps of a minute in a subquery do not fall on the edge of its range.
now=$(date +%s)
end=$((now / 60 * 60 - 30))
comparison() {
  # shellcheck disable=SC2086
  java -Xmx1g -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Donly="${ONLY:-}" -Drounds.seconds.max="${ROUNDS_SECONDS:-900}" -Dsealed="${SEALED:-true}" -Dhistory.minutes="${MINUTES:-370}" -cp "$CLASS_PATH" io.pharos.benchmarks.queries.QueryComparison "$@" $systems
}
comparison load $end
[ -z "${HOLD:-}" ] || { echo "$end $systems" >"$HOLD"; sleep 100000; }
if [ "$profile" = profile ]; then
  jcmd "$node" JFR.start name=queries settings=profile >/dev/null
fi
comparison ask $end
if [ "$profile" = profile ]; then
  recording=${RECORDING:-$work/queries.jfr}
  jcmd "$node" JFR.stop name=queries filename="$recording" >/dev/null
  echo
  echo "Methods of the node on a CPU, share of samples:"
  methods "$recording"
fi
