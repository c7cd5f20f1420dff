#!/bin/sh
# What does a cluster cost over one node? A single node and a cluster of three, each over an embedded Cassandra of its own, run beside
# each other. Each is warmed up as fast as it takes samples, in windows of 12 million, until two windows agree within 10 %. Then the same
# samples are offered to them at the same rate (100,000 series every second), to one and then to the other, in several rounds; prints the
# CPU time of all nodes and of Cassandra by sample, what they take when nobody asks anything of them, and the ratio.
#
#   benchmarks/cluster.sh [profile]      profile: also says where the CPU time of the nodes lay, by thread
#
# PORT (19890), NODES ("1 3"), SERVERS (1000), METRICS (100), INTERVAL (1s), WINDOW (240, seconds of simulated time in a window to warm up,
# at an interval of 2 s), WARM_MAX (8 windows), MEASURE (20s), ROUNDS (3), SENDERS (6), PHAROS_HEAP (768m), NODE_OPTIONS (more options of
# `pharos node`) and TMPDIR may be set. Needs curl; with profile a JDK's jcmd.
set -eu
cd "$(dirname "$0")/.."
pharos=${PHAROS:-./pharos}
port=${PORT:-19890}
servers=${SERVERS:-1000}
metrics=${METRICS:-100}
interval=${INTERVAL:-1s}
window_time=${WINDOW:-240}
warm_max=${WARM_MAX:-8}
profile=${1:-}
hz=$(getconf CLK_TCK)
export PHAROS_HEAP="${PHAROS_HEAP:-768m}"
work=$(mktemp -d "${TMPDIR:-/tmp}/pharos-cluster.XXXXXX")
started=

finish() {
  status=$?
  trap - EXIT INT TERM
  for pid in $started; do # the last one first: the first of each cluster owns its Cassandra
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  if [ $status -eq 0 ]; then rm -rf "$work"; else echo "cluster.sh: failed; logs are in $work" >&2; fi
  exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

fail() {
  echo "cluster.sh: $1" >&2
  exit 1
}

ticks() { # user and system time of processes, in ticks
  for pid in "$@"; do sed 's/.*) //' "/proc/$pid/stat"; done | awk '{sum += $12 + $13} END {print sum + 0}'
}

compilers() { # the same of their compiler threads
  for pid in "$@"; do
    for stat in /proc/"$pid"/task/[0-9]*/stat; do
      sed -n 's/^[0-9]* (C[12] Compil[^)]*) //p' "$stat" 2>/dev/null | awk '{print $12 + $13}' || :
    done
  done | awk '{sum += $1} END {print sum + 0}'
}

threads() { # kind of thread and ticks, of processes
  for pid in "$@"; do
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

start() { # a cluster of so many nodes; what it is goes to $work/N.env
  urls=
  nodes=
  number=0
  while [ $number -lt "$1" ]; do
    its=$((first_port + 100 * number))
    join=
    [ $number -eq 0 ] || join="--join 127.0.0.1:$first_port"
    # shellcheck disable=SC2086
    "$pharos" node --data "$work/$1-$number" --port $its $join --set pharos.persistence.embedded.class-archive=false ${NODE_OPTIONS:-} \
      >"$work/$1-$number.out" 2>&1 &
    started="$! $started"
    nodes="$nodes $!"
    urls=${urls:+$urls,}http://127.0.0.1:$its
    number=$((number + 1))
    await_ready $its
  done
  cassandra=$(cassandra_of "$(echo "$nodes" | awk '{print $1}')")
  [ -n "$cassandra" ] || fail "no Cassandra among the children of the first of $nodes"
  echo "nodes='$nodes' urls='$urls' cassandra=$cassandra" >"$work/$1.env"
  first_port=$((first_port + 100 * $1))
}

simulate() { # further options; prints the number of acknowledged samples
  # shellcheck disable=SC2154
  "$pharos" simulate --url "$urls" --servers "$servers" --metrics "$metrics" --senders "${SENDERS:-6}" "$@" >"$work/simulate.out" 2>&1 \
    || { cat "$work/simulate.out" >&2; fail "the simulation had losses"; }
  sed -n 's/^\([0-9,]*\) samples acknowledged.*/\1/p' "$work/simulate.out" | tr -d ,
}

rows() { # log rows written by all nodes
  for url in $(echo "$urls" | tr , ' '); do curl -fs "$url/metrics"; done \
    | awk '$1 == "pharos_sharding_log_commit_seconds_count" {sum += $2} END {print sum + 0}'
}

warm_up() { # until two windows agree
  begins=$(($(date +%s) - 3540))
  windows=0
  last=0
  while :; do
    [ $((begins + window_time)) -le "$(date +%s)" ] || fail "the hour of simulated time is used up: fewer windows, or a shorter WINDOW"
    # shellcheck disable=SC2086
    before=$(ticks $nodes $cassandra)
    samples=$(simulate --interval 2s --duration "${window_time}s" --behind "$(($(date +%s) - begins))s")
    # shellcheck disable=SC2086
    cost=$((($(ticks $nodes $cassandra) - before) * 1000000 / hz * 100 / samples))
    begins=$((begins + window_time + 7))
    windows=$((windows + 1))
    echo "$1 nodes, window $windows to warm up: $cost hundredths of a us a sample" >&2
    difference=$((cost > last ? cost - last : last - cost))
    [ $windows -lt 2 ] || [ $((difference * 10)) -gt "$cost" ] || break
    [ $windows -lt "$warm_max" ] || { echo "cluster.sh: no two windows of $1 nodes agreed within 10 %" >&2; break; }
    last=$cost
  done
}

measure() { # count, kind of round, then options of the simulation, or how long to be idle; adds a line of figures
  count=$1
  kind=$2
  shift 2
  # shellcheck disable=SC2086
  {
    [ "$profile" != profile ] || threads $nodes >"$work/before"
    r=$(rows)
    n=$(ticks $nodes)
    c=$(ticks $cassandra)
    j=$(compilers $nodes $cassandra)
    begin=$(date +%s%N)
    if [ "$kind" = idle ]; then
      sleep "$1"
      samples=0
    else
      samples=$(simulate "$@")
    fi
    millis=$((($(date +%s%N) - begin) / 1000000))
    echo "$count $kind $samples $millis $(($(ticks $nodes) - n)) $(($(ticks $cassandra) - c)) $(($(compilers $nodes $cassandra) - j)) $(($(rows) - r))" >>"$work/figures"
    if [ "$profile" = profile ] && [ "$kind" = load ]; then
      threads $nodes >"$work/after"
      awk -F'|' 'NR == FNR {before[$1] = $2; next} $2 > before[$1] {print $1 "|" $2 - before[$1]}' "$work/before" "$work/after" >>"$work/threads.$count"
    fi
  }
  [ "$kind" = idle ] || sed -n 's/.*\(latency p50 [0-9.]* ms p99 [0-9.]* ms\).*/'"$count"' nodes: \1/p' "$work/simulate.out" >&2
}

"$pharos" --version >/dev/null # builds what is missing, before anything is measured
first_port=$port
for count in ${NODES:-1 3}; do start "$count"; done
for count in ${NODES:-1 3}; do
  # shellcheck source=/dev/null
  . "$work/$count.env"
  warm_up "$count"
done
for count in ${NODES:-1 3}; do
  # shellcheck source=/dev/null
  . "$work/$count.env"
  measure "$count" idle 10
done
round=0
while [ $round -lt "${ROUNDS:-3}" ]; do
  for count in ${NODES:-1 3}; do
    # shellcheck source=/dev/null
    . "$work/$count.env"
    measure "$count" load --interval "$interval" --duration "${MEASURE:-20s}"
  done
  round=$((round + 1))
done

awk -v hz="$hz" '
  $2 == "idle" {idle[$1] = ($5 + $6) * 1e6 / hz / ($4 / 1000)}
  $2 == "load" {
    if (!($1 in samples)) order[++kinds] = $1
    samples[$1] += $3; seconds[$1] += $4 / 1000; nodes[$1] += $5; cassandra[$1] += $6; compiled[$1] += $7; rows[$1] += $8
    each = ($5 + $6) * 1e6 / hz / $3
    if (!($1 in least) || each < least[$1]) least[$1] = each
    if (each > most[$1]) most[$1] = each
  }
  END {
    print "| Nodes | samples | CPU of the nodes a sample | of Cassandra | of all (rounds) | of it compiling | idle, of the same time | log rows a second | against the first | without compiling |"
    print "|---|---|---|---|---|---|---|---|---|---|"
    for (k = 1; k <= kinds; k++) {
      i = order[k]
      us = 1e6 / hz / samples[i]
      all = (nodes[i] + cassandra[i]) * us
      net = all - compiled[i] * us
      if (k == 1) {first = all; firstnet = net}
      printf "| %d | %d | %.2f us | %.2f us | %.2f us (%.2f to %.2f) | %.2f us | %.2f us | %.0f | %.2f | %.2f |\n", i, samples[i], nodes[i] * us,
        cassandra[i] * us, all, least[i], most[i], compiled[i] * us, idle[i] * seconds[i] / samples[i], rows[i] / seconds[i], all / first, net / firstnet
    }
  }' "$work/figures"
if [ "$profile" = profile ]; then
  for count in ${NODES:-1 3}; do
    echo "CPU a sample by threads of the $count nodes, in us:"
    awk -F'|' -v hz="$hz" -v samples="$(awk -v count="$count" '$1 == count && $2 == "load" {sum += $3} END {print sum}' "$work/figures")" '
      {sum[$1] += $2} END {for (kind in sum) printf "%6.3f  %s\n", sum[kind] / hz * 1e6 / samples, kind}' "$work/threads.$count" | sort -rn | head -n 16
  done
fi
