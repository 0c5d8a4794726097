#!/usr/bin/env bash
# Keeps little services running: each is a shell command with a state directory of its own. A menu when there are no arguments.
#
# Run: ./service-keeper.sh add web 'while :; do sleep 1; done'
# Run: ./service-keeper.sh add once 'echo did it; exit 3' && ./service-keeper.sh add bad 'no-such-program --now'
# Run: ./service-keeper.sh list
# Run: ./service-keeper.sh start web; ./service-keeper.sh status web; ./service-keeper.sh start web; ./service-keeper.sh stop web; ./service-keeper.sh status web
# Run: ./service-keeper.sh run once; echo "status $?"; cat .keeper/once/log
# Run: ./service-keeper.sh run bad; cat .keeper/bad/log
# Run: ./service-keeper.sh restart once
# Run: printf '1\n2\n9\nx\n5\n' | ./service-keeper.sh
# Run: printf '3\nonce\ny\n3\nweb\nn\n4\n' | ./service-keeper.sh menu 2>&1
# Run: ./service-keeper.sh list; ./service-keeper.sh env bad
# Run: KEEPER_HOME=other ./service-keeper.sh add x true; ls -A; ls other/x
# Run: ./service-keeper.sh add 'bad name' x; ./service-keeper.sh frob; ./service-keeper.sh start nothing; echo $?
# Run: ./service-keeper.sh each 'echo "$NAME: $(wc -c < "$DIR/command") bytes"'
# Run: ./service-keeper.sh -h | head -3; ./service-keeper.sh guard 'sleep 5' 0.1; echo "guard $?"; ./service-keeper.sh guard 'exit 4' 5; echo "guard $?"

: "${KEEPER_HOME:=.keeper}"
declare -r TAB=$'\t'

help() {
  sed -n -e '2s/^# //p' "$0"
  cat << HELP

  add NAME COMMAND     remember a service
  start|stop|status|restart|run|env NAME
  list                 all services and what they do
  each COMMAND         run a command for each ($(printf '\x24')NAME and $(printf '\x24')DIR are set)
  guard COMMAND SECS   run a command, no longer than that
  menu                 choose from a menu (the default)
HELP
}

say() { echo "$@"; }
complain() { say "keeper: $*" >&2; return 1; }

dir_of() {
  local name=$1
  if [[ ! $name =~ ^[a-z][a-z0-9-]*$ ]]; then complain "'$name' is no name for a service"; return; fi
  printf '%s/%s' "$KEEPER_HOME" "$name"
}

known() {
  local dir
  dir=$(dir_of "$1") || return
  [[ -f $dir/command ]] || complain "there is no service $1"
}

pid_of() {
  local pid
  { read -r pid < "$KEEPER_HOME/$1/pid"; } 2> /dev/null || return 1
  kill -0 "$pid" 2> /dev/null && REPLY=$pid
}

add() {
  local dir
  dir=$(dir_of "$1") || return
  mkdir -p "$dir"
  if [[ -e $dir/command ]]; then complain "$1 is there already"; return 1; fi
  printf '%s\n' "$2" > "$dir/command"
  : > "$dir/log"
  echo stopped > "$dir/state"
  say "added $1"
}

start() {
  known "$1" || return
  if pid_of "$1"; then
    say "$1 runs already"
    return 0
  fi
  local dir=$KEEPER_HOME/$1
  (
    trap '' HUP
    exec bash "$dir/command"
  ) >> "$dir/log" 2>&1 < /dev/null &
  echo $! > "$dir/pid"
  disown
  echo running > "$dir/state"
  say "started $1"
}

stop() {
  known "$1" || return
  local dir=$KEEPER_HOME/$1 tries=0
  if ! pid_of "$1"; then
    say "$1 does not run"
    return
  fi
  kill "$REPLY"
  while kill -0 "$REPLY" 2> /dev/null && ((tries++ < 50)); do sleep 0.02; done
  ((tries < 50)) || kill -KILL "$REPLY"
  rm -f "$dir/pid"
  echo stopped > "$dir/state"
  say "stopped $1"
}

status() {
  known "$1" || return
  if pid_of "$1"; then
    say "$1 is running"
  else
    say "$1 is $(< "$KEEPER_HOME/$1/state")"
    return 3
  fi
}

restart() { stop "$1" && start "$1" && wait_for_end "$1"; }

wait_for_end() {
  local tries=0
  until ! pid_of "$1" || ((++tries > 20)); do sleep 0.02; done
  ((tries > 20)) && say "$1 goes on" || say "$1 has ended"
}

run() {
  known "$1" || return
  local dir=$KEEPER_HOME/$1 status=0
  bash "$dir/command" >> "$dir/log" 2>&1 || status=$?
  case $status in
    0) echo finished ;;
    126 | 127) echo "cannot run" ;;
    *) echo "failed ($status)" ;;
  esac > "$dir/state"
  return $status
}

env() {
  known "$1" || return
  command env -i NAME="$1" DIR="$KEEPER_HOME/$1" sh -c 'echo "${NAME} in ${DIR}"; command -v nothing || echo "a clean place"'
}

list() {
  local dir name
  local -i count=0
  for dir in "$KEEPER_HOME"/*/; do
    [[ -d $dir ]] || break
    name=${dir%/}
    name=${name##*/}
    count+=1
    printf '%2d) %-8s%s%s%s%s\n' "$count" "$name" "$TAB" "$(< "$dir/state")" "$TAB" "$(head -c 20 "$dir/command" | tr '\n' ' ')"
  done
  ((count)) || say "no services"
}

each() {
  local NAME DIR
  export NAME DIR
  for DIR in "$KEEPER_HOME"/*; do
    NAME=${DIR##*/}
    bash -c "$1"
  done
}

guard() {
  local status watcher worker
  bash -c "$1" &
  worker=$!
  { sleep "$2"; kill -TERM $worker; } 2> /dev/null &
  watcher=$!
  wait $worker 2> /dev/null
  status=$?
  kill $watcher 2> /dev/null
  wait $watcher 2> /dev/null
  ((status > 128)) && say "ended by SIG$(kill -l $status)"
  return $status
}

confirm() {
  local answer
  read -rp "$1 [y/n] " answer || return 1
  case ${answer,,} in
    y | yes) return 0 ;;
    *) return 1 ;;
  esac
}

forget() {
  local name
  read -rp 'which? ' name
  known "$name" || return 0
  if confirm "forget $name?"; then
    rm -rf "${KEEPER_HOME:?}/$name"
    say "forgot $name"
  else
    say "kept $name"
  fi
}

menu() {
  local PS3='keeper> ' choice
  select choice in list count forget quit; do
    case $REPLY:$choice in
      1:*) list ;;
      2:*) set -- "$KEEPER_HOME"/*; say "$# services" ;;
      *:forget) forget ;;
      *:quit) say bye; break ;;
      [0-9]:) say "there is no $REPLY" ;;
      *) say "what is '$REPLY'?" ;;
    esac
  done
}

case ${1-menu} in
  add | start | stop | status | restart | run | env | list | each | guard | menu) "${@:-menu}" ;;
  -h | --help | help) help ;;
  *) complain "what is $1?" || exit 64 ;;
esac
