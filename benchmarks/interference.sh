#!/bin/sh
# Does a large query disturb ingest and rules? One node with its embedded Cassandra on an empty data folder takes 12 million samples of
# 10,000 series (1,200 each, the last 40 minutes), then 10,000 samples a second as they are made, while a rule group of five
# rules over them is evaluated every second. ROUNDS times in one run: a phase in which nothing else happens, then one in which a query
# that reads every stored sample, at least 10 million, is asked again and again, one at a time. Prints for each phase the latency
# of a write, how long after its time an evaluation of the rules was done, and how often and how fast the query was answered; and last
# both kinds of phases together, and the node's pauses.
#
#   benchmarks/interference.sh
#
# PORT (23490), SERVERS (100), METRICS (100), PHASE (40, seconds), ROUNDS (3), QUERY (the expression) and what functions.sh names may be
# set. Needs curl.
#
# The load generator and curl run on the same machine: what they take of its cores is in every figure.
set -eu
cd "$(dirname "$0")/.."
. benchmarks/functions.sh
port=${PORT:-23490}
servers=${SERVERS:-100}
metrics=${METRICS:-100}
phase=${PHASE:-40}
rounds=${ROUNDS:-3}
query=${QUERY:-'sum(last_over_time({__name__=~"sim_.+"}[1h]))'} # keeps names, so that all metrics fit into one
series=$((servers * metrics))
url=http://127.0.0.1:$port

lags() { # the buckets of how late evaluations were, as lines of bound and count
  curl -fsS "$url/metrics" | sed -n 's/^pharos_alerting_group_lag_seconds_bucket{le="\([^"]*\)"} /\1 /p'
}

missed() { # ticks of the rule group that found the one before still under way
  curl -fsS "$url/metrics" | awk '/^pharos_alerting_group_evaluations_missed_total/ {sum += $2} END {printf "%d", sum}'
}

ask() { # one large query: appends its time and samples to a file
  began=$(date +%s%N)
  curl --fail-with-body -sS --max-time 120 -G --data-urlencode "query=$query" --data-urlencode stats=true -o "$work/answer.json" \
    "$url/api/v1/query" || fail "the query failed: $(cat "$work/answer.json")"
  took=$((($(date +%s%N) - began) / 1000000))
  echo "$took $(sed -n 's/.*"totalQueryableSamples":\([0-9]*\).*/\1/p' "$work/answer.json")" >>"$1"
}

ask_on() { # large queries, one after the other, until this process is ended
  while :; do ask "$1"; done
}

load() { # samples as they are made for so many seconds; prints p50 and p99 in milliseconds
  simulate --url "$url" --servers "$servers" --metrics "$metrics" --interval 1s --duration "${1}s" --senders 4 \
    --samples-per-request 500 >"$work/acknowledged"
  sed -n 's/.*latency p50 \([0-9.]*\) ms p99 \([0-9.]*\) ms.*/\1 \2/p' "$work/simulate.out"
}

late() { # two files of lags(): how many evaluations were between them, and the bounds below which half and 99 % of them lie, in ms
  awk 'NR == FNR {before[$1] = $2; next}
       {bound[++n] = $1; count[n] = $2 - before[$1]}
       END {
         all = count[n]
         for (i = n; i > 0; i--) {
           if (count[i] >= all / 2) half = bound[i]
           if (count[i] >= all * 0.99) most = bound[i]
         }
         printf "%d %s %s\n", all, half == "+Inf" ? half : half * 1000, most == "+Inf" ? most : most * 1000
       }' "$1" "$2"
}

begin interference
mkdir -p "$work/conf"
cat >"$work/conf/prometheus.yml" <<END
global: {evaluation_interval: 1s}
rule_files: [rules.yml]
END
cat >"$work/conf/rules.yml" <<END
groups:
  - name: probe
    interval: 1s
    rules:
      - {record: "probe:up", expr: "count(sim_up)"}
      - {record: "probe:busy", expr: "avg by (pool) (rate(sim_cpu_seconds_total[1m]))"}
      - {record: "probe:depth", expr: "max(sim_queue_depth)"}
      - {record: "probe:p99", expr: "histogram_quantile(0.99, sum by (le) (rate(sim_request_duration_seconds_bucket[1m])))"}
      - {alert: Down, expr: "sim_up == 0"}
END
java_options="-Xlog:gc,safepoint:file=$work/gc.log"
start_node node "$port" --prometheus "$work/conf/prometheus.yml"
await_node node "$port"

echo "taking 40 minutes of $series series" >&2
simulate --url "$url" --servers "$servers" --metrics "$metrics" --interval 2s --behind 41m --duration 40m --senders 4 >"$work/acknowledged"

echo "warming up" >&2
for time in 1 2 3 4; do ask "$work/warm.txt"; done
load 20 >/dev/null
samples=$(awk 'END {print $2}' "$work/warm.txt")
[ "${samples:-0}" -ge 10000000 ] || fail "the query reads only ${samples:-0} samples"

echo "| Phase | write p50 | write p99 | evaluations | done after, half | done after, 99 % | ticks missed | queries | mean time of one |"
echo "|---|---|---|---|---|---|---|---|---|"

measure() { # a phase's name, and the file its queries are noted in
  lags >"$work/lags.before"
  missed_before=$(missed)
  set -- "$1" "$2" "$(load "$phase")"
  lags >"$work/lags.after"
  missed_now=$(($(missed) - missed_before))
  late "$work/lags.before" "$work/lags.after" >"$work/late.txt"
  echo "$1 $3 $(cat "$work/late.txt") $missed_now" >>"$work/phases.txt"
  asked=$(awk '{n++; sum += $1} END {printf "%d | %.0f ms", n, n ? sum / n : 0}' "$2")
  echo "$1 $3 $(cat "$work/late.txt") $missed_now" \
    | awk -v asked="$asked" '{printf "| %s | %s ms | %s ms | %s | <= %s ms | <= %s ms | %s | %s |\n", $1, $2, $3, $4, $5, $6, $7, asked}'
}

round=0
while [ $round -lt "$rounds" ]; do
  round=$((round + 1))
  : >"$work/none.txt"
  measure quiet "$work/none.txt"
  : >"$work/asked.txt"
  ask_on "$work/asked.txt" &
  asker=$!
  own "$asker"
  measure queried "$work/asked.txt"
  kill -0 "$asker" 2>/dev/null || fail "the queries ended early"
  stop "$asker"
done

echo
awk -v samples="$samples" '
  {n[$1]++; p99[$1] += $3; if ($3 > most[$1]) most[$1] = $3; missed[$1] += $7}
  END {
    printf "A query reads %d samples. Write p99, mean of phases (largest): quiet %.1f ms (%.1f), queried %.1f ms (%.1f). Ticks missed: quiet %d, queried %d.\n",
      samples, p99["quiet"] / n["quiet"], most["quiet"], p99["queried"] / n["queried"], most["queried"], missed["quiet"], missed["queried"]
  }' "$work/phases.txt"
echo "Pauses of the node, from its start: $(pauses)."
