#!/bin/sh
# How long does a cluster take to give full answers again, and what does a shard's move take? `pharos demo` with three nodes and 100,000
# series under load; a fourth node joins; it is drained and stopped; then one of the three dies by kill -9 and is started again by the
# demo. All the while another node is asked for the number of series, one question after the other. Prints what took how long.
#
#   benchmarks/recovery.sh
#
# PORT (19690), SERVERS (1000), METRICS (100), INTERVAL (10s: 10,000 samples a second), VICTIM (3: the node that dies, 2 or 3), SETTLE (40,
# seconds of load before the first change), MOVES (yes; no: only the death) and what functions.sh names may be set. Needs curl.
set -eu
cd "$(dirname "$0")/.."
. benchmarks/functions.sh
port=${PORT:-19690}
servers=${SERVERS:-1000}
metrics=${METRICS:-100}
victim=${VICTIM:-3}
series=$((servers * metrics))
fourth=$((port + 300))

now() { # milliseconds
  echo $(($(date +%s%N) / 1000000))
}

say() {
  echo "recovery.sh: $(date +%T) $1" >&2
}

count() { # the number of simulated series, or nothing
  curl -s -m 60 "http://127.0.0.1:$port/api/v1/query" --data-urlencode 'query=count({__name__=~"sim_.+"})' \
    | sed -n 's/.*"success".*"value":\[[^,]*,"\([0-9]*\)"\].*/\1/p'
}

ask() { # asks on and on: begin, end and answer of each question
  while :; do
    begin=$(now)
    answer=$(count || true)
    echo "$begin $(now) ${answer:-0}" >>"$work/answers.txt"
    sleep 0.2
  done
}

metric() { # sums one number over the nodes of these ports
  name=$1
  shift
  for its in "$@"; do curl -fs "http://127.0.0.1:$its/metrics" || true; done | awk -v name="$name" '$1 == name {sum += $2} END {printf "%.6f\n", sum}'
}

owned() { # shards of series open on a node
  curl -fs "http://127.0.0.1:$1/metrics" | awk '$1 == "pharos_sharding_open_shards" {print int($2)}'
}

gaps() { # since when: questions that were not answered in full, and the time from then until the last of them had been
  awk -v since="$1" -v series="$series" '$1 >= since && $3 < series {n++; if ($3 > 0) short = 1}
    $1 >= since && $2 - $1 > longest {longest = $2 - $1}
    END {printf "%d questions not answered in full, the longest took %.1f s", n, longest / 1000; if (short) printf " AND SOME WERE SILENTLY SHORT"}' "$work/answers.txt"
}

row() {
  printf '| %s | %s |\n' "$1" "$2" >>"$work/table.md"
}

moved() { # name: what the hand-overs since the last look took, over the nodes of these ports
  what=$1
  shift
  n=$(metric pharos_sharding_hand_over_seconds_count "$@")
  t=$(metric pharos_sharding_hand_over_seconds_sum "$@")
  b=$(metric pharos_sharding_hand_over_bytes_total "$@")
  row "$what: shards handed over; mean of one; bytes of heads of one, of all" "$(awk -v n="$n" -v t="$t" -v b="$b" -v n0="${n0:-0}" -v t0="${t0:-0}" -v b0="${b0:-0}" \
    'BEGIN {n -= n0; t -= t0; b -= b0; if (n == 0) n = 1e-9; printf "%d; %.0f ms; %.0f kB, %.1f MB", n, t / n * 1000, b / n / 1000, b / 1e6}')"
  n0=$n t0=$t b0=$b
}

begin recovery
"$pharos" demo --nodes 3 --port "$port" --data "$work/data" --no-simulator >"$work/demo.out" 2>&1 &
demo=$!
own $demo
tries=0
until grep -q "Pharos is ready" "$work/demo.out"; do
  kill -0 $demo 2>/dev/null || { cat "$work/demo.out" >&2; fail "the demo ended"; }
  tries=$((tries + 1))
  [ $tries -lt 480 ] || fail "the demo was not ready after four minutes"
  sleep 0.5
done
"$pharos" simulate --url "http://127.0.0.1:$port,http://127.0.0.1:$((port + 100))" --servers "$servers" --metrics "$metrics" \
  --interval "${INTERVAL:-10s}" --duration 20m --senders 2 >"$work/simulate.out" 2>&1 &
load=$!
own $load
say "three nodes are ready"
tries=0
until [ "$(count)" = $series ]; do
  tries=$((tries + 1))
  [ $tries -lt 240 ] || fail "not all series came: $(count)"
  sleep 0.5
done
sleep "${SETTLE:-40}"
: >"$work/answers.txt"
ask &
own $!
p1=$port p2=$((port + 100)) p3=$((port + 200))

if [ "${MOVES:-yes}" = yes ]; then
  say "a fourth node is started"
  moved "ignored" $p1 $p2 $p3
  rm "$work/table.md"
  begin=$(now)
  "$pharos" node --join "127.0.0.1:$port" --data "$work/data/node-4" --port $fourth >"$work/node-4.out" 2>&1 &
  extra=$!
  own $extra
  until curl -fs "http://127.0.0.1:$fourth/-/ready" >/dev/null; do
    kill -0 $extra 2>/dev/null || { cat "$work/node-4.out" >&2; fail "the fourth node ended"; }
    sleep 0.1
  done
  ready=$(now)
  until [ "$(owned $fourth)" = 16 ]; do
    [ $(($(now) - ready)) -lt 120000 ] || fail "the fourth node has $(owned $fourth) shards after two minutes"
    sleep 0.1
  done
  ended=$(now)
  row "a fourth node: from its start to its being ready, to its having its share of 16 shards" \
    "$(awk -v a=$((ready - begin)) -v b=$((ended - begin)) 'BEGIN {printf "%.1f s, %.1f s", a / 1000, b / 1000}')"
  moved "join" $p1 $p2 $p3
  row "join: a shard from the first step of taking it to being open, mean" \
    "$(awk -v n="$(metric pharos_sharding_recovery_seconds_count $fourth)" -v t="$(metric pharos_sharding_recovery_seconds_sum $fourth)" 'BEGIN {printf "%.0f ms", t / n * 1000}')"
  sleep 5
  row "join, another node asked all the while" "$(gaps "$begin")"

  say "it is drained"
  n0=$(metric pharos_sharding_hand_over_seconds_count $fourth) t0=$(metric pharos_sharding_hand_over_seconds_sum $fourth)
  b0=$(metric pharos_sharding_hand_over_bytes_total $fourth)
  begin=$(now)
  "$pharos" drain "127.0.0.1:$fourth" --url "http://127.0.0.1:$port" >"$work/drain.out" 2>&1 || { cat "$work/drain.out" >&2; fail "the drain failed"; }
  row "drain: until nothing is left on the node" "$(awk -v a=$(($(now) - begin)) 'BEGIN {printf "%.1f s", a / 1000}')"
  moved "drain" $fourth
  sleep 5
  row "drain, another node asked all the while" "$(gaps "$begin")"
  stop $extra
  sleep 10
fi

folder=$work/data/node-$victim
pid=
for cmdline in /proc/[0-9]*/cmdline; do
  if tr '\0' ' ' <"$cmdline" 2>/dev/null | grep -q -- "io.pharos.clusternode.Main node --owned --data $folder "; then
    pid=${cmdline#/proc/}
    pid=${pid%/cmdline}
  fi
done
[ -n "$pid" ] || fail "no process of node $victim"
replayed=$(metric pharos_sharding_samples_replayed_total $p1 $p2)
say "kill -9 of node $victim"
begin=$(now)
kill -9 "$pid"
tries=0
until awk -v since="$begin" -v series="$series" '$1 >= since && $3 < series {bad = 1} bad && $3 == series {full = 1} END {exit !full}' "$work/answers.txt"; do
  tries=$((tries + 1))
  [ $tries -lt 600 ] || fail "no full answer two minutes after the death"
  sleep 0.2
done
row "kill -9: until the first full answer" \
  "$(awk -v since="$begin" -v series="$series" '$1 >= since && $3 < series {bad = 1} bad && $3 == series {printf "%.1f s", ($2 - since) / 1000; exit}' "$work/answers.txt")"
row "kill -9: samples replayed by the two others" \
  "$(awk -v a="$replayed" -v b="$(metric pharos_sharding_samples_replayed_total $p1 $p2)" 'BEGIN {printf "%d", b - a}')"
# The demo starts it again; it takes its share back.
tries=0
its=$((port + 100 * victim - 100))
until has=$(owned $its) && [ "${has:-0}" -ge 21 ] || [ $tries -ge 300 ]; do
  tries=$((tries + 1))
  sleep 0.2
done
sleep 5
row "kill -9: until the restarted node had $(owned $its) shards again" "$(awk -v a=$(($(now) - begin - 5000)) 'BEGIN {printf "%.1f s", a / 1000}')"
row "kill -9, another node asked all the while" "$(gaps "$begin")"
row "kill -9: until the last question that was not answered in full had ended" \
  "$(awk -v since="$begin" -v series="$series" '$1 >= since && $3 < series {last = $2} END {printf "%.1f s", (last - since) / 1000}' "$work/answers.txt")"
echo "| What | Figure |"
echo "|---|---|"
cat "$work/table.md"
grep -hE 'UNREACHABLE|SBR took decision|Marking unreachable node|is removing|eader is moving node' "$work"/data/node-*/logs/node.log 2>/dev/null | tail -n 12 | cut -c 1-220 >&2 || true
stop $load
tail -n 1 "$work/simulate.out" >&2
