#!/bin/sh
# memledger.sh: takes a snapshot of a Linux machine's memory for Memledger, or pushes what changes.
#
#   curl -fsSL http://HOST/memledger.sh | sudo sh
#   curl -fsSL http://HOST/memledger.sh | sudo sh -s -- --upload http://HOST
#   memledger.sh --agent --push http://HOST --token-file FILE
#
# It reads /proc, /sys and the output of a few tools, and writes one file,
# memledger-<host>-<UTC time>.tar.gz. It changes no setting, drops no cache, loads nothing,
# traces nothing. It works without root and then says what it could not read.
#
# Needs: a POSIX shell (dash, bash, busybox ash), awk, tar, gzip, mkdir, rm. Uses when present:
# ss, nsenter, dmesg, df, bpftool, ethtool, auditctl, nvidia-smi; curl, wget or nc for --upload.
# Cost (bench/collector.sh): 0.3 s of processor time at 130 processes and 120 sockets, 0.9 s at
# 610 processes and 5,400 sockets, at the lowest priority; the archive has 50 to 220 KB.
#
# Layout of the archive (memledger/1), all in the folder snap/:
#   meta, manifest, missing         what, when, and what could not be read and why
#   proc/ sys/ etc/                 copies of files; proc/meminfo.2 was read after zoneinfo
#   t1/ss-all, t2/                  sockets; counters and sockets again, some seconds later
#   netns/<inode>/                  sockets of each other network namespace, with a pid in it
#   pids.*, cgroup.memory           files of many processes and cgroups, each line with its path
#   pids.fd, pids.fdcount           open sockets, pipes, rings, buffers; how many files of each kind
#   pids.fdinfo, pids.maps          sizes of io_uring rings, BPF maps, GPU buffers; of mapped rings
#   df-tmpfs, dmesg, slab.aliases, bpf-map, bpf-prog, auditctl, ethtool/, nvidia-smi

# The last line calls everything, inside braces: the shell must have read the closing brace
# before it runs anything, so a download that was cut does nothing at all.

# shellcheck disable=SC2012,SC2016,SC2317 # ls for want of find -printf; awk programs in quotes; functions called through run and trap

usage() {
  cat <<'EOF'
Usage: memledger.sh [options]
Takes a snapshot of this machine's memory and writes memledger-<host>-<UTC time>.tar.gz here.

  --upload URL       send the snapshot to a Memledger server and print the link
  --token-file FILE  file with the server's upload token
  --out DIR          write the archive there (default: current folder; with --upload: not kept)
  --wait SECONDS     time between the two looks (default 3, 0 to 60)
  --limit SECONDS    longest time for one reading (default 10)
  --redact           no command lines, mounts, kernel log or host name; addresses replaced
  --label KEY=VALUE  a label to store with the snapshot (may be repeated)
  --root DIR         read DIR/proc and DIR/sys instead (a host mounted in a container)
  --help, --version

With --agent it runs on and pushes a few files of /proc every half minute, more of them every
tenth time, and a full snapshot when the server asks or the unexplained part of memory rises:

  --push URL         the Memledger server; --token-file, --label, --root and --limit as above
  --interval SECONDS time between two pushes (default 30)
  --name NAME        the node's name (default: NODE_NAME, else the host name)
  --spool DIR        where pushes wait while the server is away, 16 MiB at most
                     (default /var/lib/memledger-agent)
  --once             one push, then end
  --options FILE     more options, one a line, without the dashes: push http://HOST

Exit codes: 0 done, 1 no snapshot, 2 wrong use, 3 taken but not sent.
EOF
}

say() { printf 'memledger: %s\n' "$*" >&3; }
fail() { code=$1; shift; say "$*"; exit "$code"; }
have() { command -v "$1" >/dev/null 2>&1; }

# ---- options -------------------------------------------------------------------------------

is_number() { case $1 in '' | *[!0-9]* | ??????*) return 1 ;; esac; }

read_options() {
  OUT='' ROOT=/ WAIT=3 LIMIT=10 REDACT='' SERVER='' TOKEN_FILE='' LABELS=''
  AGENT='' PUSH='' INTERVAL=30 NODE_AS='' SPOOL='' ONCE='' PUSH_LABELS='' DISCARD=''
  for word in "$@"; do
    if [ "$word" = --agent ]; then AGENT=yes; fi
  done
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h) usage; exit 0 ;;
      --version) echo "memledger.sh $VERSION"; exit 0 ;;
      --redact) REDACT=yes; shift; continue ;;
      --agent) shift; continue ;;
      --once) ONCE=yes; shift; continue ;;
    esac
    take_option "$@"
    shift 2
  done
  check_options
}

take_option() {
  case $1 in
    --upload | --token-file | --out | --root | --wait | --limit | --label) ;;
    --push | --interval | --name | --spool | --options) [ -n "$AGENT" ] || fail 2 "$1 goes with --agent" ;;
    *) fail 2 "unknown option: $1 (see --help)" ;;
  esac
  [ $# -ge 2 ] || fail 2 "$1 needs a value"
  case $1 in
    --upload) SERVER=$2 ;;
    --token-file) TOKEN_FILE=$2 ;;
    --out) OUT=$2 ;;
    --root) ROOT=$2 ;;
    --wait) WAIT=$2 ;;
    --limit) LIMIT=$2 ;;
    --label) add_label "$2" ;;
    --push) PUSH=$2 ;;
    --interval) INTERVAL=$2 ;;
    --name) NODE_AS=$2 ;;
    --spool) SPOOL=$2 ;;
    --options) read_option_file "$2" ;;
  esac
}

read_option_file() {
  [ -r "$1" ] || fail 2 "cannot read the options in $1"
  while read -r option value || [ -n "$option" ]; do
    case $option in
      '' | '#'*) ;;
      options | *[!a-z-]*) fail 2 "not an option in $1: $option" ;;
      *) take_option "--$option" "$value" ;;
    esac
  done <"$1"
}

# On one line: in the header of a push a line break would begin another entry.
plain_text() { printf '%s' "$1" | tr '\000-\037\177' ' '; }

add_label() {
  case $1 in *=*) ;; *) fail 2 "a label is KEY=VALUE: $1" ;; esac
  case ${1%%=*} in '' | *[!A-Za-z0-9_./:@-]*) fail 2 "the key of a label is of letters, digits and _ . - / : @" ;; esac
  value=${1#*=}
  if [ -n "$AGENT" ]; then
    if [ "${#value}" -gt 1024 ]; then fail 2 "a label has at most 1,024 bytes: ${1%%=*}"; fi
    value=$(plain_text "$value")
  fi
  case $value in
    *[!A-Za-z0-9_./:@-]*) [ -n "$AGENT" ] || fail 2 "a label is KEY=VALUE, of letters, digits and _ . - / : @" ;;
    *)
      LABELS="${LABELS}label ${1%%=*}=$value
" ;;
  esac
  PUSH_LABELS="${PUSH_LABELS}label: ${1%%=*}=$value
"
}

check_options() {
  is_number "$WAIT" || fail 2 "--wait takes 0 to 60 seconds"
  [ "$WAIT" -le 60 ] || fail 2 "--wait takes 0 to 60 seconds"
  is_number "$LIMIT" || fail 2 "--limit takes a number of seconds, 1 or more"
  [ "$LIMIT" -ge 1 ] || fail 2 "--limit takes a number of seconds, 1 or more"
  [ -d "$ROOT/proc" ] || fail 1 "there is no proc folder in $ROOT"
  if [ -n "$TOKEN_FILE" ] && [ ! -r "$TOKEN_FILE" ]; then fail 2 "cannot read the token file $TOKEN_FILE"; fi
  case $NODE_AS in *[!A-Za-z0-9._-]* | [.-]* | ?????????????????????????????????????????????????????????????????*)
    fail 2 "--name takes up to 64 letters, digits and . _ -" ;;
  esac
  if [ -n "$AGENT" ]; then check_agent; return 0; fi
  KEEP=yes
  if [ -n "$SERVER" ]; then
    [ -n "$OUT" ] || KEEP=''
    check_server
  fi
  OUT=$(cd "${OUT:-.}" 2>/dev/null && pwd) || fail 2 "--out: no such folder"
  [ -w "$OUT" ] || [ -z "$KEEP" ] || fail 2 "cannot write to $OUT"
}

check_server() {
  case $SERVER in http://* | https://*) ;; *) SERVER=http://$SERVER ;; esac
  case $SERVER in *[!]A-Za-z0-9:/._~%@[-]*) fail 2 "not an address: $SERVER" ;; esac
  SERVER=${SERVER%/}
  have curl || have wget || have nc || fail 2 "--upload needs curl, wget or nc"
  read_token
  [ -z "$TOKEN_FILE" ] || [ -n "$TOKEN" ] || fail 2 "the token file is empty"
  case $TOKEN in *[!A-Za-z0-9._~+/=-]*) fail 2 "the token file does not hold a token" ;; esac
}

read_token() {
  TOKEN=''
  [ -z "$TOKEN_FILE" ] || read -r TOKEN <"$TOKEN_FILE"
}

# ---- time limits ---------------------------------------------------------------------------
# A process in uninterruptible sleep can make a read of its /proc files hang for ever, and even
# `timeout` then waits for its child. One watcher looks at the running step each second, kills
# it when it is late, and signals the main shell, whose `wait` returns even if the child cannot die.

kill_tree() {
  grep -l "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status 2>/dev/null | while read -r child; do
    child=${child#/proc/}
    kill_tree "${child%/status}"
  done
  kill -9 "$1" 2>/dev/null
}

watch_steps() {
  nap='' last='' ticks=0
  trap 'kill "$nap" 2>/dev/null; exit 0' TERM
  while :; do
    sleep 1 &
    nap=$!
    wait "$nap"
    if ! kill -0 "$MAIN" 2>/dev/null; then rm -rf "$TMP"; exit 0; fi
    step='' job='' limit=''
    read -r step job limit 2>/dev/null <"$TMP/step"
    [ -n "$limit" ] || { last='' ticks=0; continue; }
    if [ "$step" = "$last" ]; then ticks=$((ticks + 1)); else last=$step ticks=0; fi
    [ "$ticks" -ge "$limit" ] || continue
    echo "$step" >"$TMP/late"
    kill_tree "$job"
    kill -USR1 "$MAIN" 2>/dev/null
  done
}

# run SECONDS COMMAND...: 0 or the command's code; 124 when it took too long.
run() {
  seconds=$1
  shift
  STEP=$((STEP + 1))
  "$@" </dev/null 2>/dev/null &
  JOB=$!
  echo "$STEP $JOB $seconds" >"$TMP/step"
  while :; do
    wait "$JOB" 2>/dev/null
    code=$?
    [ "$code" -gt 128 ] || break
    late=''
    read -r late 2>/dev/null <"$TMP/late"
    if [ "$late" = "$STEP" ]; then code=124; break; fi
    kill -0 "$JOB" 2>/dev/null || break
  done
  JOB=''
  : >"$TMP/step"
  return "$code"
}

clean_up() {
  trap '' INT TERM HUP
  [ -z "$JOB" ] || kill_tree "$JOB"
  [ -z "$WATCHER" ] || kill "$WATCHER" 2>/dev/null
  # A step cut short may still be writing: a second rm gets what it left.
  rm -rf "$TMP" || { sleep 1; rm -rf "$TMP"; }
}

# ---- reading files -------------------------------------------------------------------------

lacks() { printf '%s %s\n' "$1" "$2" >>"$SNAP/missing"; }

mark() {
  now=''
  read -r now rest 2>/dev/null <proc/uptime
  printf '%s %s\n' "$now" "$1" >>"$SNAP/manifest"
}

# One awk reads many files (a fork costs more than most of /proc). It says in $ML_AT where it is,
# so that after a hang or an error the next one goes on behind the file that could not be read.
READ_FILES='
function note(f, why) { print "/" f, why >> MISSING }
function note_part(part, why) { print part, why >> MISSING }
function begin(f) {
  target = f; size = 0; lines = 0; joined = ""
  if (STRIP != "" && index(f, STRIP) == 1) target = substr(f, length(STRIP) + 1)
  if (seen[f]++) target = target "." seen[f]
  target = INTO != "" ? INTO : SNAP "/" PREFIX target
  cap = f ~ /vmallocinfo$/ ? 8388608 : 4194304
}
function keep(f, line) {
  if (RAW) joined = joined (lines > 1 ? " " : "") line
  else if (INTO == "") print line > target
  else if (KEEP == "" || line ~ KEEP) print "/" f ":" line >> target
}
function one(f,   r) {
  begin(f)
  while ((r = (getline line < f)) > 0) {
    size += length(line) + 1
    if (size > cap) { note(f, "cut after " cap " bytes"); break }
    lines++
    keep(f, line)
  }
  close(f)
  if (RAW && lines) print joined >> target
  if (INTO != "") { total += size; if (r < 0 && !lines) unread++; return }
  if (r < 0 && !lines) note(f, "could not be read")
  else { if (!lines) printf "" > target; close(target) }
}
BEGIN {
  SNAP = ENVIRON["ML_SNAP"]; PREFIX = ENVIRON["ML_PREFIX"]; STRIP = ENVIRON["ML_STRIP"]
  INTO = ENVIRON["ML_INTO"]; KEEP = ENVIRON["ML_KEEP"]; RAW = ENVIRON["ML_RAW"] != ""
  LEAF = ENVIRON["ML_LEAF"]; FROM = ENVIRON["ML_FROM"] + 0; AT = ENVIRON["ML_AT"]
  MISSING = SNAP "/missing"; LIST = ENVIRON["ML_LIST"]
  while ((getline name < LIST) > 0) {
    n++
    if (n < FROM) continue
    print n > AT
    fflush(AT)
    if (total > 33554432) { note(name LEAF, "and all behind it left out: 32 MiB read"); break }
    one(name LEAF)
  }
  # A few processes always end between the listing and the reading.
  if (unread * 4 > n) note_part(substr(INTO, length(SNAP) + 2), unread " of " n " could not be read (ended, or no permission)")
}'

# read_list: reads the files that $TMP/list names, in order; ML_* say where they go.
read_list() {
  export ML_SNAP ML_PREFIX ML_STRIP ML_INTO ML_KEEP ML_RAW ML_LEAF ML_FROM ML_AT ML_LIST
  ML_FROM=1 hangs=0
  while :; do
    : >"$ML_AT"
    run "$LIMIT" awk "$READ_FILES" && break
    why="could not be read"
    [ "$code" -ne 124 ] || { why="timed out after $LIMIT s"; hangs=$((hangs + 1)); }
    at=$(tail -n 1 "$ML_AT")
    is_number "$at" || { lacks "$1" "$why"; break; }
    failed=$(sed -n "${at}p" "$ML_LIST")$ML_LEAF
    lacks "/$failed" "$why"
    HUNG="$HUNG $failed "
    [ "$hangs" -lt 5 ] || { lacks "$1" "given up after 5 timeouts"; break; }
    ML_FROM=$((at + 1))
  done
  ML_PREFIX='' ML_STRIP='' ML_INTO='' ML_KEEP='' ML_RAW='' ML_LEAF=''
}

# want FILE...: puts files on the list; says once why one is not there.
want() {
  for file in "$@"; do
    case $HUNG in *" $file "*) continue ;; esac
    if [ -r "$file" ] && [ ! -d "$file" ]; then
      WANTED="$WANTED$file
"
    elif [ -n "$SECOND" ]; then
      continue
    elif [ -e "$file" ]; then
      lacks "/$file" "no permission"
    else
      case $file in *'*'*) ;; *) lacks "/$file" absent ;; esac
    fi
  done
}

read_wanted() {
  printf '%s' "$WANTED" >"$ML_LIST"
  WANTED=''
  read_list "$1"
}

# The folders that the files on the list need.
make_folders() {
  [ -n "$WANTED" ] || return 0
  printf '%s' "$WANTED" | sed 's|/[^/]*$||' | sort -u | (cd "$SNAP" && xargs mkdir -p)
}

# ---- the parts -----------------------------------------------------------------------------

# The order matters: meminfo, zoneinfo, meminfo again, with nothing in between, so that the
# difference of the two states how far the ledger can be off.
want_counters() {
  want proc/meminfo proc/zoneinfo proc/meminfo proc/vmstat proc/buddyinfo proc/slabinfo \
    proc/pressure/memory proc/loadavg proc/uptime proc/stat proc/sys/fs/file-nr \
    proc/sys/kernel/pty/nr
  want sys/devices/system/node/node[0-9]*/meminfo sys/devices/system/node/node[0-9]*/vmstat
}

read_counters() {
  want_counters
  read_wanted counters
  mark counters
}

NET_FILES='sockstat sockstat6 netstat snmp protocols'
NET_TABLES='tcp tcp6 udp udp6 raw raw6 unix netlink packet'

want_net() {
  folder=$1
  shift
  for file in "$@"; do want "$folder/$file"; done
}

read_net() {
  ML_STRIP=$NET/ ML_PREFIX=${1}proc/net/
  shift
  want_net "$NET" "$@"
  read_wanted net
}

count_sockets() {
  SOCKETS=0
  while read -r word used number rest; do
    if [ "$word" = sockets: ] && [ "$used" = used ] && is_number "$number"; then SOCKETS=$number; fi
  done 2>/dev/null <"$SNAP/proc/net/sockstat"
}

# With many sockets only those with something in a queue, listeners, and packet sockets (whose
# rings are in no queue) tell who holds memory.
SS_ROWS='
{ sub(/[ \t]+$/, "") }
/^[ \t]/ { if (kept) print; next }
NR > 1 { total[$1 " " $2]++; rows++ }
{ kept = NR == 1 || !FEW || $2 == "LISTEN" || /^p_/ || $3 > 0 || $4 > 0 || /skmem:\(r[1-9]/ || /,t[1-9]/ }
kept { print; if (NR > 1) shown++ }
END {
  if (FEW) {
    for (key in total) print key, total[key] > TOTALS
    print NAME, "kept " shown + 0 " of " rows + 0 " rows: those with a queue, listeners, packet sockets" >> MISSING
  }
}'

# ss_rows FOLDER COMMAND...
ss_rows() {
  place=$1
  shift
  "$@" | awk -v FEW="$FEW" -v NAME="$place/ss-all" -v TOTALS="$SNAP/$place/ss-totals" \
    -v MISSING="$SNAP/missing" "$SS_ROWS" >"$SNAP/$place/ss-all"
}

# -p walks the open files of every process: it is asked for once, for all families together.
read_ss() {
  [ "$ROOT" = / ] || return 0
  have ss || { lacks cmd:ss absent; return 0; }
  flags=-aemni$2
  case $SS_HELP in *--oneline*) flags=${flags}O ;; esac
  run $((LIMIT * 2)) ss_rows "$1" ss "$flags" || lacks cmd:ss "failed or timed out ($code)"
  [ -s "$SNAP/$1/ss-all" ] || rm -f "$SNAP/$1/ss-all"
  mark "$1/ss"
}

read_sockets() {
  FEW=''
  SS_HELP=$(ss -h 2>&1 </dev/null)
  # shellcheck disable=SC2086 # a list of words
  read_net '' $NET_FILES
  count_sockets
  if [ "$SOCKETS" -gt 5000 ]; then FEW=1; fi
  tables=$NET_TABLES
  if [ -n "$FEW" ] && [ "$ROOT" = / ] && have ss; then
    tables='udp udp6 raw raw6 netlink packet'
    lacks /proc/net/tcp "left out: $SOCKETS sockets, see ss-all"
  fi
  # shellcheck disable=SC2086
  read_net '' $tables
  mark net
  read_ss t1 p
}

list_namespaces() {
  printf '%s\n' proc/[0-9]*/ns/net | xargs ls -ln | awk -v own="$1" '
    match($0, /net:\[[0-9]+\]$/) {
      inode = substr($0, RSTART + 5, RLENGTH - 6)
      if (inode == own || seen[inode]++ || !match($0, /proc\/[0-9]+\/ns\/net -> /)) next
      if (++n > 64) exit
      path = substr($0, RSTART, RLENGTH); split(path, part, "/")
      print inode, part[2]
    }' >"$TMP/netns"
}

read_one_namespace() {
  mkdir -p "$SNAP/netns/$1/proc/net"
  echo "$2" >"$SNAP/netns/$1/pid"
  ML_STRIP=proc/$2/net/ ML_PREFIX=netns/$1/proc/net/
  # shellcheck disable=SC2086
  want_net "proc/$2/net" $NET_FILES $NET_TABLES
  read_wanted "netns/$1"
  [ "$ROOT" = / ] && [ "$ID" = 0 ] && have nsenter && have ss && [ "$SEEN_NS" -le 16 ] || return 0
  flags=-aemnip
  case $SS_HELP in *--oneline*) flags=${flags}O ;; esac
  run "$LIMIT" ss_rows "netns/$1" nsenter -t "$2" -n ss "$flags" || lacks "netns/$1/ss-all" "failed ($code)"
}

# Sockets of a container are in its own network namespace and invisible from here.
read_namespaces() {
  own=$(ls -ln "${NET%/net}/ns/net" 2>/dev/null)
  own=${own##*net:\[}
  run "$LIMIT" list_namespaces "${own%]}" || lacks netns "could not be listed ($code)"
  SEEN_NS=0
  while read -r inode pid <&3; do
    SEEN_NS=$((SEEN_NS + 1))
    read_one_namespace "$inode" "$pid"
  done 3<"$TMP/netns"
  mark netns
}

read_static() {
  want proc/vmallocinfo proc/pagetypeinfo proc/swaps proc/cgroups proc/version proc/modules \
    proc/sysvipc/shm proc/sysvipc/msg proc/sysvipc/sem proc/allocinfo etc/os-release \
    proc/sys/kernel/osrelease proc/sys/kernel/pid_max proc/sys/kernel/threads-max \
    proc/sys/fs/dentry-state proc/sys/fs/inode-nr proc/sys/fs/file-max proc/sys/fs/pipe-max-size \
    proc/sys/fs/pipe-user-pages-soft proc/sys/fs/pipe-user-pages-hard
  # Absent without the subsystem.
  want_optional proc/key-users proc/sys/kernel/perf_event_mlock_kb proc/sys/kernel/io_uring_disabled \
    proc/sys/fs/aio-nr proc/sys/fs/inotify/max_user_watches proc/sys/fs/epoll/max_user_watches \
    proc/sys/net/netfilter/nf_conntrack_count proc/sys/net/netfilter/nf_conntrack_max \
    proc/sys/net/netfilter/nf_conntrack_buckets
  want_tracefs
  # Absent outside the first network namespace.
  want_optional proc/sys/net/ipv4/tcp_mem proc/sys/net/ipv4/udp_mem proc/sys/net/ipv4/tcp_rmem \
    proc/sys/net/ipv4/tcp_wmem proc/sys/net/core/rmem_max proc/sys/net/core/wmem_max \
    proc/sys/net/core/high_order_alloc_disable
  want proc/sys/vm/min_free_kbytes proc/sys/vm/nr_hugepages proc/sys/vm/overcommit_memory \
    proc/sys/vm/swappiness proc/sys/vm/percpu_pagelist_high_fraction \
    proc/sys/vm/watermark_scale_factor proc/sys/vm/vfs_cache_pressure proc/sys/vm/zone_reclaim_mode
  want sys/kernel/mm/hugepages/hugepages-*/nr_hugepages \
    sys/kernel/mm/hugepages/hugepages-*/free_hugepages \
    sys/kernel/mm/hugepages/hugepages-*/resv_hugepages \
    sys/kernel/mm/hugepages/hugepages-*/surplus_hugepages \
    sys/devices/system/node/node[0-9]*/hugepages/hugepages-*/nr_hugepages \
    sys/kernel/mm/transparent_hugepage/enabled sys/kernel/mm/ksm/pages_shared \
    sys/kernel/mm/ksm/pages_sharing sys/kernel/mm/ksm/run \
    sys/block/zram*/mm_stat sys/block/zram*/disksize sys/devices/system/cpu/possible
  want_optional proc/spl/kstat/zfs/arcstats sys/kernel/debug/vmmemctl sys/kernel/debug/hv-balloon \
    sys/kernel/debug/dma_buf/bufinfo sys/kernel/debug/page_owner_stacks/show_stacks \
    sys/kernel/debug/percpu_stats sys/kernel/debug/zswap/pool_total_size
  if [ -z "$REDACT" ]; then want proc/mounts proc/cmdline; fi
  make_folders
  read_wanted static
  # One block per CPU repeats the first; what matters is the model.
  run "$LIMIT" awk -v out="$SNAP/proc/cpuinfo" 'NF == 0 || n > 60 { exit } { n++; print > out }' proc/cpuinfo
  if [ -r proc/iomem ]; then run "$LIMIT" ram_ranges; else lacks /proc/iomem absent; fi
  mark static
}

# Below debugfs only where it is mounted already: a look at that path would mount it.
want_tracefs() {
  for tracing in sys/kernel/tracing sys/kernel/debug/tracing; do
    if grep -q "^[^ ]* /$tracing tracefs " proc/mounts 2>/dev/null || { [ "$ROOT" != / ] && [ -d "$tracing/instances" ]; }; then
      want "$tracing/buffer_total_size_kb"
      want_optional "$tracing"/instances/*/buffer_total_size_kb
      return 0
    fi
  done
  lacks /sys/kernel/tracing "not mounted"
}

# Only what is RAM: the addresses of devices and of the kernel itself say nothing here.
ram_ranges() {
  awk '/ : (System RAM|Crash kernel|Persistent Memory)/ && n++ < 500' proc/iomem >"$SNAP/proc/iomem"
}

# Files of a driver or file system that most machines do not have: absence is not worth a line.
want_optional() {
  for file in "$@"; do
    if [ -e "$file" ]; then want "$file"; fi
  done
}

STATUS_KEYS='^(Name|State|Tgid|Pid|PPid|NSpid|Uid|FDSize|VmPeak|VmSize|VmLck|VmPin|VmHWM|VmRSS|RssAnon|RssFile|RssShmem|VmPTE|VmPMD|VmSwap|HugetlbPages|Threads):'

# All but the two shells of this script.
list_processes() {
  printf '%s\n' proc/[0-9]* | awk -v missing="$SNAP/missing" -v main="proc/$MAIN" -v watcher="proc/$WATCHER" '
    $0 == main || $0 == watcher { next }
    n++ < 20000
    END { if (n > 20000) print "pids", "kept 20000 of " n " processes" >> missing }' >"$TMP/pids"
}

read_processes() {
  list_processes
  ML_LIST=$TMP/pids
  ML_LEAF=/stat ML_INTO=$SNAP/pids.stat ML_RAW=1
  read_list pids.stat
  ML_LEAF=/status ML_INTO=$SNAP/pids.status ML_KEEP=$STATUS_KEYS
  read_list pids.status
  ML_LEAF=/cgroup ML_INTO=$SNAP/pids.cgroup
  read_list pids.cgroup
  mark processes
  [ -n "$REDACT" ] || run "$LIMIT" command_lines || lacks pids.cmdline "failed or timed out ($code)"
  : >"$TMP/fdinfo"
  : >"$TMP/maps"
  run "$LIMIT" open_files || lacks pids.fd "failed or timed out ($code)"
  mark cmdline-fd
  ML_LIST=$TMP/fdinfo
  ML_INTO=$SNAP/pids.fdinfo ML_KEEP=$FDINFO_KEYS
  read_list pids.fdinfo
  ML_LIST=$TMP/maps
  ML_INTO=$SNAP/pids.maps ML_KEEP='(anon_inode:.(perf_event|io_uring)|socket:.[0-9]+).$'
  read_list pids.maps
  mark fdinfo
  # smaps_rollup walks page tables: only of the largest.
  ML_LIST=$TMP/list
  run "$LIMIT" largest_processes
  ML_LEAF=/smaps_rollup ML_INTO=$SNAP/pids.smaps_rollup
  read_list pids.smaps_rollup
  mark smaps_rollup
}

largest_processes() {
  awk '{ pid = $1; sub(/^.*\) /, ""); if ($22 > 0) print $22, "proc/" pid }' "$SNAP/pids.stat" |
    sort -rn | head -n 25 | cut -d ' ' -f 2 >"$ML_LIST"
}

# Arguments are separated by NUL: grep -z names the process of each, then NUL and newline change
# places, so no argument can pretend to be another line. Values that look like secrets are hidden.
command_lines() {
  sed 's|$|/cmdline|' "$TMP/pids" | xargs grep -Haz '' | tr '\n\0' ' \n' | awk '
    function hide(word) {
      if (word ~ /:\/\/[^\/]*@/) sub(/:\/\/[^\/]*@/, "://***@", word)
      if (match(tolower(word), /(pass|pwd|secret|token|key|cred|auth)[^=: ]*[=:]/))
        word = substr(word, 1, RSTART + RLENGTH - 1) "***"
      return word
    }
    match($0, /^proc\/[0-9]+\/cmdline:/) {
      pid = substr($0, 6, RLENGTH - 14); word = substr($0, RLENGTH + 1)
      gsub(/[^ -~]/, "?", word)
      shown = hidden ? "***" : hide(word)
      hidden = tolower(word) ~ /^--?[a-z-]*(pass|passwd|password|pwd|secret|token|key|credentials)$/
      if (pid != last) { if (last != "") print substr(row, 1, 512); row = pid; last = pid; shown = hide(word) }
      row = row " " shown
    }
    END { if (last != "") print substr(row, 1, 512) }' >"$SNAP/pids.cmdline"
}

# An io_uring prints each request in flight, a GPU client each engine: what is kept are sizes.
FDINFO_KEYS='^(ino|SqMask|CqMask|SQEs|CQEs|SqEntries|CqEntries|UserFiles|UserBufs|map_type|key_size|value_size|max_entries|map_flags|memlock|map_id|frozen|drm-(driver|pdev|client-id|memory|total|shared|resident|purgeable|active)[a-z0-9-]*):'

# Which files of processes are sockets, pipes, rings, buffers or deleted; how many of each kind a
# process has; and whose fdinfo and mappings tell sizes.
open_files() {
  quote=''
  if ls -q / >/dev/null 2>&1; then quote=q; fi
  packet_inodes >"$TMP/packet"
  sed 's|$|/fd/|' "$TMP/pids" | xargs ls "-ln$quote" | awk -v redact="$REDACT" -v snap="$SNAP" -v tmp="$TMP" '
    BEGIN { while ((getline inode < (tmp "/packet")) > 0) ring["socket:[" inode "]"] = 1 }
    function kind(to) {
      if (to ~ /^anon_inode:/) { sub(/^anon_inode:/, "", to); gsub(/[^A-Za-z0-9_-]/, "", to); return "anon_inode:" substr(to, 1, 40) }
      if (to ~ /^(socket|pipe):/) return substr(to, 1, index(to, ":") - 1)
      if (to ~ /^\/dev\//) return "device"
      return to ~ /^\// ? "file" : "other"
    }
    match($0, /^proc\/[0-9]+\/fd\/:$/) { pid = substr($0, 6, RLENGTH - 10); next }
    /^l/ && match($0, / [0-9]+ -> /) {
      fd = substr($0, RSTART + 1, RLENGTH - 5); to = substr($0, RSTART + RLENGTH)
      if (!(pid in known)) { known[pid] = 1; order[++pids] = pid }
      what = kind(to)
      if (!(count[pid, what]++)) kinds[pid] = kinds[pid] " " what
      if ((to ~ /^anon_inode:(\[io_uring\]|bpf-map)/ || to ~ /^\/dev\/(dri\/|kfd)/) && ++infos <= 2000)
        print "proc/" pid "/fdinfo/" fd > (tmp "/fdinfo")
      if ((to in ring || to ~ /^anon_inode:\[(perf_event|io_uring)\]/) && !mapped[pid]++ && ++maps <= 64)
        print "proc/" pid "/maps" > (tmp "/maps")
      wanted = to ~ /^(socket|pipe):\[[0-9]+\]$/ || to ~ /^anon_inode:/ || to ~ /^\/memfd:/ || to ~ /^\/dev\/(dri\/|kfd|nvidia)/
      if (!wanted && to ~ / \(deleted\)$/) { wanted = 1; if (redact) to = "/deleted (deleted)" }
      if (!wanted || to ~ /^anon_inode:\[?(eventpoll|eventfd|inotify|signalfd|timerfd|pidfd)/) next
      if (++n <= 100000) print "/proc/" pid "/fd/" fd " " to
    }
    END {
      for (i = 1; i <= pids; i++) {
        each = split(kinds[order[i]], list, " ")
        for (k = 1; k <= each; k++) print "/proc/" order[i] "/fd " count[order[i], list[k]] " " list[k] > (snap "/pids.fdcount")
      }
      if (n > 100000) print "pids.fd", "kept 100000 of " n " files; pids.fdcount has all" >> (snap "/missing")
      if (infos > 2000) print "pids.fdinfo", "kept 2000 of " infos >> (snap "/missing")
      if (maps > 64) print "pids.maps", "kept 64 of " maps " processes" >> (snap "/missing")
    }' >"$SNAP/pids.fd"
}

# A ring of a packet socket is mapped by its reader: its size shows in /proc/PID/maps.
packet_inodes() {
  awk 'FNR > 1 && NF > 8 { print $9 }' "$SNAP/proc/net/packet" "$SNAP"/netns/*/proc/net/packet 2>/dev/null
}

list_cgroups() {
  find sys/fs/cgroup \( -name memory.stat -o -name memory.current -o -name memory.max \
    -o -name memory.peak -o -name memory.swap.current -o -name memory.usage_in_bytes \
    -o -name memory.limit_in_bytes -o -name memory.max_usage_in_bytes \
    -o -name memory.kmem.usage_in_bytes -o -name memory.kmem.tcp.usage_in_bytes \
    -o -name memory.memsw.usage_in_bytes -o -name cgroup.stat \) -print |
    awk -v missing="$SNAP/missing" '
      { folder = $0; sub(/\/[^\/]*$/, "", folder); if (!seen[folder]++) n++ }
      n <= 500
      END { if (n > 500) print "cgroup.memory", "kept 500 of " n " cgroups" >> missing }' >"$ML_LIST"
}

read_cgroups() {
  [ -d sys/fs/cgroup ] || { lacks /sys/fs/cgroup absent; return 0; }
  run "$LIMIT" list_cgroups || lacks cgroup.memory "could not be listed ($code)"
  ML_INTO=$SNAP/cgroup.memory
  read_list cgroup.memory
  mark cgroups
}

# Only the mount points of memory file systems: a df of all would hang on a dead NFS server.
tmpfs_use() {
  awk '$3 ~ /^(tmpfs|devtmpfs|ramfs)$/ && $2 !~ /\\/ && n++ < 500 { print $2 }' /proc/mounts |
    xargs df -kP >"$SNAP/df-tmpfs"
}
slab_aliases() {
  ls -ln sys/kernel/slab | awk '$(NF - 1) == "->" && $NF ~ /^:/ { print $(NF - 2), $NF }' >"$SNAP/slab.aliases"
}
# The end of the log, and of what stands before it the lines that tell of memory.
kernel_log() {
  dmesg | awk '
    { held = line[NR % 2000]; line[NR % 2000] = $0 }
    NR > 2000 && early < 200 && held ~ /[Bb]alloon|Memory: [0-9]+K\/|crashkernel|percpu: Embedded|page_pool|tcp_mem|too many orphaned|table full|backlog limit|oom-kill|Out of memory/ { print held; early++ }
    END { for (i = NR > 2000 ? NR - 1999 : 1; i <= NR; i++) print line[i % 2000] }' |
    tail -c 262144 >"$SNAP/dmesg"
}
# list_bpf KIND: the list as one JSON line, cut when it is too long.
list_bpf() { bpftool -j "$1" show >"$TMP/bpf-$1" && head -c 4194304 "$TMP/bpf-$1" >"$SNAP/bpf-$1"; }
bpf_maps() { list_bpf map; }
bpf_programs() { list_bpf prog; }
audit_backlog() { auditctl -s >"$SNAP/auditctl"; }
gpu_memory() { nvidia-smi >"$SNAP/nvidia-smi"; }

# Receive rings and their number, of cards (a device stands behind them), not of bridges and tunnels.
ring_sizes() {
  cards=0
  for card in sys/class/net/*/device; do
    [ -e "$card" ] || continue
    card=${card%/device}
    name=${card##*/}
    cards=$((cards + 1))
    [ "$cards" -le 16 ] || { lacks "ethtool/" "kept 16 cards"; break; }
    mkdir -p "$SNAP/ethtool"
    for option in g l i; do
      ethtool "-$option" "$name" >"$SNAP/ethtool/ethtool_-${option}_$name" || rm -f "$SNAP/ethtool/ethtool_-${option}_$name"
    done
  done
}

# tool NAME FUNCTION: runs it, and says so if it gave nothing.
tool() {
  have "$1" || { lacks "cmd:$1" absent; return 0; }
  run "$LIMIT" "$2" || lacks "cmd:$1" "failed or timed out ($code)"
}

read_tools() {
  if [ -d sys/kernel/slab ]; then run "$LIMIT" slab_aliases || lacks slab.aliases "failed ($code)"; fi
  [ "$ROOT" = / ] || return 0
  tool bpftool bpf_maps
  if have bpftool; then tool bpftool bpf_programs; fi
  tool ethtool ring_sizes
  if have auditctl; then tool auditctl audit_backlog; fi
  # Without the module loaded it would load it.
  if [ -e proc/driver/nvidia/version ]; then tool nvidia-smi gpu_memory; fi
  if [ -z "$REDACT" ]; then
    tool df tmpfs_use
    tool dmesg kernel_log
    [ -s "$SNAP/dmesg" ] || lacks cmd:dmesg "nothing readable"
  fi
  mark tools
}

# What grows shows in a second look a few seconds later.
second_look() {
  SECOND=yes
  run $((WAIT + LIMIT)) sleep "$WAIT"
  ML_PREFIX=t2/
  want_counters
  read_wanted t2
  # shellcheck disable=SC2086
  read_net t2/ $NET_FILES
  mark t2
  read_ss t2 ''
}

read_host() {
  host=$NODE_AS
  if [ -z "$host" ] && [ "$ROOT" != / ]; then read -r host 2>/dev/null <etc/hostname; fi
  [ -n "$host" ] || read -r host 2>/dev/null <proc/sys/kernel/hostname
  if [ -n "$REDACT" ]; then host=host; fi
  host=$(printf '%s' "$host" | tr -cs 'A-Za-z0-9._-' _ | cut -c 1-64)
  host=${host#[.-]}
  HOST=${host:-unknown}
}

write_meta() {
  kernel='' up='' boot=''
  read -r kernel 2>/dev/null <proc/sys/kernel/osrelease
  read -r up rest 2>/dev/null <proc/uptime
  read -r boot 2>/dev/null <proc/sys/kernel/random/boot_id
  if [ -n "$REDACT" ]; then boot=''; fi
  read_host
  TIME=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  {
    echo "format memledger/1"
    echo "version $VERSION"
    echo "mode full"
    echo "uid $ID"
    echo "time $TIME"
    fact pagesize "$(page_size)"
    fact cpus "$(grep -c '^cpu[0-9]' proc/stat 2>/dev/null)"
    fact hostname "$HOST"
    fact kernel "$kernel"
    fact arch "$(uname -m 2>/dev/null)"
    fact uptime "$up"
    fact boot_id "$boot"
    [ -z "$REDACT" ] || echo "redacted yes"
    [ "$ROOT" = / ] || echo "root yes"
    printf '%s' "$LABELS"
  } >"$SNAP/meta"
}

page_size() {
  getconf PAGESIZE 2>/dev/null || awk '/^KernelPageSize:/ { print $2 * 1024; exit }' /proc/self/smaps 2>/dev/null
}

fact() {
  case $2 in '' | 0) ;; *) printf '%s %s\n' "$1" "$2" ;; esac
}

# ---- masking -------------------------------------------------------------------------------
# Each address and socket path becomes a made-up one, the same wherever it occurs in ss output.
# Loopback and wildcard stay: they say that a peer is this machine.

MASK_SS='
function local_address(a) { return a ~ /^(127\.|0\.0\.0\.0$|\*$|\[::\]$|\[::1\]$|::$|::1$|\[::ffff:127\.)/ }
function mask(a) {
  if (local_address(a) || a == "") return a
  if (!(a in made)) { n++; made[a] = a ~ /:/ ? sprintf("[2001:db8::%x]", n) : sprintf("198.18.%d.%d", int(n / 256) % 256, n % 256) }
  return made[a]
}
function endpoint(e,   i, zone) {
  for (i = length(e); i > 0 && substr(e, i, 1) != ":"; i--) ;
  if (i == 0) return e
  zone = substr(e, 1, i - 1)
  sub(/%[^\]:]*/, "", zone)
  return mask(zone) substr(e, i)
}
/^(tcp|udp|raw|icmp6|sctp|dccp|mptcp|ESTAB|LISTEN|UNCONN)/ { $5 = endpoint($5); $6 = endpoint($6) }
/^u_/ { if ($5 != "*") $5 = "/p" (++paths); if ($7 != "*" && $7 !~ /^[0-9]+$/) $7 = "/p" (++paths) }
/^(v_|xdp|p_)/ { next }
{ gsub(/ cgroup:[^ ]*/, ""); print }'

MASK_TABLE='
function masked(e,   a) {
  a = substr(e, 1, index(e, ":") - 1)
  if (a ~ /^0+(01000000)?$/ || a ~ /^......7F$/ || a ~ /^0000000000000000FFFF0000......7F$/) return e
  if (!(a in made)) { n++; made[a] = length(a) == 8 ? sprintf("%02X%02X12C6", n % 256, int(n / 256) % 256) : sprintf("B80D0120%016d%08X", 0, n) }
  return made[a] substr(e, index(e, ":"))
}
FNR > 1 && NF > 9 { $2 = masked($2); $3 = masked($3); print " " $0; next }
{ print }'

mask_file() {
  awk "$1" "$2" >"$TMP/masked" && cat "$TMP/masked" >"$2"
}

mask_addresses() {
  for file in "$SNAP"/t[12]/ss-all "$SNAP"/netns/*/ss-all; do
    if [ -f "$file" ]; then mask_file "$MASK_SS" "$file" || rm -f "$file"; fi
  done
  for file in "$SNAP"/proc/net "$SNAP"/netns/*/proc/net; do
    for table in tcp tcp6 udp udp6 raw raw6; do
      if [ -f "$file/$table" ]; then mask_file "$MASK_TABLE" "$file/$table" || rm -f "$file/$table"; fi
    done
    if [ -f "$file/unix" ]; then mask_file 'NF > 7 && FNR > 1 { $8 = "/p" FNR; NF = 8 } { print }' "$file/unix"; fi
  done
  rm -f "$SNAP/pids.cgroup" "$SNAP/cgroup.memory"
}

# ---- archive and upload --------------------------------------------------------------------

# noclobber: a link that somebody planted under that name is not followed.
write_archive() {
  run 120 tar -C "$TMP" -cf "$TMP/snap.tar" snap || fail 1 "could not pack the snapshot (is $TMP full?)"
  NAME=memledger-$HOST-$(printf '%s' "$TIME" | tr -d ':-').tar.gz
  ARCHIVE=$TMP/$NAME
  run 120 gzip -f "$TMP/snap.tar" || fail 1 "could not compress the snapshot (is $TMP full?)"
  mv "$TMP/snap.tar.gz" "$ARCHIVE" || fail 1 "could not write $ARCHIVE"
  if [ -n "$KEEP" ]; then keep_archive; fi
}

keep_archive() {
  if [ -e "$OUT/$NAME" ]; then fail 1 "$OUT/$NAME exists already"; fi
  (set -C; cat "$ARCHIVE" >"$OUT/$NAME") 2>/dev/null || fail 1 "could not write $OUT/$NAME"
  if [ "$ID" = 0 ]; then
    # Under sudo the file belongs to who called it.
    case ${SUDO_UID:-}:${SUDO_GID:-} in
      :* | *: | *[!0-9:]*) ;;
      *) chown -h "$SUDO_UID:$SUDO_GID" "$OUT/$NAME" 2>/dev/null ;;
    esac
  fi
  printf '%s\n' "$OUT/$NAME"
}

# The token goes through a file or a pipe, not through the list of processes.
send() {
  url="$SERVER/api/v1/snapshots?name=$NAME"
  type='Content-Type: application/gzip'
  sent="Memledger-Sent: $(date +%s)"
  if have curl; then
    {
      echo "header = \"$type\""
      echo "header = \"$sent\""
      [ -z "$TOKEN" ] || echo "header = \"Authorization: Bearer $TOKEN\""
    } >"$TMP/curl"
    curl -sS -K "$TMP/curl" --data-binary "@$ARCHIVE" -w '\n%{http_code}\n' "$url"
  elif wget --version >/dev/null 2>&1; then
    { [ -z "$TOKEN" ] || echo "header = Authorization: Bearer $TOKEN"; } >"$TMP/wgetrc"
    WGETRC=$TMP/wgetrc wget -nv -O - --header "$type" --header "$sent" --content-on-error --post-file "$ARCHIVE" "$url"
  else
    send_plain
  fi
}

# busybox wget posts a file only up to its first NUL, so there the request goes through nc.
send_plain() {
  target=${SERVER#http://}
  case $SERVER in https://*) target='' ;; esac
  if [ -z "$target" ] || ! have nc; then
    echo "this machine's wget cannot send archives: send it with curl from elsewhere" >&2
    return 1
  fi
  server=${target%%/*} port=80
  case $server in *:*) port=${server##*:} ;; esac
  {
    printf 'POST %s HTTP/1.0\r\nHost: %s\r\n%s\r\n' "${url#http://"$server"}" "$server" "$type"
    printf '%s\r\n' "$sent"
    [ -z "$TOKEN" ] || printf 'Authorization: Bearer %s\r\n' "$TOKEN"
    printf 'Content-Length: %s\r\n\r\n' "$(wc -c <"$ARCHIVE" | tr -d ' ')"
    cat "$ARCHIVE"
  } | nc "${server%:*}" "$port"
}

send_logged() { send >"$TMP/answer" 2>"$TMP/error"; }

json_text() {
  tr -d '\n' <"$TMP/answer" | sed -n "s/.*\"$1\"[[:space:]]*:[[:space:]]*\"\([^\"]*\)\".*/\1/p" |
    tr -cd '\040-\176' | cut -c 1-500
}

upload() {
  : >"$TMP/answer"
  : >"$TMP/error"
  run 300 send_logged
  sent=$?
  link=$(json_text url)
  if [ "$sent" -eq 0 ] && [ -n "$link" ]; then
    case $link in /*) link=$SERVER$link ;; esac
    printf '%s\n' "$link"
    return 0
  fi
  why=$(json_text message)
  [ -n "$why" ] || why=$(json_text error)
  [ -n "$why" ] || why=$(tr -cd '\040-\176' <"$TMP/error" | cut -c 1-200)
  [ -n "$why" ] || why="HTTP $(tail -n 1 "$TMP/answer" | tr -cd '0-9' | cut -c 1-3)"
  [ -n "$KEEP$DISCARD" ] || keep_archive
  fail 3 "the server did not take the snapshot: $why"
}

# ---- the agent -----------------------------------------------------------------------------
# One small push each interval, for ever. Forks are its price, so the shell does itself what it
# can: it sums meminfo, keeps the time and reads the answer with `read` and arithmetic. A push
# costs four programs: sleep, tail, gzip, curl.
#
# A push (memledger-push 1) is one gzip member: lines "name: value", an empty line, and what
# `tail -n +1 FILE...` prints; ss and cgroup.memory stand in the same frames.
#
# Time is kept by /proc/uptime, which never jumps. BASE is what the node's clock is ahead of it,
# looked up every tenth push. A spooled push keeps its BASE in its name, so the Memledger-Sent of
# its request is by the clock that stamped it, and the server sets both right together.
#
# Below the spool folder: queue/<number>,<base>,<bytes>,<boot>.gz for pushes that wait, lock/,
# now.gz and a few small files of the push in hand. Nothing else is written anywhere.

ESSENTIAL_FILES='proc/meminfo proc/zoneinfo proc/vmstat NET/sockstat NET/sockstat6 proc/pressure/memory
proc/loadavg proc/sys/fs/file-nr proc/uptime'
HEAVY_FILES='proc/slabinfo NET/protocols proc/sys/kernel/osrelease'
QUEUE_MAX=2880 QUEUE_MAX_BYTES=16777216
BATCH_MAX=32 BATCH_BYTES=524288

check_agent() {
  [ -n "$PUSH" ] || fail 2 "--agent needs --push URL"
  SERVER=$PUSH
  check_server
  if have curl; then
    SENDER=curl
  elif wget --version >/dev/null 2>&1; then
    SENDER=wget
  else
    # busybox wget posts a file only up to its first NUL.
    SENDER=nc
    have nc || fail 2 "the agent needs curl or GNU wget to send (busybox wget cannot send archives)"
    case $SERVER in https://*) fail 2 "the agent needs curl or GNU wget for https" ;; esac
  fi
  hundredths "$INTERVAL" || fail 2 "--interval takes 0.1 to 3600 seconds"
  INTERVAL_CS=$CS
  if [ "$CS" -lt 10 ] || [ "$CS" -gt 360000 ]; then fail 2 "--interval takes 0.1 to 3600 seconds"; fi
  ID=$(id -u)
  if [ -z "$SPOOL" ]; then
    SPOOL=/var/lib/memledger-agent
    [ "$ID" = 0 ] || SPOOL=${TMPDIR:-/tmp}/memledger-$ID
  fi
  case $SPOOL in /*) ;; *) SPOOL=$PWD/$SPOOL ;; esac
}

# ---- time, without forks

# hundredths SECONDS: "30", "0.25" -> CS.
hundredths() {
  whole=${1%%.*} part=00
  case $1 in *.*) part=${1#*.}00 ;; esac
  part=${part%"${part#??}"}
  case ${whole:-x}$part in *[!0-9]* | ????????????*) return 1 ;; esac
  CS=$whole$part
  while :; do case $CS in 0?*) CS=${CS#0} ;; *) break ;; esac; done
}

# Hundredths of a second since boot -> NOW.
read_clock() {
  read -r since rest </proc/uptime && hundredths "$since" && NOW=$CS
}

# seconds HUNDREDTHS: 3005 -> SEC=30.05
seconds() {
  part=$(($1 % 100))
  case $part in ?) part=0$part ;; esac
  SEC=$(($1 / 100)).$part
}

# random N: CHANCE, 0 to N - 1. POSIX has no $RANDOM.
random() {
  uuid=0
  read -r uuid </proc/sys/kernel/random/uuid
  CHANCE=0
  if [ "$1" -gt 0 ]; then CHANCE=$((0x${uuid%%-*} % $1)); fi
}

# A clock that was set shows as another BASE; the pace does not follow it.
read_date() {
  date=$(date +%s 2>/dev/null)
  case $date in '' | *[!0-9]* | ?????????????*) return 0 ;; esac
  read_clock
  base=$((date * 100 - NOW))
  apart=$(((base - BASE) / 100))
  if [ "$apart" -le 1 ] && [ "$apart" -ge -1 ]; then return 0; fi
  if [ -n "$BASE_KNOWN" ]; then say "the clock of this node was set by $apart s"; fi
  BASE=$base BASE_KNOWN=yes
}

# One sleeping child sets the pace and wakes the shell from a `wait` for something that hangs, after
# a minute at the latest.
start_timer() {
  TICK=''
  if [ "$1" -gt 6000 ]; then set -- 6000; fi
  seconds "$1"
  if [ -n "$WHOLE_SECONDS" ]; then SEC=$((($1 + 99) / 100)); fi
  {
    sleep "$SEC"
    # Only to the parent: its number may belong to somebody else when it has been killed.
    read -r line </proc/self/stat
    line=${line##*) ?}
    case $line in " $$ "*) kill -USR1 $$ ;; esac
  } </dev/null >/dev/null 2>&1 3>&- &
  TIMER=$!
}

alive() { kill -0 "$1" 2>/dev/null; }

children_of() {
  children=''
  if ! read -r children <"/proc/$1/task/$1/children" && [ ! -e "/proc/$1/task/$1/children" ]; then
    children=$(grep -l "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status)
  fi 2>/dev/null
}

# kill_children EXCEPT...: what this shell runs, but for these.
kill_children() {
  children_of $$
  for child in $children; do
    child=${child#/proc/} child=${child%/status}
    case " $* " in *" $child "*) ;; *) kill_tree "$child" ;; esac
  done
}

# await PID HUNDREDTHS: the job's code; 124 when it had to be killed, 126 when it is not known. A read that hangs in the
# kernel does not die: it is left behind, and the next ones go without that file.
await() {
  read_clock
  deadline=$((NOW + $2)) ticked=''
  while :; do
    [ -z "$TICK" ] || start_timer $((deadline - NOW))
    wait "$1"
    code=$?
    if [ "$code" -gt 128 ] && alive "$1"; then
      ticked=yes
      read_clock
      [ "$NOW" -ge "$deadline" ] || continue
      kill_children "$TIMER" "$SNAPSHOT"
      code=124
    elif [ "$code" -gt 128 ]; then
      # Killed, or a tick came just as it ended: then its own code is still to be had.
      [ -z "$TICK" ] || ticked=yes
      wait "$1"
      again=$?
      [ "$again" -eq 127 ] || code=$again
    fi
    # bash may lose the code of a job that ended during a tick.
    if [ -n "$ticked" ] && [ "$code" -ge 127 ]; then code=126; fi
    return "$code"
  done
}

# ---- what is said, once per change

state() {
  [ "$STATE" != "$1" ] || return 0
  STATE=$1
  shift
  say "$(printf '%s' "$*" | tr '\000-\037\177' ' ' | cut -c 1-400)"
}

note_once() {
  case $NOTED in *" $1 "*) return 0 ;; esac
  NOTED="$NOTED $1 "
  shift
  say "$(printf '%s' "$*" | tr '\000-\037\177' ' ' | cut -c 1-400)"
}

# ---- never twice

# start_of PID: when it was started; a number that was used again has another one.
start_of() {
  STARTED=''
  read -r line <"/proc/$1/stat" || return 1
  # shellcheck disable=SC2086 # split into fields
  set -- ${line##*) }
  STARTED=${20:-}
} 2>/dev/null

# Whose lock it is; 1 when the holder is gone (killed, or before a reboot).
lock_is_held() {
  holder='' holder_start='' holder_boot=''
  read -r holder holder_start holder_boot 2>/dev/null <"$1/pid"
  is_pid "$holder" && [ "$holder_boot" = "$BOOT" ] && start_of "$holder" && [ "$STARTED" = "$holder_start" ]
}

is_pid() { case $1 in '' | *[!0-9]*) return 1 ;; esac; }

take_lock() {
  LOCK=$SPOOL/lock
  start_of $$
  mine="$$ $STARTED $BOOT"
  for try in 1 2 3; do
    if mkdir "$LOCK" 2>/dev/null; then
      echo "$mine" >"$LOCK/pid" || fail 1 "cannot write to $SPOOL"
      LOCKED=yes
      return 0
    fi
    [ -d "$LOCK" ] || fail 1 "cannot write to $SPOOL"
    # Made a moment ago, its file may not be there yet.
    [ -s "$LOCK/pid" ] || sleep 1
    if lock_is_held "$LOCK"; then break; fi
    # Two that find a stale lock: the rename gives it to one; who got a fresh one puts it back.
    mv "$LOCK" "$LOCK.$$" 2>/dev/null || continue
    if lock_is_held "$LOCK.$$"; then mv "$LOCK.$$" "$LOCK"; break; fi
    rm -rf "$LOCK.$$"
  done
  fail 1 "an agent runs already on this spool (process ${holder:-unknown}, $SPOOL)"
}

# ---- the spool

make_spool() {
  if [ ! -d "$SPOOL" ]; then mkdir -p "$SPOOL" || fail 1 "cannot make the spool folder $SPOOL"; fi
  # In a folder that others can write to, they could have made it before.
  owner=$(ls -ldn "$SPOOL/" | awk '{ print $3; exit }')
  if [ "$owner" != "$ID" ]; then fail 1 "the spool folder $SPOOL belongs to somebody else"; fi
  [ -w "$SPOOL" ] || fail 1 "cannot write to $SPOOL"
}

# queue_name FILE: its parts -> q_base q_bytes q_boot; 1 when it is none of ours.
queue_name() {
  q_base=${1##*/} q_base=${q_base%.gz}
  q_seq=${q_base%%,*} q_base=${q_base#*,}
  q_boot=${q_base##*,} q_base=${q_base%,*}
  q_bytes=${q_base#*,} q_base=${q_base%%,*}
  case $q_seq in ??????????) ;; *) return 1 ;; esac
  case $q_seq${q_base#-}${q_bytes:-x} in *[!0-9]* | ????????????????????????????????????????*) return 1 ;; esac
}

load_queue() {
  mkdir -p "$SPOOL/queue" || fail 1 "cannot write to $SPOOL"
  rm -rf "$SPOOL"/memledger.* "$SPOOL"/lock.*
  QUEUED=0 QUEUED_BYTES=0 SEQ=0
  for file in "$SPOOL"/queue/*.gz; do
    queue_name "$file" || continue
    QUEUED=$((QUEUED + 1)) QUEUED_BYTES=$((QUEUED_BYTES + q_bytes)) SEQ=$q_seq
    # `date` gives whole seconds: the clock of what waits is kept, so that the order stays.
    apart=$((q_base - BASE))
    if [ "$q_boot" = "${BOOT%%-*}" ] && [ "$apart" -lt 100 ] && [ "$apart" -gt -100 ]; then BASE=$q_base; fi
  done
  while :; do case $SEQ in 0?*) SEQ=${SEQ#0} ;; *) break ;; esac; done
  # A push that was in hand when the agent was killed.
  if [ -s "$SPOOL/now.gz" ] && gzip -t "$SPOOL/now.gz" 2>/dev/null; then enqueue; fi
  if [ "$QUEUED" -gt 0 ]; then say "$QUEUED pushes wait in $SPOOL since before"; fi
}

# The push in hand goes to the end of the queue; a rename, so that it is there whole or not at all.
enqueue() {
  bytes=$(wc -c <"$SPOOL/now.gz") || return 1
  bytes=$((bytes))
  SEQ=$((SEQ + 1))
  seq=0000000000$SEQ
  seq=${seq#"${seq%??????????}"}
  mv "$SPOOL/now.gz" "$SPOOL/queue/$seq,$BASE,$bytes,${BOOT%%-*}.gz" || return 1
  IN_HAND=''
  QUEUED=$((QUEUED + 1)) QUEUED_BYTES=$((QUEUED_BYTES + bytes))
  if [ "$QUEUED" -gt "$QUEUE_MAX" ] || [ "$QUEUED_BYTES" -gt "$QUEUE_MAX_BYTES" ]; then drop_oldest; fi
}

drop_oldest() {
  note_once full "the spool is full ($QUEUED pushes): the oldest are dropped"
  set --
  for file in "$SPOOL"/queue/*.gz; do
    queue_name "$file" || continue
    if [ "$QUEUED" -le "$QUEUE_MAX" ] && [ "$QUEUED_BYTES" -le "$QUEUE_MAX_BYTES" ]; then break; fi
    set -- "$@" "$file"
    QUEUED=$((QUEUED - 1)) QUEUED_BYTES=$((QUEUED_BYTES - q_bytes))
  done
  rm -f "$@"
}

# ---- one push

# Which files can be read, and why the others not. In a child: one that hangs is named by the last line.
probe_files() {
  for file in "$@"; do
    printf '%s ' "$file"
    # shellcheck disable=SC2094 # only tests
    line=''
    if [ ! -e "$file" ]; then echo absent
    # Files of /proc/sys give a number's first digit to who reads byte by byte, as shells do.
    elif { read -r line || [ -n "$line" ]; } <"$file"; then echo ok
    elif [ -r "$file" ]; then echo absent
    else echo permission
    fi
  done
}

refresh_files() {
  HUNG=''
  list=''
  for file in $ESSENTIAL_FILES $HEAVY_FILES; do
    case $file in NET/*) file=$NET/${file#NET/} ;; esac
    list="$list $SLASH$file"
  done
  # shellcheck disable=SC2034 # five times at most
  for round in 1 2 3 4 5; do
    todo=''
    for file in $list; do case $HUNG in *" $file "*) ;; *) todo="$todo $file" ;; esac; done
    # shellcheck disable=SC2086
    probe_files $todo >"$SPOOL/probe" 2>/dev/null 3>&- &
    await $! "$LIMIT_CS" && break
    hanging=''
    while read -r file reason || [ -n "$file" ]; do
      [ -n "$reason" ] || hanging=$file
    done <"$SPOOL/probe"
    [ -n "$hanging" ] || break
    HUNG="$HUNG $hanging "
    note_once "$hanging" "$hanging does not answer: pushes go without it"
  done
  sort_files
}

sort_files() {
  FILES='' MORE_FILES='' LACKS='' MORE_LACKS=''
  while read -r file reason; do
    case $HUNG in *" $file "*) reason=timeout ;; esac
    name=${file#/} name=${name#proc/} name=${name#[1s]*/net/} name=${name#sys/fs/}
    case $name in net/protocols | protocols) name=net/protocols ;; *) name=${name#net/} ;; esac
    lack=''
    if [ "$reason" != ok ]; then
      lack="lacks: $name $reason
" file=''
    fi
    case $name in
      slabinfo | net/protocols | sys/kernel/osrelease) MORE_FILES="$MORE_FILES $file" MORE_LACKS=$MORE_LACKS$lack ;;
      *) FILES="$FILES $file" LACKS=$LACKS$lack ;;
    esac
  done <"$SPOOL/probe"
  for file in $HUNG; do
    name=${file##*/}
    LACKS="${LACKS}lacks: $name timeout
"
  done
  if [ "$ROOT" != / ] || ! have ss; then
    MORE_LACKS="${MORE_LACKS}lacks: ss absent
"
  elif [ "$ID" != 0 ]; then
    MORE_LACKS="${MORE_LACKS}lacks: ss -p permission
"
  fi
  [ -d sys/fs/cgroup ] || MORE_LACKS="${MORE_LACKS}lacks: cgroup.memory absent
"
}

# The part of MemTotal that no counter of meminfo shows, in KiB -> REST. The per-CPU free pages and
# the buffers of sockets are still in it.
sum_meminfo() {
  MEM_TOTAL=0 REST=0 reclaimable=''
  while read -r key size rest; do
    case $key in
      MemTotal:) MEM_TOTAL=$size REST=$((REST + size)) ;;
      # Since 4.20; what of it is slab is in Slab as well. KernelStack is in VmallocUsed.
      KReclaimable:) REST=$((REST - size)) reclaimable=yes ;;
      SReclaimable:) if [ -n "$reclaimable" ]; then REST=$((REST + size)); fi ;;
      MemFree: | Buffers: | Cached: | SwapCached: | AnonPages: | Slab: | PageTables: | SecPageTables: | Percpu: | \
        VmallocUsed: | Hugetlb: | Bounce: | WritebackTmp: | Balloon:) REST=$((REST - size)) ;;
    esac
  done <"${SLASH}proc/meminfo"
  THRESHOLD=$((MEM_TOTAL / 200))
  if [ "$THRESHOLD" -lt 65536 ]; then THRESHOLD=65536; fi
}

# What of REST is free pages on the lists of CPUs and memory of TCP, in KiB.
known_rest() {
  awk -v page="$PAGE_KB" '
    /^ +count:/ { pages += $2 }
    $1 == "TCP:" { for (i = 2; i < NF; i += 2) if ($i == "mem") pages += $(i + 1) }
    END { print pages * page }' "${SLASH}proc/zoneinfo" "$SLASH$NET/sockstat"
}

# Did the unexplained part rise since the last full snapshot? meminfo is summed at each push; the
# rest is only looked up when that sum has moved, and with each heavy push. A fall lowers the level.
watch_rest() {
  sum_meminfo
  moved=$((REST - LOOKED_AT))
  if [ -z "$HEAVY" ] && [ "$moved" -le "$THRESHOLD" ] && [ "$moved" -ge "-$THRESHOLD" ]; then return 0; fi
  known_rest >"$SPOOL/known" 2>/dev/null 3>&- &
  await $! "$LIMIT_CS" || return 0
  known=''
  read -r known rest <"$SPOOL/known"
  is_pid "$known" || return 0
  LOOKED_AT=$REST
  unexplained=$((REST - known))
  if [ -z "$LEVEL" ] || [ "$unexplained" -lt "$LEVEL" ]; then
    LEVEL=$unexplained
  elif [ $((unexplained - LEVEL)) -gt "$THRESHOLD" ]; then
    LEVEL=$unexplained HEAVY=yes RISEN=yes
  fi
}

# Rows with a queue and listeners, with their processes; groups of 1 MiB or more.
more_tables() {
  if [ "$ROOT" = / ] && have ss; then
    printf '\n==> ss <==\n'
    # shellcheck disable=SC2086
    ss $SS_FLAGS | awk -v FEW=1 -v TOTALS=/dev/null -v MISSING=/dev/null "$SS_ROWS"
  fi
  [ -d sys/fs/cgroup ] || return 0
  printf '\n==> cgroup.memory <==\n'
  find sys/fs/cgroup \( -name memory.current -o -name memory.usage_in_bytes \) -print | awk '
    n++ < 5000 {
      if ((getline bytes < $0) > 0 && bytes + 0 >= 1048576 && kept++ < 1000) { gsub(/[^ -~]/, "?"); print "/" $0 ":" bytes }
      close($0)
    }'
}

# Only below --root, where the names lack the slash, and the network is that of the first process.
plain_frames() { sed 's|^==> proc/1/net/|==> /proc/net/|; s|^==> proc/|==> /proc/|'; }

write_push() {
  printf '%s' "$HEAD"
  if [ -z "$HEAVY" ]; then
    printf 'set: essential\n%s\n' "$LACKS"
    # shellcheck disable=SC2086
    [ "$ROOT" = / ] && exec tail -n +1 $FILES 2>/dev/null
    # shellcheck disable=SC2086
    tail -n +1 $FILES | plain_frames
  else
    printf 'set: heavy\n%s\n' "$LACKS$MORE_LACKS$HEAVY_LACKS"
    # shellcheck disable=SC2086
    if [ "$ROOT" = / ]; then tail -n +1 $FILES $MORE_FILES; else tail -n +1 $FILES $MORE_FILES | plain_frames; fi
    [ -n "$HEAVY_LACKS" ] || more_tables
  fi
}

# now.gz; 1 when it could not be made.
take_push() {
  read_clock
  seconds $((BASE + NOW))
  HEAD="memledger-push 1
node: $NODE
boot: $BOOT
taken: $SEC
interval: $INTERVAL
kernel: $KERNEL
${PUSH_LABELS}agent: $VERSION
"
  write_push </dev/null 2>/dev/null 3>&- | gzip -c >"$SPOOL/now.gz" 3>&- &
  if await $! "$LIMIT_CS" || { [ "$code" -eq 126 ] && gzip -t "$SPOOL/now.gz"; }; then
    IN_HAND=yes
    return 0
  fi
  rm -f "$SPOOL/now.gz"
  [ "$code" -eq 124 ] || { state spool "cannot write to the spool $SPOOL (is the disk full?): pushes are lost until it can"; return 1; }
  [ -n "$1" ] || return 1
  # Once more, without what may have hung.
  if [ -n "$HEAVY" ] && [ -z "$HEAVY_LACKS" ]; then
    say "the heavier set took more than $LIMIT s: for an hour it goes without ss and cgroups"
    HEAVY_LACKS='lacks: ss timeout
lacks: cgroup.memory timeout
'
  fi
  refresh_files
  take_push ''
}

# ---- sending

post_curl() {
  ulimit -f 512
  exec curl -q -sS -i -K - --connect-timeout 10 --max-time "$SEND_LIMIT" -H 'Content-Type: application/gzip' -H 'Expect:' \
    -H "Memledger-Sent: $2" --data-binary "@$1" "$SERVER/api/v1/push"
}

post_wget() {
  ulimit -f 512
  WGETRC=$SPOOL/wgetrc
  export WGETRC
  exec wget -q -S -O "$SPOOL/body" --tries=1 --timeout="$SEND_LIMIT" --max-redirect=0 --content-on-error \
    --header 'Content-Type: application/gzip' --header "Memledger-Sent: $2" --post-file "$1" "$SERVER/api/v1/push"
}

post_nc() {
  ulimit -f 512
  target=${SERVER#http://}
  server=${target%%/*} port=80 path=${target#"${target%%/*}"}
  case $server in *:*) port=${server##*:} ;; esac
  {
    printf 'POST %s/api/v1/push HTTP/1.0\r\nHost: %s\r\nContent-Type: application/gzip\r\nMemledger-Sent: %s\r\n' "$path" "$server" "$2"
    [ -z "$TOKEN" ] || printf 'Authorization: Bearer %s\r\n' "$TOKEN"
    printf 'Content-Length: %s\r\n\r\n' "$(($(wc -c <"$1")))"
    cat "$1"
  } | nc "${server%:*}" "$port"
}

# The token goes through a pipe or a file that only this user can read, never through the list of processes.
post() {
  : >"$SPOOL/body"
  case $SENDER in
    curl)
      config=''
      [ -z "$TOKEN" ] || config="header = \"Authorization: Bearer $TOKEN\""
      post_curl "$@" >"$SPOOL/answer" 2>"$SPOOL/error" 3>&- <<END &
$config
END
      ;;
    wget)
      { [ -z "$TOKEN" ] || echo "header = Authorization: Bearer $TOKEN"; } >"$SPOOL/wgetrc"
      post_wget "$@" </dev/null >/dev/null 2>"$SPOOL/answer" 3>&- & ;;
    nc) post_nc "$@" </dev/null >"$SPOOL/answer" 2>"$SPOOL/error" 3>&- & ;;
  esac
}

# The status, the headers that matter and the start of the body of the answer.
read_answer() {
  STATUS='' RETRY_AFTER='' LOCATION='' BODY='' lines=0 part=head
  while { read -r line || [ -n "$line" ]; } && [ "$lines" -lt 200 ] && [ "${#BODY}" -lt 8192 ]; do
    lines=$((lines + 1))
    line=${line%"$CR"}
    case $part:$line in
      body:*) BODY=$BODY$line ;;
      head:HTTP/*) STATUS=${line#* } STATUS=${STATUS%% *} ;;
      head:[Rr]etry-[Aa]fter:*) RETRY_AFTER=${line#*:} RETRY_AFTER=${RETRY_AFTER# } ;;
      head:[Ll]ocation:*) LOCATION=${line#*:} ;;
      head:) case $STATUS in 1??) ;; *) part=body ;; esac ;;
    esac
  done <"$SPOOL/answer"
  if [ "$SENDER" = wget ]; then read -r BODY <"$SPOOL/body"; fi
  case $STATUS in ???) ;; *) STATUS='' ;; esac
}

# What the server says is wrong, from its JSON.
reason() {
  REASON=$BODY
  for field in message error; do
    case $BODY in
      *"\"$field\":\""*)
        REASON=${BODY#*"\"$field\":\""} REASON=${REASON%%\"*}
        break ;;
    esac
  done
  case $REASON in *'<'*) REASON='' ;; esac
  REASON="${STATUS:+HTTP $STATUS}${REASON:+ $REASON}"
}

# try_later HUNDREDTHS: not before; between half and all of it, so that not all agents come at once.
try_later() {
  random $(($1 / 2 + 1))
  read_clock
  NEXT_TRY=$((NOW + $1 - CHANCE))
}

# Each failure in a row doubles the time, up to five minutes.
back_off() {
  if [ "$FAILED" -lt 12 ]; then FAILED=$((FAILED + 1)); fi
  pause=$((INTERVAL_CS * (1 << (FAILED - 1))))
  if [ "$pause" -gt 30000 ]; then pause=30000; fi
  if [ "$pause" -lt "$INTERVAL_CS" ]; then pause=$INTERVAL_CS; fi
  try_later "$pause"
}

# The server says when; at most an hour, and a little later than asked rather than earlier.
wait_as_told() {
  case $RETRY_AFTER in '' | *[!0-9]* | ??????*) back_off; return 0 ;; esac
  pause=$((RETRY_AFTER * 100))
  if [ "$pause" -gt 360000 ]; then pause=360000; fi
  random $((pause / 10 + 1))
  read_clock
  NEXT_TRY=$((NOW + pause + CHANCE))
}

# send FILE BASE BOOT -> RESULT: ok, bad (the server cannot read it), or later.
send_push() {
  read_clock
  base=$BASE
  case $BOOT in "$3"*) base=$2 ;; esac
  post "$1" $(((base + NOW) / 100))
  await $! $((SEND_LIMIT * 100 + 100))
  sent=$?
  read_answer
  RESULT=later
  reason
  case $sent:$STATUS in
    *:200) if understood; then return 0; fi ;;
    *:400 | *:413) RESULT=bad; return 0 ;;
    *:401 | *:403)
      state refused "$SERVER refuses this agent ($REASON): does ${TOKEN_FILE:-a file given with --token-file} hold its token? Pushes are kept"
      try_later "$REFUSED_CS"
      [ -z "$TOKEN_FILE" ] || read_token
      return 0 ;;
    *:429) state busy "$SERVER is behind (HTTP 429): pushes are kept until it asks"; wait_as_told; return 0 ;;
    *:503) state away "$SERVER cannot store ($REASON): pushes are kept"; wait_as_told; return 0 ;;
    *:5??) state away "$SERVER fails ($REASON): pushes are kept"; back_off; return 0 ;;
    *:)
      why=''
      read -r why <"$SPOOL/error"
      [ "$sent" -ne 124 ] || why="no answer in $SEND_LIMIT s"
      state away "$SERVER cannot be reached${why:+ ($why)}: pushes are kept"
      back_off
      return 0 ;;
  esac
  state strange "what answers at $SERVER is no Memledger server (HTTP $STATUS${LOCATION:+ to$LOCATION}): is the address right? Pushes are kept"
  try_later "$REFUSED_CS"
}

understood() {
  case $BODY in *'"accepted":'*) ;; *) return 1 ;; esac
  # What an earlier answer wanted may have arrived by now.
  RESULT=ok FAILED=0 NEXT_TRY=0 WANTED_BY=''
  case $BODY in *'"want":"snapshot"'* | *'"want": "snapshot"'*) WANTED_BY=server ;; esac
  case $BODY in *'"rejected":[{'*) reason; note_once rejected "the server rejects a push: ${REASON#HTTP 200 }" ;; esac
  if [ "$QUEUED" -gt 0 ]; then state catching-up "$SERVER takes pushes again; $QUEUED wait"; else state ok "pushes go to $SERVER as $NODE, every $INTERVAL s"; fi
}

drop_bad() { reason; note_once bad "the server cannot read a push ($REASON): it is dropped"; }

# The push in hand, and whatever waits, oldest first.
deliver() {
  read_clock
  if [ "$QUEUED" -eq 0 ] && [ "$NOW" -ge "$NEXT_TRY" ]; then
    send_push "$SPOOL/now.gz" "$BASE" "${BOOT%%-*}"
    case $RESULT in
      ok) IN_HAND=''; return 0 ;;
      bad) drop_bad; IN_HAND=''; return 0 ;;
    esac
  fi
  enqueue || state spool "cannot write to the spool $SPOOL (is the disk full?): pushes are lost until it can"
  read_clock
  [ "$NOW" -lt "$NEXT_TRY" ] || send_queue
}

send_queue() {
  while [ "$QUEUED" -gt 0 ]; do
    set -- "$SPOOL"/queue/*.gz
    send_batch "$@"
    if [ "$RESULT" = later ]; then return 0; fi
    read_clock
    if [ "$NOW" -ge "$NEXT" ] && [ -z "$ONCE" ]; then return 0; fi
  done
  state ok "pushes go to $SERVER as $NODE, every $INTERVAL s"
}

# send_batch FILE...: the first of them that one clock has stamped, as one request.
send_batch() {
  files='' count=0 size=0 first_base='' first_boot=''
  for file in "$@"; do
    queue_name "$file" || continue
    if [ "$count" -gt 0 ]; then
      if [ "$q_base,$q_boot" != "$first_base,$first_boot" ] || [ "$count" -ge "$BATCH" ] || [ $((size + q_bytes)) -gt "$BATCH_BYTES" ]; then break; fi
    fi
    first_base=$q_base first_boot=$q_boot
    files="$files ${file##*/}" count=$((count + 1)) size=$((size + q_bytes))
  done
  if [ "$count" -eq 0 ]; then QUEUED=0 QUEUED_BYTES=0 RESULT=ok; return 0; fi
  # shellcheck disable=SC2086 # names of digits and commas
  (cd "$SPOOL/queue" && cat $files) >"$SPOOL/batch.gz" || { RESULT=later; back_off; return 0; }
  send_push "$SPOOL/batch.gz" "$first_base" "$first_boot"
  case $RESULT in
    later) return 0 ;;
    bad) if [ "$count" -gt 1 ]; then BATCH=1; return 0; fi; drop_bad ;;
    ok) BATCH=$((BATCH * 2)); if [ "$BATCH" -gt "$BATCH_MAX" ]; then BATCH=$BATCH_MAX; fi ;;
  esac
  # shellcheck disable=SC2086
  (cd "$SPOOL/queue" && rm -f $files)
  QUEUED=$((QUEUED - count)) QUEUED_BYTES=$((QUEUED_BYTES - size))
}

# ---- full snapshots

# In a child of its own, so that the pushes go on meanwhile.
take_snapshot() {
  read -r MAIN rest </proc/self/stat
  exec 3>"$SPOOL/snapshot.log" </dev/null >/dev/null
  AGENT='' KEEP='' OUT=$SPOOL TMPDIR=$SPOOL DISCARD=yes
  set_up
  collect
  write_archive
  upload
  exit 0
}

# On request at most one each minute, by itself one in ten; half as often after each that failed.
# Only to a server that answers.
snapshot_if_due() {
  if [ -n "$SNAPSHOT" ]; then end_snapshot; fi
  [ -z "$SNAPSHOT" ] && [ "$STATE" = ok ] && [ -n "$WANTED_BY$RISEN" ] || return 0
  pause=$SNAPSHOT_CS
  if [ -n "$WANTED_BY" ]; then pause=$REQUEST_CS; fi
  pause=$((pause << SNAPSHOT_FAILED))
  read_clock
  if [ -n "$SNAPSHOT_AT" ] && [ $((NOW - SNAPSHOT_AT)) -lt "$pause" ]; then return 0; fi
  SNAPSHOT_AT=$NOW WANTED_BY='' RISEN=''
  take_snapshot &
  SNAPSHOT=$!
}

end_snapshot() {
  if alive "$SNAPSHOT"; then return 0; fi
  wait "$SNAPSHOT"
  code=$?
  SNAPSHOT=''
  why=''
  if [ "$code" -eq 0 ]; then
    SNAPSHOT_FAILED=0
  else
    if [ "$SNAPSHOT_FAILED" -lt 5 ]; then SNAPSHOT_FAILED=$((SNAPSHOT_FAILED + 1)); fi
    read -r why <"$SPOOL/snapshot.log"
    why=${why#memledger: }
    [ "$why" = "$SNAPSHOT_WHY" ] || say "a full snapshot was not sent: $why"
  fi
  SNAPSHOT_WHY=$why
}

# ---- running

read_node() {
  boot='' name=''
  read -r boot 2>/dev/null </proc/sys/kernel/random/boot_id
  case $boot in *[!0-9a-f-]*) boot='' ;; esac
  BOOT=$boot
  KERNEL=''
  read -r KERNEL 2>/dev/null <proc/sys/kernel/osrelease
  if [ -z "$NODE_AS" ]; then NODE_AS=${NODE_NAME:-}; fi
  read_host
  NODE=$HOST
  if [ -n "${NODE_NAME:-}" ]; then PUSH_LABELS="${PUSH_LABELS}k8s-node: $(plain_text "$NODE_NAME")
"; fi
  pod=${POD_NAME:-}
  # In a pod without host network the host name is the pod's.
  if [ -z "$pod" ] && [ -n "${KUBERNETES_SERVICE_HOST:-}" ]; then read -r pod </proc/sys/kernel/hostname; fi
  if [ -n "$pod" ]; then PUSH_LABELS="${PUSH_LABELS}k8s-pod: $(plain_text "$pod")
"; fi
}

set_up_agent() {
  for need in tail gzip awk mkdir mv rm cat tr cut sleep ls wc date; do
    have "$need" || fail 1 "this machine has no $need, which is needed"
  done
  umask 077
  CR=$(printf '\r')
  STATE='' NOTED='' SNAPSHOT='' SNAPSHOT_AT='' SNAPSHOT_FAILED=0 SNAPSHOT_WHY='' WANTED_BY='' RISEN='' LEVEL='' LOOKED_AT=0 HEAVY='' HEAVY_LACKS=''
  TIMER='' TICK=yes IN_HAND='' LOCKED='' WHOLE_SECONDS='' HUNG=''
  NOW=0 BASE=0 BASE_KNOWN='' FAILED=0 NEXT_TRY=0 BATCH=$BATCH_MAX
  LIMIT_CS=$((LIMIT * 100))
  SEND_LIMIT=$((INTERVAL_CS / 120))
  if [ "$SEND_LIMIT" -gt 20 ]; then SEND_LIMIT=20; elif [ "$SEND_LIMIT" -lt 5 ]; then SEND_LIMIT=5; fi
  # A minute and ten are for people; an agent that is tested each second need not wait that long.
  SNAPSHOT_CS=60000 REQUEST_CS=6000 REFUSED_CS=30000
  read_clock || fail 1 "cannot read /proc/uptime"
  sleep 0.01 || WHOLE_SECONDS=yes
  cd "$ROOT" || fail 1 "cannot enter $ROOT"
  SLASH=''
  if [ "$ROOT" = / ]; then SLASH=/; fi
  find_net
  if [ "$ROOT" = / ]; then NET=proc/net; fi
  PAGE_KB=$(page_size)
  PAGE_KB=$((${PAGE_KB:-4096} / 1024))
  SS_FLAGS=-aemnip
  case $(ss -h 2>&1 </dev/null) in *--oneline*) SS_FLAGS=${SS_FLAGS}O ;; esac
  read_node
  make_spool
  TMPDIR=$SPOOL
  export TMPDIR
  take_lock
  trap clean_up_agent EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  trap 'TICK=yes' USR1
  renice -n 19 -p $$ >/dev/null 2>&1
  read_date
  load_queue
}

clean_up_agent() {
  trap '' INT TERM HUP USR1
  [ -z "$SNAPSHOT" ] || kill "$SNAPSHOT" 2>/dev/null
  kill_children "$SNAPSHOT"
  if [ -n "$IN_HAND" ]; then enqueue; fi
  # shellcheck disable=SC2034 # five times at most
  for try in 1 2 3 4 5; do
    if [ -z "$SNAPSHOT" ] || ! alive "$SNAPSHOT"; then break; fi
    sleep 0.1 || sleep 1
  done
  kill_children
  for file in now.gz batch.gz answer error body wgetrc probe known snapshot.log; do set -- "$@" "$SPOOL/$file"; done
  rm -rf "$@" "$SPOOL"/memledger.*
  rmdir "$SPOOL/queue" 2>/dev/null
  [ -z "$LOCKED" ] || rm -rf "$SPOOL/lock"
}

push_once() {
  HEAVY=''
  if [ $((PUSHES % 10)) -eq 0 ]; then
    HEAVY=yes
    read_date
  fi
  if [ $((PUSHES % 120)) -eq 0 ]; then
    HEAVY_LACKS=''
    refresh_files
  fi
  PUSHES=$((PUSHES + 1))
  watch_rest
  take_push again || return 0
  deliver
  snapshot_if_due
}

agent() {
  set_up_agent
  PUSHES=0 RESULT=later
  read_clock
  # Agents started together do not stay together.
  random $((INTERVAL_CS / 2 + 1))
  NEXT=$((NOW + INTERVAL_CS - CHANCE))
  start_timer $((NEXT - NOW))
  push_once
  while [ -z "$ONCE" ]; do
    read_clock
    if [ "$NOW" -ge "$NEXT" ]; then
      NEXT=$((NEXT + INTERVAL_CS))
      if [ "$NEXT" -le "$NOW" ]; then NEXT=$((NOW + INTERVAL_CS)); fi
      start_timer $((NEXT - NOW))
      push_once
    else
      [ -z "$TICK" ] || start_timer $((NEXT - NOW))
      wait "$TIMER"
      alive "$TIMER" || TICK=yes
    fi
  done
  if [ "$RESULT" = later ]; then exit 3; fi
}

# ---- main ----------------------------------------------------------------------------------

set_up() {
  for need in awk tar gzip mkdir rm tr cut sed tail head sort ls xargs; do
    have "$need" || fail 1 "this machine has no $need, which is needed"
  done
  umask 077
  TMP=$(mktemp -d "${TMPDIR:-/tmp}/memledger.XXXXXX" 2>/dev/null)
  if [ -z "$TMP" ]; then
    TMP=${TMPDIR:-/tmp}/memledger.$$
    mkdir "$TMP" || fail 1 "cannot make a temporary folder in ${TMPDIR:-/tmp}"
  fi
  case $TMP in /*) ;; *) TMP=$PWD/$TMP ;; esac
  SNAP=$TMP/snap MAIN=${MAIN:-$$} JOB='' WATCHER='' STEP=0 WANTED='' SECOND='' HUNG=''
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  trap : USR1
  mkdir "$SNAP" || fail 1 "cannot write to $TMP"
  : >"$SNAP/missing"
  ML_SNAP=$SNAP ML_AT=$TMP/at ML_LIST=$TMP/list
  ML_PREFIX='' ML_STRIP='' ML_INTO='' ML_KEEP='' ML_RAW='' ML_LEAF=''
  renice -n 19 -p "$MAIN" >/dev/null 2>&1
  ID=$(id -u)
  watch_steps >/dev/null 2>&1 </dev/null &
  WATCHER=$!
}

# The network files of this namespace; below --root those of the host's first process.
find_net() {
  NET=proc/self/net
  if [ "$ROOT" != / ]; then
    NET=proc/1/net
    [ -d "$NET" ] || NET=proc/net
  fi
}

prepare_folders() {
  set -- "$SNAP/t1" "$SNAP/proc/net" "$SNAP/t2/proc/net"
  for sub in proc/pressure proc/sys/fs proc/sys/kernel/pty sys/devices/system/node/node[0-9]*; do
    if [ -d "$sub" ]; then set -- "$@" "$SNAP/$sub" "$SNAP/t2/$sub"; fi
  done
  mkdir -p "$@"
}

collect() {
  cd "$ROOT" || fail 1 "cannot enter $ROOT"
  [ -e proc/meminfo ] || fail 1 "$ROOT has no proc/meminfo: is this Linux?"
  write_meta
  find_net
  prepare_folders
  read_counters
  read_sockets
  read_namespaces
  read_static
  read_processes
  read_cgroups
  read_tools
  second_look
  mark end
  [ -z "$REDACT" ] || mask_addresses
  [ "$ID" = 0 ] || say "not root: slabinfo, vmallocinfo and other users' processes are missing (see snap/missing)"
}

main() {
  VERSION=1.0.0
  # bash speaks of every job that had to be killed; what we have to say goes to the user by another way.
  exec 3>&2 2>/dev/null
  LC_ALL=C PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin
  export LC_ALL PATH
  TMP='' MAIN=''
  read_options "$@"
  if [ -n "$AGENT" ]; then agent; return 0; fi
  set_up
  collect
  cd "$OUT" || fail 1 "cannot enter $OUT"
  write_archive
  [ -z "$SERVER" ] || upload
}

{
  main "$@"
  exit 0
}
