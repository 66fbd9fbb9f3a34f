#!/bin/sh
# install.sh: puts the Memledger agent on this machine, or takes it off again.
#
#   curl -fsSL http://HOST/install.sh | sudo sh -s -- --push http://HOST --ask-token
#   curl -fsSL http://HOST/install.sh | sudo sh -s -- --uninstall
#
# It writes /usr/local/bin/memledger.sh, /etc/memledger (options and token, for root alone) and, where
# systemd runs, /etc/systemd/system/memledger-agent.service. The agent writes /var/lib/memledger-agent.
# --uninstall stops it and removes all four. Anything else stays as it is.

usage() {
  cat <<'EOF'
Usage: install.sh --push URL [options]
       install.sh --uninstall

  --push URL         the Memledger server; the agent's script comes from there
  --ask-token        ask for the agent token on the terminal
  --token-file FILE  take it from a file (it is copied)
  --token TOKEN      take it from here: other users of this machine can see it while this runs
  --interval SECONDS, --name NAME, --label KEY=VALUE (may be repeated): as for memledger.sh --agent
  --no-start         only write the files
  --prefix DIR       write everything below DIR and start nothing
  --uninstall        stop the agent and remove what was written

Without a token an agent may push only to a server on the same machine.
Exit codes: 0 done, 1 not installed, 2 wrong use.
EOF
}

say() { printf 'memledger: %s\n' "$*" >&2; }
fail() { code=$1; shift; say "$*"; exit "$code"; }
have() { command -v "$1" >/dev/null 2>&1; }

read_options() {
  PUSH='' PREFIX='' TOKEN='' TOKEN_FILE='' ASK='' START=yes UNINSTALL='' CONF=''
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h) usage; exit 0 ;;
      --uninstall) UNINSTALL=yes; shift; continue ;;
      --ask-token) ASK=yes; shift; continue ;;
      --no-start) START=''; shift; continue ;;
      --push | --prefix | --token | --token-file | --interval | --name | --label) ;;
      *) fail 2 "unknown option: $1 (see --help)" ;;
    esac
    [ $# -ge 2 ] || fail 2 "$1 needs a value"
    case $2 in *'
'*) fail 2 "$1 takes one line" ;; esac
    case $1 in
      --push) PUSH=${2%/} ;;
      --prefix) PREFIX=${2%/} START='' ;;
      --token) TOKEN=$2 ;;
      --token-file) TOKEN_FILE=$2 ;;
      *) CONF="$CONF${1#--} $2
" ;;
    esac
    shift 2
  done
  if [ -z "$UNINSTALL" ] && [ -z "$PUSH" ]; then fail 2 "--push URL is needed (see --help)"; fi
  case $PUSH in '' | http://* | https://*) ;; *) PUSH=http://$PUSH ;; esac
  case $PUSH in *[!]A-Za-z0-9:/._~%@[-]*) fail 2 "not an address: $PUSH" ;; esac
}

set_places() {
  if [ -z "$PREFIX" ] && [ "$(id -u)" != 0 ]; then fail 1 "this needs root: put sudo before sh"; fi
  PROGRAM=$PREFIX/usr/local/bin/memledger.sh
  FOLDER=$PREFIX/etc/memledger
  UNIT=$PREFIX/etc/systemd/system/memledger-agent.service
  SPOOL=$PREFIX/var/lib/memledger-agent
  SYSTEMD=''
  if [ -d "${PREFIX:-}/run/systemd/system" ] && { [ -n "$PREFIX" ] || have systemctl; }; then SYSTEMD=yes; fi
}

# fetch NAME FILE: from the server, whole or not at all.
fetch() {
  if have curl; then
    curl -fsSL --max-time 60 -o "$2.new" "$PUSH/$1"
  elif have wget; then
    wget -q -T 60 -O "$2.new" "$PUSH/$1"
  else
    fail 1 "this machine has neither curl nor wget"
  fi || { rm -f "$2.new"; fail 1 "could not read $PUSH/$1"; }
  [ -s "$2.new" ] || { rm -f "$2.new"; fail 1 "$PUSH/$1 is empty"; }
}

read_token() {
  if [ -n "$TOKEN_FILE" ]; then
    [ -r "$TOKEN_FILE" ] || fail 2 "cannot read the token file $TOKEN_FILE"
    read -r TOKEN <"$TOKEN_FILE" || [ -n "$TOKEN" ] || fail 2 "the token file is empty"
  elif [ -n "$ASK" ]; then
    # The script itself comes on standard input, so the terminal is asked by its name.
    (: </dev/tty) 2>/dev/null || fail 2 "there is no terminal to ask on: use --token-file"
    printf 'Agent token: ' >/dev/tty
    stty -echo </dev/tty 2>/dev/null
    read -r TOKEN </dev/tty
    stty echo </dev/tty 2>/dev/null
    echo >/dev/tty
  fi
  case $TOKEN in *[!A-Za-z0-9._~+/=-]*) fail 2 "that is not a token" ;; esac
}

write_program() {
  mkdir -p "${PROGRAM%/*}" || fail 1 "cannot write to ${PROGRAM%/*}"
  fetch memledger.sh "$PROGRAM"
  # A page that asks to log in is no script.
  if ! sh -n "$PROGRAM.new" 2>/dev/null || ! sh "$PROGRAM.new" --version 2>/dev/null | grep -q '^memledger.sh '; then
    rm -f "$PROGRAM.new"
    fail 1 "what $PUSH/memledger.sh sends is not the agent: is the address right?"
  fi
  if ! chmod 755 "$PROGRAM.new" || ! mv "$PROGRAM.new" "$PROGRAM"; then fail 1 "cannot write $PROGRAM"; fi
}

write_settings() {
  (umask 077; mkdir -p "$FOLDER") || fail 1 "cannot write to $FOLDER"
  (
    umask 077
    if [ -n "$TOKEN" ]; then printf '%s\n' "$TOKEN" >"$FOLDER/token.new" && mv "$FOLDER/token.new" "$FOLDER/token"; fi
    {
      echo '# Options of memledger.sh --agent, one a line without the dashes.'
      echo "push $PUSH"
      [ ! -s "$FOLDER/token" ] || echo "token-file ${FOLDER#"$PREFIX"}/token"
      printf '%s' "$CONF"
    } >"$FOLDER/agent.conf"
  ) || fail 1 "cannot write to $FOLDER"
}

write_unit() {
  mkdir -p "${UNIT%/*}" || fail 1 "cannot write to ${UNIT%/*}"
  fetch memledger-agent.service "$UNIT"
  if ! chmod 644 "$UNIT.new" || ! mv "$UNIT.new" "$UNIT"; then fail 1 "cannot write $UNIT"; fi
}

start() {
  systemctl daemon-reload
  systemctl enable --quiet memledger-agent
  systemctl restart memledger-agent || fail 1 "systemd did not start the agent: see journalctl -u memledger-agent"
  say "the agent runs. What it says: journalctl -u memledger-agent"
}

hint() {
  say "installed. There is no systemd here: let cron or OpenRC start it, for example with this line in /etc/crontab:"
  say "  @reboot root $PROGRAM --agent --options $FOLDER/agent.conf"
  say "or now, in the background: $PROGRAM --agent --options $FOLDER/agent.conf &"
}

install_agent() {
  read_token
  write_program
  write_settings
  if [ -n "$SYSTEMD" ]; then write_unit; fi
  if [ -z "$START" ]; then
    say "the files are written"
  elif [ -n "$SYSTEMD" ]; then
    start
  else
    hint
  fi
}

# One that was started by hand; its number may belong to somebody else by now.
stop_by_hand() {
  pid=''
  read -r pid rest 2>/dev/null <"$SPOOL/lock/pid"
  case $pid in '' | *[!0-9]*) return 0 ;; esac
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q 'memledger\.sh.* --agent' || return 0
  kill "$pid" 2>/dev/null
  # shellcheck disable=SC2034 # five seconds at most
  for second in 1 2 3 4 5; do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 1
  done
  kill -9 "$pid" 2>/dev/null
}

uninstall() {
  if [ -n "$SYSTEMD" ] && [ -z "$PREFIX" ]; then systemctl disable --now --quiet memledger-agent 2>/dev/null; fi
  stop_by_hand
  rm -f "$UNIT" "$UNIT.new" "$PROGRAM" "$PROGRAM.new"
  rm -rf "$FOLDER" "$SPOOL"
  if [ -n "$SYSTEMD" ] && [ -z "$PREFIX" ]; then systemctl daemon-reload; fi
  for left in "$UNIT" "$PROGRAM" "$FOLDER" "$SPOOL"; do
    [ ! -e "$left" ] || fail 1 "could not remove $left"
  done
  say "the agent and all it wrote are gone"
}

{
  LC_ALL=C
  export LC_ALL
  read_options "$@"
  set_places
  if [ -n "$UNINSTALL" ]; then uninstall; else install_agent; fi
  exit 0
}
