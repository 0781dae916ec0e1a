# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# The container engine: the user's in stock mode, one of our own in packages mode.

# Both modes are reached under one name: our dockerd listens there, or it is a link to the user's socket.
socket=$state/docker.sock
user_docker_host=${DOCKER_HOST:-}
if [ "$user_docker_host" = "unix://$socket" ]; then
  # A shell that `lab/lab env` has set up.
  user_docker_host=
  if [ -L "$socket" ]; then user_docker_host=unix://$(readlink "$socket"); fi
fi
export DOCKER_HOST=unix://$socket
export DOCKER_BUILDKIT=0  # Debian's engine has no buildx
engine=$state/docker
network=cloudentity-platform
bridge=lab-$(printf '%s' "$state" | key | cut -c1-8)

# --- which mode

# decide: sets mode and reason.
decide() {
  local recorded
  recorded=$(cat "$state/mode" 2>/dev/null || true)
  case ${LAB_MODE:-} in
    stock) mode=stock reason="LAB_MODE says so"; user_socket >/dev/null || die "LAB_MODE=stock, but $(user_socket 2>&1)" ;;
    packages) mode=packages reason="LAB_MODE says so" ;;
    '')
      if [ -n "$recorded" ] && [ -S "$socket" ] && healthy >/dev/null 2>&1; then mode=$recorded reason="its cluster runs"
      elif reason=$(stock_possible); then mode=stock
      else mode=packages
      fi ;;
    *) die "LAB_MODE is stock or packages, not '$LAB_MODE'" ;;
  esac
  say "mode $mode: $reason"
  if [ -n "$recorded" ] && [ "$recorded" != "$mode" ]; then take_down "$recorded"; fi
  printf '%s' "$mode" >"$state/mode"
}

# user_socket: the socket of the user's engine, or why there is none.
user_socket() {
  local host=$user_docker_host
  command -v docker >/dev/null || { echo "there is no docker command"; return 1; }
  [ -n "$host" ] || host=$(env -u DOCKER_HOST docker context inspect -f '{{.Endpoints.docker.Host}}' 2>/dev/null) || host=unix:///var/run/docker.sock
  case $host in
    unix://*) ;;
    *) echo "the container engine $host is not on this machine"; return 1 ;;
  esac
  timeout 10 docker -H "$host" info >/dev/null 2>&1 || { echo "no container engine answers at $host"; return 1; }
  printf '%s' "${host#unix://}"
}

# stock_possible: engine, node image and a privileged container, each of them tried.
stock_possible() {
  local host
  host=$(user_socket) || { echo "$host"; return 1; }
  host=unix://$host
  if ! docker -H "$host" image inspect "$STOCK_NODE_IMAGE" >/dev/null 2>&1; then
    pull "$host" "$STOCK_NODE_IMAGE" || { echo "the engine cannot pull $STOCK_NODE_IMAGE"; return 1; }
  fi
  docker -H "$host" run --rm --privileged --network none --entrypoint true "$STOCK_NODE_IMAGE" >/dev/null 2>&1 ||
    { echo "the engine cannot run a privileged container"; return 1; }
  echo "the engine at $host can run the stock node image"
}

# pull HOST IMAGE: a registry that answers says so within seconds ("Pulling from ..."), however long the image then takes.
pull() {
  local log=$state/logs/pull.log pid i
  docker -H "$1" pull "$2" >"$log" 2>&1 & pid=$!
  for ((i = 0; i < 75; i++)); do
    if ! kill -0 $pid 2>/dev/null || grep -q 'Pulling from' "$log"; then wait $pid; return; fi
    sleep 0.2
  done
  kill $pid 2>/dev/null; return 1
}

# --- our own engine

engine_pid() {
  local pid
  pid=$(cat "$engine/docker.pid" 2>/dev/null) && [ -n "$pid" ] &&
    tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "$engine/daemon.json" && printf '%s' "$pid"
}

engine_up() {
  if [ "$mode" = stock ]; then ln -sfn "$(user_socket)" "$socket"; return; fi
  if engine_pid >/dev/null && docker info >/dev/null 2>&1; then there "container engine"; return; fi
  step engine "container engine started" engine_start
}

engine_start() {
  local i net
  # A longer path does not fit into a socket's address, and dockerd's message about it says nothing.
  [ ${#engine} -le 70 ] || die "the path $engine is too long for sockets: set XDG_CACHE_HOME to a shorter one"
  engine_stop
  mkdir -p "$engine"
  install -m755 "$lab/node/runc-wrapper" "$engine/runc"
  # No firewall rules of dockerd and a default bridge under a name of ours: otherwise it would flush the rules and take or
  # delete the bridge (docker0) of another dockerd on this machine. Such a bridge has to be there beforehand.
  net=$(free_subnet)
  printf '%s.128/25' "$net" >"$engine/subnet"
  ip link add "$bridge-0" type bridge
  ip address add "$net.1/25" dev "$bridge-0"
  ip link set "$bridge-0" up
  cat >"$engine/daemon.json" <<J
{
  "data-root": "$engine/data", "exec-root": "$engine/exec", "pidfile": "$engine/docker.pid", "hosts": ["unix://$socket"],
  "bridge": "$bridge-0", "iptables": false,
  "default-runtime": "lab", "runtimes": {"lab": {"path": "$engine/runc"}}
}
J
  # What kind asks of its host; only ever raised.
  raise net.ipv4.ip_forward 1; raise fs.inotify.max_user_instances 1024; raise fs.inotify.max_user_watches 524288
  # dockerd would keep the networks of its last start, whose addresses may be taken by now.
  rm -rf --one-file-system "$socket" "$engine/data/network"
  setsid dockerd --config-file "$engine/daemon.json" >"$logs/dockerd.log" 2>&1 </dev/null 9>&- &
  for ((i = 0; i < 150; i++)); do
    if docker info >/dev/null 2>&1 || ! kill -0 $! 2>/dev/null; then break; fi
    sleep 0.2
  done
  docker version -f 'docker {{.Server.Version}}' || { tail -n 20 "$logs/dockerd.log"; return 1; }
  # A cluster from before the engine's stop is gone for good: nodes get other addresses. Its containers and volumes go.
  docker ps -aq --filter "label=io.x-k8s.kind.cluster=$cluster" | xargs -r docker rm -fv
  network_up
}
raise() { [ "$(sysctl -n "$1")" -ge "$2" ] || sysctl -qw "$1=$2"; }

# The network that the nodes join; its bridge has a name of ours, so that the rules for it can be told apart.
network_up() {
  docker network create -d bridge --subnet "$(cat "$engine/subnet")" -o "com.docker.network.bridge.name=$bridge" $network
  firewall -I
}
# free_subnet: the first three numbers of a /24 that no route of this machine covers or lies in.
free_subnet() {
  local i net
  for ((i = 0; i < 256; i++)); do
    net=10.213.$i
    [ -z "$(ip -4 route show root $net.0/24; ip -4 route show match $net.0/24 | grep -v ^default)" ] && { printf '%s' $net; return; }
  done
  echo "no free subnet in 10.213.0.0/16" >&2
  return 1
}
# What dockerd would have written: to the outside by masquerade, and through a FORWARD chain that drops by default.
firewall() {
  local subnet
  subnet=$(cat "$engine/subnet" 2>/dev/null) || return 0
  iptables -w -t nat "$1" POSTROUTING -s "$subnet" ! -o "$bridge" -j MASQUERADE
  iptables -w "$1" FORWARD -i "$bridge" -j ACCEPT
  iptables -w "$1" FORWARD -o "$bridge" -j ACCEPT
}

engine_stop() {
  local pid i
  if pid=$(engine_pid); then
    kill "$pid"
    for ((i = 0; i < 150; i++)); do [ -d "/proc/$pid" ] || break; sleep 0.2; done
    [ ! -d "/proc/$pid" ] || kill -9 "$pid"
  fi
  engine_sweep
}

# thaw ID: runc in a node freezes a pod's cgroup for a moment. A node that is killed in this moment never ends: with cgroup v1
# even SIGKILL waits until the cgroup is thawed.
thaw() {
  local file
  [ -d /sys/fs/cgroup/freezer ] || return 0
  find /sys/fs/cgroup/freezer -path "*/$1/*" -name freezer.state | while read -r file; do echo THAWED >"$file"; done
}

# What a dockerd that was killed leaves: shims with their containers, its containerd, mounts, pid and socket files.
engine_sweep() {
  local dir pid id i link
  for dir in /proc/[0-9]*; do
    tr '\0' ' ' 2>/dev/null <"$dir/cmdline" | grep -qF -- "$engine/exec/" || continue
    pid=${dir#/proc/}
    id=$(tr '\0' '\n' 2>/dev/null <"$dir/cmdline" | sed -n '/^-id$/{n;p}')
    [ -z "$id" ] || thaw "$id"
    # The children of a shim are the containers' first processes; with them goes all of the container.
    xargs -r kill -9 2>/dev/null <"$dir/task/$pid/children" || true
    kill -9 "$pid" 2>/dev/null || true
  done
  for ((i = 0; i < 20; i++)); do
    mounts_below "$engine" | xargs -r -d '\n' -n 1 umount 2>/dev/null || true
    [ -n "$(mounts_below "$engine")" ] || break
    sleep 0.1
  done
  for link in "$bridge" "$bridge-0"; do
    if ip link show "$link" >/dev/null 2>&1; then ip link delete "$link"; fi
  done
  firewall -D 2>/dev/null || true  # not there, most of the time
  rm -f "$engine/docker.pid" "$socket"
}
# mounts_below DIR: mount points, the deepest first.
mounts_below() { awk -v d="$1/" 'index($5, d) == 1 { print $5 }' /proc/self/mountinfo | sort -r; }
