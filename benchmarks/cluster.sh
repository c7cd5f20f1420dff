#!/bin/sh
# What does a cluster cost over one node? A single node and a cluster of three, each over an embedded Cassandra of its own, run beside
# each other. Each is warmed up as fast as it takes samples, in windows of 12 million, until two windows agree within 10 %. Then the same
# samples are offered to them at the same rate (100,000 series every second), to one and then to the other, in several rounds; prints the
# CPU time of all nodes and of Cassandra by sample, what they take when nobody asks anything of them, and the ratio.
#
#   benchmarks/cluster.sh [profile]      profile: also says where the CPU time of the nodes lay, by thread
#
# PORT (19890), NODES ("1 3"), SERVERS (1000), METRICS (100), INTERVAL (1s), WINDOW (240, seconds of simulated time in a window to warm up,
# at an interval of 2 s), WARM_MAX (8 windows), SETTLE (10s, of load before the first round), MEASURE (20s), ROUNDS (3), SENDERS (6), PHAROS_HEAP (768m) and what
# functions.sh names may be set. Needs curl; with profile a JDK's jcmd.
set -eu
cd "$(dirname "$0")/.."
. benchmarks/functions.sh
port=${PORT:-19890}
servers=${SERVERS:-1000}
metrics=${METRICS:-100}
interval=${INTERVAL:-1s}
window_time=${WINDOW:-240}
warm_max=${WARM_MAX:-8}
profile=${1:-}
export PHAROS_HEAP="${PHAROS_HEAP:-768m}"

threads() { # kind of thread and ticks, of processes
  for pid in "$@"; do
    jcmd "$pid" Thread.print 2>/dev/null | sed -n 's/^"\(.*\)" .* nid=\(0x[0-9a-f]*\) .*/\1|\2/p' | while IFS='|' read -r name nid; do
      stat=/proc/$pid/task/$((nid))/stat
      [ ! -r "$stat" ] || echo "$(echo "$name" | sed 's/[-#. ]*[0-9][0-9.:/]*//g')|$(sed 's/.*) //' "$stat" | awk '{print $12 + $13}')"
    done
  done | awk -F'|' '{sum[$1] += $2} END {for (kind in sum) print kind "|" sum[kind]}'
}

start() { # a cluster of so many nodes; what it is goes to $work/N.env
  urls=
  nodes=
  number=0
  while [ $number -lt "$1" ]; do
    its=$((first_port + 100 * number))
    join=
    [ $number -eq 0 ] || join="--join 127.0.0.1:$first_port"
    # No checkpoint comes by itself: all shards of the one node or of the three would make theirs inside some round, and not in others.
    # shellcheck disable=SC2086
    start_node "$1-$number" $its $join --set pharos.sharding.shard.checkpoint-interval=2h --set pharos.sharding.shard.checkpoint-segments=1000
    nodes="$nodes $node"
    urls=${urls:+$urls,}http://127.0.0.1:$its
    await_node "$1-$number" $its
    number=$((number + 1))
  done
  cassandra=$(cassandra_of "$(echo "$nodes" | awk '{print $1}')")
  echo "nodes='$nodes' urls='$urls' cassandra=$cassandra" >"$work/$1.env"
  first_port=$((first_port + 100 * $1))
}

offer() { # further options of the simulation; prints the number of acknowledged samples
  # shellcheck disable=SC2154
  simulate --url "$urls" --servers "$servers" --metrics "$metrics" --senders "${SENDERS:-6}" "$@"
}

rows() { # log rows written by all nodes
  for url in $(echo "$urls" | tr , ' '); do curl -fs "$url/metrics"; done \
    | awk '$1 == "pharos_sharding_log_commit_seconds_count" {sum += $2} END {print sum + 0}'
}

window() { # a window of load to warm so many nodes up: sets cost, in hundredths of a us a sample
  check_hour "$begins" "$window_time"
  # shellcheck disable=SC2086
  before=$(ticks $nodes $cassandra)
  samples=$(offer --interval 2s --duration "${window_time}s" --behind "$(($(date +%s) - begins))s")
  # shellcheck disable=SC2086
  cost=$((($(ticks $nodes $cassandra) - before) * 1000000 / hz * 100 / samples))
  begins=$((begins + window_time + 7))
  echo "$1 nodes, window $((windows + 1)) to warm up: $cost hundredths of a us a sample" >&2
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
      samples=$(offer "$@")
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

begin cluster
first_port=$port
for count in ${NODES:-1 3}; do start "$count"; done
for count in ${NODES:-1 3}; do
  # shellcheck source=/dev/null
  . "$work/$count.env"
  begins=$(($(date +%s) - 3540))
  warm_up "$count nodes" window "$count"
done
# Who was warmed up first has slept since then, and the first seconds after that cost several times as much: not measured.
for count in ${NODES:-1 3}; do
  # shellcheck source=/dev/null
  . "$work/$count.env"
  offer --interval "$interval" --duration "${SETTLE:-10s}" >/dev/null
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
