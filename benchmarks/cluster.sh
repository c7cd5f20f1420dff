#!/bin/sh
# What does a cluster cost over one node? The same samples at the same offered rate (100,000 series every second) for one node and then
# for three over one embedded Cassandra, each with a warming up; prints the CPU time of all nodes and of Cassandra by sample, and its ratio.
#
#   benchmarks/cluster.sh [profile]      profile: also says where the CPU time of the nodes lay, by thread
#
# PORT (19890), NODES ("1 3"), SERVERS (1000), METRICS (100), INTERVAL (1s), WARM (90s), MEASURE (60s), SENDERS (6), PHAROS_HEAP (768m) and
# TMPDIR may be set. Needs curl; with profile a JDK's jcmd.
set -eu
cd "$(dirname "$0")/.."
pharos=${PHAROS:-./pharos}
port=${PORT:-19890}
servers=${SERVERS:-1000}
metrics=${METRICS:-100}
interval=${INTERVAL:-1s}
profile=${1:-}
export PHAROS_HEAP="${PHAROS_HEAP:-768m}"
work=$(mktemp -d "${TMPDIR:-/tmp}/pharos-cluster.XXXXXX")
nodes=

stop_nodes() { # the first one last: it owns Cassandra
  reversed=
  for pid in $nodes; do reversed="$pid $reversed"; done
  for pid in $reversed; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  nodes=
}

finish() {
  status=$?
  trap - EXIT INT TERM
  stop_nodes
  if [ $status -eq 0 ]; then rm -rf "$work"; else echo "cluster.sh: failed; logs are in $work" >&2; fi
  exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

fail() {
  echo "cluster.sh: $1" >&2
  exit 1
}

ticks() { # user and system time of a process, in ticks
  sed 's/.*) //' "/proc/$1/stat" | awk '{print $12 + $13}'
}

compilers() { # the same of the compiler threads of some processes
  for pid in "$@"; do
    for stat in /proc/"$pid"/task/[0-9]*/stat; do
      sed -n 's/^[0-9]* (C[12] Compil[^)]*) //p' "$stat" 2>/dev/null | awk '{print $12 + $13}' || :
    done
  done | awk '{sum += $1} END {print sum + 0}'
}

threads() { # kind of thread and ticks, of all nodes
  for pid in $nodes; do
    jcmd "$pid" Thread.print 2>/dev/null | sed -n 's/^"\(.*\)" .* nid=\(0x[0-9a-f]*\) .*/\1|\2/p' | while IFS='|' read -r name nid; do
      stat=/proc/$pid/task/$((nid))/stat
      [ ! -r "$stat" ] || echo "$(echo "$name" | sed 's/[-#. ]*[0-9][0-9.:/]*//g')|$(sed 's/.*) //' "$stat" | awk '{print $12 + $13}')"
    done
  done | awk -F'|' '{sum[$1] += $2} END {for (kind in sum) print kind "|" sum[kind]}'
}

cassandra_of() { # the embedded Cassandra is a child of the first node
  for stat in /proc/[0-9]*/stat; do
    pid=${stat#/proc/}
    pid=${pid%/stat}
    if [ "$(sed 's/.*) //' "$stat" 2>/dev/null | cut -d' ' -f2)" = "$1" ] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qi cassandra; then
      echo "$pid"
      return
    fi
  done
}

await_ready() {
  tries=0
  until curl -fs -o "$work/ready.out" "http://127.0.0.1:$1/-/ready"; do
    tries=$((tries + 1))
    [ $tries -lt 240 ] || fail "the node on port $1 was not ready after two minutes"
    sleep 0.5
  done
}

simulate() { # duration; prints the number of acknowledged samples
  "$pharos" simulate --url "$urls" --servers "$servers" --metrics "$metrics" --interval "$interval" --duration "$1" --senders "${SENDERS:-6}" \
    >"$work/simulate.out" 2>&1 || { cat "$work/simulate.out" >&2; fail "the simulation had losses"; }
  sed -n 's/^\([0-9,]*\) samples acknowledged.*/\1/p' "$work/simulate.out" | tr -d ,
}

all_ticks() {
  sum=0
  for pid in $nodes; do sum=$((sum + $(ticks "$pid"))); done
  echo $sum
}

"$pharos" --version >/dev/null # builds what is missing, before anything is measured
for count in ${NODES:-1 3}; do
  urls=
  number=0
  while [ $number -lt "$count" ]; do
    its=$((port + 100 * number))
    join=
    [ $number -eq 0 ] || join="--join 127.0.0.1:$port"
    # shellcheck disable=SC2086
    "$pharos" node --data "$work/$count-$number" --port $its $join --set pharos.persistence.embedded.class-archive=false \
      >"$work/$count-$number.out" 2>&1 &
    nodes="$nodes $!"
    urls=${urls:+$urls,}http://127.0.0.1:$its
    number=$((number + 1))
    await_ready $its
  done
  # shellcheck disable=SC2086
  set -- $nodes
  cassandra=$(cassandra_of "$1")
  [ -n "$cassandra" ] || fail "no Cassandra among the children of $1"
  echo "warming up $count" >&2
  simulate "${WARM:-90s}" >/dev/null
  echo "measuring $count" >&2
  [ "$profile" != profile ] || threads >"$work/before"
  before=$(all_ticks)
  store=$(ticks "$cassandra")
  # shellcheck disable=SC2086
  compiled=$(compilers $nodes "$cassandra")
  samples=$(simulate "${MEASURE:-60s}")
  after=$(all_ticks)
  # shellcheck disable=SC2086
  compiled=$(($(compilers $nodes "$cassandra") - compiled))
  echo "$count $samples $((after - before)) $(($(ticks "$cassandra") - store)) $compiled" >>"$work/figures"
  sed -n 's/.*\(latency p50 [0-9.]* ms p99 [0-9.]* ms\).*/'"$count"' nodes: \1/p' "$work/simulate.out"
  if [ "$profile" = profile ]; then
    threads >"$work/after"
    echo "CPU a sample by threads of the $count nodes, in us:"
    awk -F'|' -v samples="$samples" -v hz="$(getconf CLK_TCK)" 'NR == FNR {before[$1] = $2; next}
      $2 > before[$1] {printf "%6.3f  %s\n", ($2 - before[$1]) / hz * 1e6 / samples, $1}' "$work/before" "$work/after" | sort -rn | head -n 16
  fi
  stop_nodes
done
awk -v hz="$(getconf CLK_TCK)" 'BEGIN {
    print "| Nodes | samples | CPU of the nodes a sample | of Cassandra | of all | of it compiling | against the first |"
    print "|---|---|---|---|---|---|---|"
  } {
    us = 1e6 / hz / $2
    if (NR == 1) first = ($3 + $4) * us
    printf "| %d | %d | %.2f us | %.2f us | %.2f us | %.2f us | %.2f |\n", $1, $2, $3 * us, $4 * us, ($3 + $4) * us, $5 * us, ($3 + $4) * us / first
  }' "$work/figures"
