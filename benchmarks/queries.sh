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
# day), MINUTES (370, of history; the length decides how full the open chunks are: they take 720 samples), ONLY (a regular expression: of the queries those it matches), PHAROS_JAVA_OPTIONS (of the node's machine),
# RECORDING (with profile: a file for the flight recording), PROMETHEUS and VICTORIA_METRICS (programs) and TMPDIR may be set. Needs curl and
# a JDK.
#
# No sample lies on the edge of a window and no step of a subquery on the edge of its range: there Prometheus 2 takes one more than 3 does.
# VictoriaMetrics computes rates in its own way, so its answers to those differ; its cache of answers is switched off.
set -eu
cd "$(dirname "$0")/.."
pharos=${PHAROS:-./pharos}
port=${PORT:-22100}
prometheus=${PROMETHEUS:-/usr/bin/prometheus}
victoria=${VICTORIA_METRICS:-/usr/bin/victoria-metrics}
profile=${1:-}
options=
if [ "$profile" = profile ]; then
  # Without it a profile blames whatever call stands next to a memory access that waits.
  options="-XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints"
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/pharos-queries.XXXXXX")
node=
others=

finish() {
  status=$?
  trap - EXIT INT TERM
  for pid in $node $others; do
    kill "$pid" 2>/dev/null || true
  done
  for pid in $node $others; do
    wait "$pid" 2>/dev/null || true
  done
  if [ $status -eq 0 ]; then rm -rf "$work"; else echo "queries.sh: failed; logs are in $work" >&2; fi
  exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

fail() {
  echo "queries.sh: $1" >&2
  exit 1
}

cassandra_of() { # the embedded Cassandra is a child of the node
  for stat in /proc/[0-9]*/stat; do
    pid=${stat#/proc/}
    pid=${pid%/stat}
    if [ "$(sed 's/.*) //' "$stat" 2>/dev/null | cut -d' ' -f2)" = "$1" ] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qi cassandra; then
      echo "$pid"
      return
    fi
  done
}

await() { # until a URL answers, as long as a process lives
  tries=0
  until curl -fs -o "$work/ready.out" "$1"; do
    kill -0 "$2" 2>/dev/null || fail "$3 ended"
    tries=$((tries + 1))
    [ $tries -lt 240 ] || fail "$3 was not ready after two minutes"
    sleep 0.5
  done
}

[ "$(getconf CLK_TCK)" = 100 ] || fail "the kernel counts other ticks than hundredths of a second"
for program in "$prometheus" "$victoria"; do
  [ -x "$program" ] || fail "$program is not there"
done
"$pharos" --version >/dev/null # builds what is missing, before anything is measured
if [ -z "${CLASS_PATH:-}" ]; then
  mvn -q -B -pl benchmarks -am -DskipTests -Denforcer.skip -Dspotless.check.skip process-classes
  CLASS_PATH=benchmarks/target/classes:$(cat benchmarks/target/classpath)
fi

start_pharos() { # program, name, port: sets started
  # The archive of Cassandra's classes is made in the background at the first start: it would be measured too.
  # shellcheck disable=SC2086
  PHAROS_JAVA_OPTIONS="${PHAROS_JAVA_OPTIONS:-} $options -Xlog:gc,safepoint:file=$work/$2-gc.log" \
    "$1" node --data "$work/$2" --port "$3" --set pharos.persistence.embedded.class-archive=false ${NODE_OPTIONS:-} >"$work/$2.out" 2>&1 &
  started=$!
}

start_pharos "$pharos" Pharos "$port"
node=$started
before=
if [ -n "${BEFORE:-}" ]; then
  start_pharos "$BEFORE" before "$((port + 3))"
  before=$started
  others=$before
fi
printf 'global:\n  scrape_interval: 15s\n' >"$work/prometheus.yml"
"$prometheus" --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/prometheus" --web.listen-address="127.0.0.1:$((port + 1))" \
  --web.enable-remote-write-receiver >"$work/prometheus.out" 2>&1 &
others="$others $!"
prometheus_pid=$!
"$victoria" -storageDataPath="$work/victoria" -httpListenAddr="127.0.0.1:$((port + 2))" -search.disableCache >"$work/victoria.out" 2>&1 &
others="$others $!"
victoria_pid=$!
await "http://127.0.0.1:$port/-/ready" $node "the node"
await "http://127.0.0.1:$((port + 1))/-/ready" $prometheus_pid Prometheus
await "http://127.0.0.1:$((port + 2))/health" $victoria_pid VictoriaMetrics
systems="Pharos=http://127.0.0.1:$port,$node,$(cassandra_of "$node") Prometheus=http://127.0.0.1:$((port + 1)),$prometheus_pid VictoriaMetrics=http://127.0.0.1:$((port + 2)),$victoria_pid"
if [ -n "$before" ]; then
  await "http://127.0.0.1:$((port + 3))/-/ready" "$before" "the node before"
  systems="$systems before=http://127.0.0.1:$((port + 3)),$before,$(cassandra_of "$before")"
fi
if [ "$profile" = profile ]; then
  # The first recording changes classes, which throws all compiled code away: that must be before the warming up.
  jcmd "$node" JFR.start name=early settings=profile >/dev/null
fi

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
  jfr print --events jdk.ExecutionSample --stack-depth 1 "$recording" \
    | awk '/stackTrace = \[/ {getline; sub(/^ +/, ""); sub(/line:.*/, ""); count[$0]++; all++}
           END {for (method in count) printf "%5.1f %%  %s\n", 100 * count[method] / all, method}' | sort -rn | head -n 40
fi
