# What the measurements share: a folder for files, processes that end with the script, waiting, and CPU times. Nothing to run: a
# script sources it from the project's folder and begins with `begin NAME`.
#
# For all of them may be set: PHAROS (another bin/pharos), NODE_OPTIONS (more options of `pharos node`), PHAROS_JAVA_OPTIONS (of the
# nodes' machines), KEEP (a folder to keep logs and results in) and TMPDIR.
pharos=${PHAROS:-./pharos}
hz=$(getconf CLK_TCK)

begin() { # the script's name: makes its folder; from here on what it owns ends with it
  script=$1
  work=$(mktemp -d "${TMPDIR:-/tmp}/pharos-$script.XXXXXX")
  processes=
  trap finish EXIT
  trap 'exit 130' INT TERM
  "$pharos" --version >/dev/null # builds what is missing, before anything is measured
}

finish() {
  status=$?
  trap - EXIT INT TERM
  stop_all
  if [ -n "${KEEP:-}" ]; then
    mkdir -p "$KEEP"
    cp "$work"/*.* "$KEEP/" 2>/dev/null || true
    for logs in "$work"/*/logs "$work"/*/*/logs; do
      if [ -d "$logs" ]; then
        cp -r "$logs" "$KEEP/$(basename "${logs%/logs}")-logs" || true
      fi
    done
  fi
  if [ $status -eq 0 ]; then
    rm -rf "$work"
  else
    echo "$script.sh: failed; logs are in $work" >&2
  fi
  exit $status
}

fail() {
  echo "$script.sh: $1" >&2
  exit 1
}

own() { # a process that is to end with the script; the last one ends first, since the Cassandra of all may be a child of the first
  processes="$1 $processes"
}

stop() { # ends a process of the script before the script does
  kill "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
  remaining=
  for pid in $processes; do
    [ "$pid" = "$1" ] || remaining="$remaining $pid"
  done
  processes=$remaining
}

stop_all() {
  for each in $processes; do stop "$each"; done
}

start_node() { # name, port, further options: a node over $work/NAME that writes to $work/NAME.out; sets node. May be set: program, heap, java_options
  name=$1
  its_port=$2
  shift 2
  # The archive of Cassandra's classes is made in the background at the first start: it would be measured too.
  # shellcheck disable=SC2086
  PHAROS_HEAP="${PHAROS_HEAP:-${heap:-}}" PHAROS_JAVA_OPTIONS="${PHAROS_JAVA_OPTIONS:-} ${java_options:-}" "${program:-$pharos}" node \
    --data "$work/$name" --port "$its_port" --set pharos.persistence.embedded.class-archive=false "$@" ${NODE_OPTIONS:-} >"$work/$name.out" 2>&1 &
  node=$!
  own "$node"
}

await() { # a URL, the process that is to answer there, what it is, the file it writes to
  tries=0
  until curl -fs -o "$work/ready.out" "$1"; do
    kill -0 "$2" 2>/dev/null || { cat "$4" >&2; fail "$3 ended"; }
    tries=$((tries + 1))
    [ $tries -lt 240 ] || fail "$3 was not ready after two minutes"
    sleep 0.5
  done
}

await_node() { # as start_node was called: name and port
  await "http://127.0.0.1:$2/-/ready" "$node" "the node on port $2" "$work/$1.out"
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
  fail "no Cassandra among the children of $1"
}

ticks() { # user and system time of processes together, in ticks
  for pid in "$@"; do sed 's/.*) //' "/proc/$pid/stat"; done | awk '{sum += $12 + $13} END {print sum + 0}'
}

cpu_ms() { # the same in milliseconds
  echo $(($(ticks "$@") * 1000 / hz))
}

compilers() { # ticks of the processes' compiler threads
  for pid in "$@"; do
    for stat in /proc/"$pid"/task/[0-9]*/stat; do
      sed -n 's/^[0-9]* (C[12] Compil[^)]*) //p' "$stat" 2>/dev/null | awk '{print $12 + $13}' || :
    done
  done | awk '{sum += $1} END {print sum + 0}'
}

simulate() { # options of `pharos simulate`, which writes to $work/simulate.out; prints the number of acknowledged samples
  "$pharos" simulate "$@" >"$work/simulate.out" 2>&1 || { cat "$work/simulate.out" >&2; fail "the simulation had losses"; }
  sed -n 's/^\([0-9,]*\) samples acknowledged.*/\1/p' "$work/simulate.out" | tr -d ,
}

# The windows of a script must stay below an hour of simulated time together, which begins a little less than an hour ago, and no
# sample may be sent twice: a repeated one costs a look into its series' chunks.
check_hour() { # when the next window begins, and how long it is, in seconds
  [ $(($1 + $2)) -le "$(date +%s)" ] \
    || fail "the hour of simulated time is used up: fewer windows, or a shorter INTERVAL or WINDOW"
}

warm_up() { # of what, and the command for one window, which sets cost: until two windows agree within 10 %; sets windows
  whose=$1
  shift
  windows=0
  last=0
  while :; do
    "$@"
    windows=$((windows + 1))
    difference=$((cost > last ? cost - last : last - cost))
    [ $windows -lt 2 ] || [ $((difference * 10)) -gt "$cost" ] || break
    [ $windows -lt "$warm_max" ] || { echo "$script.sh: no two windows of $whose agreed within 10 %" >&2; break; }
    last=$cost
  done
}

checkpoint() { # the address of a node
  curl -fsS -X POST -o "$work/checkpoint.out" "$1/-/checkpoint" || fail "the checkpoint failed"
}

storage() { # one number of /api/v1/status/storage, as it is in $work/storage.json
  sed -n "s/.*\"$1\":\([0-9.eE+-]*\).*/\1/p" "$work/storage.json"
}

bytes_by_table() {
  sed 's/.*"bytesByTable":{\([^}]*\)}.*/bytes by table: \1/' "$work/storage.json"
  echo
}

pauses() { # of a node that logs them to $work/gc.log
  awk '/Pause/ {sub(/ms$/, "", $NF); all += $NF; n++; if ($NF + 0 > most && !/Inspection/) most = $NF + 0}
    END {printf "%d, %.0f ms together, the longest %.0f ms", n, all, most}' "$work/gc.log"
}

# Without these a profile blames whatever call stands next to a memory access that waits.
profiled="-XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints"

ready_recorder() { # of a process: the first recording changes classes, which throws all compiled code away, so before the warming up
  jcmd "$1" JFR.start name=early settings=profile >/dev/null
}

methods() { # which methods were on a CPU, by a flight recording
  jfr print --events jdk.ExecutionSample --stack-depth 1 "$1" \
    | awk '/stackTrace = \[/ {getline; sub(/^ +/, ""); sub(/line:.*/, ""); count[$0]++; all++}
           END {for (method in count) printf "%5.1f %%  %s\n", 100 * count[method] / all, method}' | sort -rn | head -n 40
}
