#!/bin/sh
# What does a written sample cost here, in Prometheus and in VictoriaMetrics? One Pharos node with its embedded Cassandra and the two
# installed peers (Debian: prometheus, victoria-metrics) run beside each other on empty folders. The simulator writes the same series to one
# after the other, one sample a series and request, by remote write, in windows of 12 million samples; each system is warmed up until two of its
# windows agree within 10 %, then measured for one more, then at an open-loop rate of 100,000 samples a second. A Pharos window has a checkpoint
# inside. At the end all flush and compact, and what they store is counted by file size, logs apart. Prints the table of benchmarks/README.md.
#
#   benchmarks/peers.sh            CPU, resident memory and disk at 100,000 series
#   benchmarks/peers.sh memory     what a series takes: the slope of memory from 200,000 to 1,000,000 series, each system alone
#
# PORT (19690), SYSTEMS ("pharos prometheus victoria"), WINDOW (240, seconds of simulated time), WARM_MAX (8 windows), OPEN (30s), SENDERS (8),
# PHAROS_HEAP (1g; 4g for memory) and what functions.sh names may be set. Needs curl and a JDK's jcmd. All windows together must stay below an
# hour of simulated time.
set -eu
cd "$(dirname "$0")/.."
. benchmarks/functions.sh
port=${PORT:-19690}
systems=${SYSTEMS:-pharos prometheus victoria}
window_time=${WINDOW:-240}
warm_max=${WARM_MAX:-8}
what=${1:-cpu}

resident() { # kB of memory that is no file's, of processes
  for pid in "$@"; do sed -n 's/^RssAnon:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$pid/status"; done | awk '{sum += $1} END {print sum + 0}'
}

start() { # a system; its process ids go to $work/NAME.pids, its address to $work/NAME.url
  folder=$work/$1-$2
  case $1 in
    pharos)
      heap=$3
      start_node "$1-$2" "$port"
      pid=$node
      url=http://127.0.0.1:$port
      ready=$url/-/ready
      ;;
    prometheus)
      echo 'global: {}' >"$work/prometheus.yml"
      prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$folder" --web.listen-address=127.0.0.1:$((port + 1)) \
        --web.enable-remote-write-receiver --web.enable-admin-api --log.level=warn >"$folder.out" 2>&1 &
      pid=$!
      url=http://127.0.0.1:$((port + 1))
      ready=$url/-/ready
      ;;
    victoria)
      victoria-metrics -storageDataPath="$folder" -httpListenAddr=127.0.0.1:$((port + 2)) -retentionPeriod=1 >"$folder.out" 2>&1 &
      pid=$!
      url=http://127.0.0.1:$((port + 2))
      ready=$url/health
      ;;
    *) fail "SYSTEMS has $1, which is none of pharos, prometheus, victoria" ;;
  esac
  [ "$1" = pharos ] || own "$pid"
  await "$ready" "$pid" "$1" "$folder.out"
  store=
  [ "$1" != pharos ] || store=$(cassandra_of "$pid")
  echo "$pid $store" >"$work/$1.pids"
  echo "$url" >"$work/$1.url"
}

offer() { # system, then options of the simulation; prints the number of acknowledged samples
  its_url=$(cat "$work/$1.url")
  shift
  simulate --url "$its_url" --senders "${SENDERS:-8}" --control-port=-1 "$@"
}

measure() { # system, kind, then options of the simulation; adds a line: system kind samples millis ticks ticks-of-the-store resident
  system=$1
  kind=$2
  shift 2
  read -r main store <"$work/$system.pids"
  before=$(ticks "$main")
  store_before=$([ -z "$store" ] || ticks "$store")
  begin=$(date +%s%N)
  checkpoint=
  if [ "$system" = pharos ]; then
    (sleep 8 && curl -fsS -X POST -o "$work/checkpoint.out" "$(cat "$work/pharos.url")/-/checkpoint") &
    checkpoint=$!
  fi
  samples=$(offer "$system" "$@")
  [ -z "$checkpoint" ] || wait "$checkpoint" || fail "the checkpoint inside failed"
  millis=$((($(date +%s%N) - begin) / 1000000))
  main_ticks=$(($(ticks "$main") - before))
  store_ticks=0
  [ -z "$store" ] || store_ticks=$(($(ticks "$store") - store_before))
  # shellcheck disable=SC2086
  echo "$system $kind $samples $millis $main_ticks $store_ticks $(resident $main $store)" >>"$work/figures"
  cost=$(((main_ticks + store_ticks) * 1000000 / hz * 100 / samples))
  echo "$system $kind: $cost hundredths of a us a sample" >&2
}

bytes() { # what a system stores after flushing and compacting, logs apart
  url=$(cat "$work/$1.url")
  case $1 in
    pharos)
      checkpoint "$url"
      curl -fsS -o "$work/storage.json" "$url/api/v1/status/storage"
      storage storedBytes
      ;;
    prometheus)
      # What it has not yet made a block of is in its log: a snapshot makes blocks of all.
      curl -fsS -X POST -o "$work/snapshot.out" "$url/api/v1/admin/tsdb/snapshot"
      du -sb "$work/prometheus-1/snapshots" | cut -f1
      ;;
    victoria)
      curl -fsS -o "$work/flush.out" "$url/internal/force_flush"
      curl -fsS -o "$work/merge.out" "$url/internal/force_merge"
      sleep 10
      du -sb "$work/victoria-1" | cut -f1
      ;;
  esac
}

window() { # a window of load to warm a system up: sets cost
  check_hour "$begins" "$window_time"
  measure "$1" warm --servers 1000 --metrics 100 --interval 2s --duration "${window_time}s" --behind "$(($(date +%s) - begins))s"
  begins=$((begins + window_time + 7))
}

cpu() {
  for system in $systems; do start "$system" 1 1g; done
  for system in $systems; do
    begins=$(($(date +%s) - 3540))
    warm_up "$system" window "$system"
    measure "$system" full --servers 1000 --metrics 100 --interval 2s --duration "${window_time}s" --behind "$(($(date +%s) - begins))s"
  done
  for system in $systems; do measure "$system" open --servers 1000 --metrics 100 --interval 1s --duration "${OPEN:-30s}"; done
  for system in $systems; do echo "$system bytes $(bytes "$system")" >>"$work/figures"; done
  awk -v hz="$hz" '
    $2 == "bytes" {bytes[$1] = $3; next}
    {stored[$1] += $3}
    $2 == "warm" {windows[$1]++}
    $2 == "full" {order[++n] = $1; full[$1] = ($5 + $6) * 1e6 / hz / $3; store[$1] = $6 * 1e6 / hz / $3; rate[$1] = $3 / $4 * 1000}
    $2 == "open" {open[$1] = ($5 + $6) * 1e6 / hz / $3; memory[$1] = $7}
    END {
      print "| System | windows to warm up | CPU a sample, as fast as it takes them | samples/s | CPU a sample at 100,000 samples/s | resident memory | bytes a sample |"
      print "|---|---|---|---|---|---|---|"
      for (i = 1; i <= n; i++) {
        s = order[i]
        printf "| %s | %d | %.2f us%s | %.0f | %.2f us | %.0f MB | %.2f B |\n", s, windows[s], full[s],
          store[s] ? sprintf(" (%.2f of it Cassandra)", store[s]) : "", rate[s], open[s], memory[s] / 1024, bytes[s] / stored[s]
      }
    }' "$work/figures"
}

taken() { # kB that a system takes now: of a Java machine the live heap after a collection and all that is no heap, else what is resident
  read -r main store <"$work/$1.pids"
  if [ "$1" = pharos ]; then
    jcmd "$main" GC.run >/dev/null
    live=$(jcmd "$main" GC.class_histogram | awk '$1 == "Total" {printf "%d\n", $3 / 1024}')
    native=$(jcmd "$main" VM.native_memory summary scale=KB | sed -n 's/^Total: .*committed=\([0-9]*\)KB.*/\1/p; s/.*Java Heap (.*committed=\([0-9]*\)KB.*/-\1/p' \
      | awk '{sum += $1} END {print sum}')
    echo "$((live + native)) $(resident "$store")"
  else
    echo "$(resident "$main") 0"
  fi
}

memory() {
  echo "| System | at 200,000 series | at 1,000,000 series | a series | CPU a new series |"
  echo "|---|---|---|---|---|"
  for system in $systems; do
    java_options=-XX:NativeMemoryTracking=summary
    start "$system" 1 4g
    read -r main store <"$work/$system.pids"
    # Two minutes of samples every 10 s; the series of the first 2,000 servers are among those of 10,000.
    offer "$system" --servers 2000 --metrics 100 --interval 10s --duration 120s --behind 50m >"$work/small.count"
    small=$(taken "$system")
    # shellcheck disable=SC2086
    before=$(ticks $main $store)
    offer "$system" --servers 10000 --metrics 100 --interval 10s --duration 10s --behind 40m >"$work/new.count"
    # shellcheck disable=SC2086
    fresh=$(($(ticks $main $store) - before))
    offer "$system" --servers 10000 --metrics 100 --interval 10s --duration 110s --behind 39m >"$work/large.count"
    large=$(taken "$system")
    echo "$system $small $large $fresh $(cat "$work/new.count")" | awk -v hz="$hz" '{
      printf "| %s | %.0f MB%s | %.0f MB%s | %.0f B | %.1f us |\n", $1, $2 / 1024, $3 ? sprintf(" (Cassandra %.0f)", $3 / 1024) : "",
        $4 / 1024, $5 ? sprintf(" (Cassandra %.0f)", $5 / 1024) : "", ($4 - $2) * 1024 / 800000, $6 * 1e6 / hz / 800000
    }'
    stop_all
  done
}

begin peers
case $what in
  cpu) cpu ;;
  memory) memory ;;
  *) fail "the argument is $what, not memory" ;;
esac
