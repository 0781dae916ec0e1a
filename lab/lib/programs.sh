# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# kubectl, helm, kind, a registry for charts and, for the packages mode, all of Kubernetes: compiled from Go modules.

# Go's caches are the laboratory's own: `distclean` may drop them, and the user's go.env does not change the build.
go_environment() {
  export GOMODCACHE=$state/go/mod GOCACHE=$state/go/build GOWORK=off GOTOOLCHAIN=local CGO_ENABLED=0
  export GOFLAGS='-mod=readonly -buildvcs=false -trimpath'
  export GOGC=400  # memory for speed: the build is what a cold start waits for
}
find_go() {
  export PATH=$PATH:/usr/local/go/bin
  [ "$(go env GOVERSION 2>/dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p')" -ge 24 ] 2>/dev/null ||
    lacking+=("Go 1.24 or newer (to compile kubectl, helm and kind)")
}

packages_main=(./hyperkube ./etcd ./coredns ./pause ./registry helm.sh/helm/v3/cmd/helm sigs.k8s.io/kind)
# Compiled by itself: it imports github.com/Sirupsen/logrus, which helm's github.com/sirupsen/logrus collides with by case.
packages_lone=github.com/rancher/local-path-provisioner

# The text of a function is one of its result's inputs; comments and its neighbours are not.
programs_key() {
  {
    declare -f go_environment "${mode}_programs" ld_flags storage_manifest
    echo "$mode $K8S_VERSION ${packages_main[*]} $packages_lone"
    digest go; go version
  } | key
}

programs() {
  local target
  target=$state/programs/$(programs_key)
  if [ -d "$target" ]; then there "programs"
  elif [ "$mode" = stock ]; then step programs "kubectl, helm and kind" stock_programs "$target"
  else
    step modules "Go modules downloaded" go_modules
    step programs "Kubernetes, etcd, CoreDNS, helm and kind compiled" packages_programs "$target"
  fi
  keep_two "$target"
  link "$target" "$bin"
}

go_modules() {
  go_environment; cd "$lab/go"
  go list -deps "${packages_main[@]}" | wc -l
  go list -deps "$packages_lone" | wc -l
}

# Kubernetes' programs ask these variables for their version: kubeadm refuses to run without.
ld_flags() {
  local p
  printf -- '-s -w'
  for p in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    printf -- ' -X %s.gitVersion=%s -X %s.gitMajor=1 -X %s.gitMinor=34 -X %s.gitTreeState=clean' $p "$K8S_VERSION" $p $p $p
    printf -- ' -X %s.gitCommit=%040d -X %s.buildDate=2026-01-01T00:00:00Z' $p 0 $p
  done
  printf -- ' -X helm.sh/helm/v3/internal/version.version=%s' "$(go list -m -f '{{.Version}}' helm.sh/helm/v3)"
}

packages_programs() {
  local out=$state/tmp/programs name
  go_environment; cd "$lab/go"; mkdir -p "$out"
  # Without debug information the compiler is a fifth faster.
  go build -gcflags=all=-dwarf=false -ldflags "$(ld_flags)" -o "$out/" "${packages_main[@]}"
  go build -gcflags=all=-dwarf=false -ldflags '-s -w' -o "$out/" "$packages_lone"
  for name in kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet kubectl kubeadm; do
    ln -s hyperkube "$out/$name"
  done
  cp -r "$(go list -m -f '{{.Dir}}' sigs.k8s.io/kind)/images/base/files" "$out/kind-files"
  chmod -R u+w "$out/kind-files"
  storage_manifest >"$out/default-storage.yaml"
  publish "$out" "$1"
}

# kind's storage manifest is a constant in its node image builder; two image names in it are constants of their own.
storage_manifest() {
  local source provisioner helper
  source=$(go list -m -f '{{.Dir}}' sigs.k8s.io/kind)/pkg/build/nodeimage/const_storage.go
  provisioner=$(sed -n 's/^const storageProvisionerImage = "\(.*\)"/\1/p' "$source")
  helper=$(sed -n 's/^const storageHelperImage = "\(.*\)"/\1/p' "$source")
  sed -n '/^const defaultStorageManifest = `/,$p' "$source" |
    sed -e '1d' -e "s#\` + storageProvisionerImage + \`#$provisioner#" -e "s#\` + storageHelperImage + \`#$helper#" -e '/^`$/,$d'
}

# fits PROGRAM PATTERN ARG...: the user's own program of a fitting version.
fits() {
  local own
  own=$(PATH=$path type -P "$1") && "$own" "${@:3}" 2>/dev/null | grep -Eq "$2" && printf '%s' "$own"
}
stock_programs() {
  local out=$state/tmp/programs own build=(./registry)
  go_environment; cd "$lab/go"; mkdir -p "$out"
  if own=$(fits kind "$KIND_FITS" version); then ln -s "$own" "$out/kind"; else build+=(sigs.k8s.io/kind); fi
  if own=$(fits helm "$HELM_FITS" version --short); then ln -s "$own" "$out/helm"; else build+=(helm.sh/helm/v3/cmd/helm); fi
  if own=$(fits kubectl "$KUBECTL_FITS" version --client); then ln -s "$own" "$out/kubectl"; else build+=(k8s.io/kubernetes/cmd/kubectl); fi
  go build -gcflags=all=-dwarf=false -ldflags "$(ld_flags)" -o "$out/" "${build[@]}"
  publish "$out" "$1"
}
