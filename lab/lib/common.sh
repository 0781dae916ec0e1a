# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Where things are, how steps are run and told, how results are keyed.

state=${XDG_CACHE_HOME:-$HOME/.cache}/cloudentity-platform
cluster=cloudentity-platform
bin=$state/bin venv=$state/venv logs=$state/logs
export KUBECONFIG=$state/kubeconfig
# Programs of the lab's own first, once; the system's directories too, since sbin is often missing from a user's PATH.
path=:$PATH:
path=${path//":$bin:"/:} path=${path//":$venv/bin:"/:}
path=${path#:} path=${path%:}
case :$path: in *:/usr/sbin:*) ;; *) path=$path:/usr/sbin:/sbin ;; esac
export PATH=$bin:$venv/bin:$path

say() { printf '%s\n' "$*" >&2; }
die() { say "lab: $*"; exit 1; }
now() { printf '%s' "${EPOCHREALTIME/[^0-9]/}"; }
took() { local us=$(($(now) - $1)); printf '%6d.%d s' $((us / 1000000)) $((us / 100000 % 10)); }

# digest PATH...: one key for the content and the names of files and directories below lab/.
digest() {
  (cd "$lab" && find "$@" -type f ! -name '*.pyc' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) | key
}
# key: one key for what is read from standard input.
key() { sha256sum | cut -c1-16; }

# step NAME TEXT FUNCTION [ARG...]: run it with its output in a log, and say in one line how long it took.
step() {
  local name=$1 text=$2 start rc=0; shift 2
  start=$(now)
  # In the background, because bash ignores `set -e` inside a command whose result is tested. Outside of a lane it gets a
  # process group of its own, as a lane does.
  if [ "$BASHPID" = $$ ]; then set -m; fi
  "$@" >"$logs/$name.log" 2>&1 </dev/null &
  set +m
  lanes+=($!)
  wait $! || rc=$?
  lanes=()
  if [ "$rc" = 0 ]; then say "$(took "$start")  $text"; return; fi
  say "$(took "$start")  $text: FAILED, last lines of $logs/$name.log:"
  tail -n 15 "$logs/$name.log" | sed 's/^/    /' >&2
  exit "$rc"
}
there() { say "     there   $*"; }

# together FUNCTION...: lanes of steps side by side, each in a process group of its own, so that one signal ends all of it.
together() {
  local lane
  set -m
  for lane in "$@"; do "$lane" & lanes+=($!); done
  set +m
  # The first that fails ends the others, by the trap below.
  for lane in "${lanes[@]}"; do wait -n || exit; done
  lanes=()
}
lanes=()
end_lanes() { local lane; for lane in "${lanes[@]}"; do kill -- "-$lane" 2>/dev/null || true; done; }
trap end_lanes EXIT
trap 'exit 130' INT TERM HUP

# One run at a time. Programs that outlive the run are started with 9>&-, or they would hold the lock.
lock() {
  mkdir -p "$logs" "$state/tmp"
  exec 9>"$state/lock"
  flock -n 9 || { say "another run of lab/lab is at work: waiting for it"; flock 9; }
  # What an interrupted run left half made.
  rm -rf --one-file-system "${state:?}/tmp"; mkdir -p "$state/tmp"
}

# publish TEMPORARY RESULT: a result is either whole or not there.
publish() { mkdir -p "$(dirname "$2")"; rm -rf --one-file-system "$2"; mv "$1" "$2"; }
# keep_two DIR: results of today's key and of the one before (another checkout, a change taken back).
keep_two() { touch "$1"; find "$(dirname "$1")" -mindepth 1 -maxdepth 1 -printf '%T@ %p\n' | sort -rn | tail -n +3 | cut -d' ' -f2- | xargs -r -d '\n' rm -rf --one-file-system; }
# link TARGET NAME: replaced in one go.
link() { ln -sfn "$1" "$2.new"; mv -T "$2.new" "$2"; }

# need [COMMAND=PACKAGE...]: what is missing is installed by apt where that is allowed, otherwise named, all at once.
need() {
  local pair missing=() packages=()
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || { missing+=("${pair%%=*}"); packages+=("${pair#*=}"); }
  done
  if [ ${#packages[@]} != 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    step apt "Debian packages installed: ${packages[*]}" apt_install "${packages[@]}"
  elif [ ${#packages[@]} != 0 ]; then
    lacking+=("commands ${missing[*]} (Debian packages: ${packages[*]})")
  fi
  [ ${#lacking[@]} = 0 ] || { say "lab: this machine lacks:"; printf '  - %s\n' "${lacking[@]}" >&2; exit 1; }
}
lacking=()
apt_install() {
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}
