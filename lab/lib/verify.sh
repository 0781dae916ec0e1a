# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Proves the cluster with three pods of the Redis image: system pods, volumes, names, addresses, loaded images.

verify() {
  local name check start reason rc=0
  reason=$(healthy) || die "no cluster to prove: $reason"
  proof=lab-verify
  pods=(lab-verify-0 lab-verify-1 lab-verify-2)
  kubectl delete namespace $proof --ignore-not-found >/dev/null
  kubectl create namespace $proof >/dev/null
  proof_objects | kubectl apply -n $proof -f - >/dev/null
  for check in system_pods volumes names service each_pod node_to_service unknown_service loaded_images; do
    name=${check//_/ }; start=$(now)
    if (set +e; "verify_$check") >"$logs/verify.log" 2>&1 </dev/null; then say "$(took "$start")  passed  $name"
    else say "$(took "$start")  FAILED  $name:"; sed 's/^/    /' "$logs/verify.log" >&2; rc=1; fi
  done
  kubectl delete namespace $proof --wait=false >/dev/null
  return $rc
}

in_pod() { local pod=$1; shift; kubectl exec -n $proof "$pod" -- sh -c "$*"; }

verify_system_pods() {
  kubectl -n kube-system rollout status daemonset/kube-proxy --timeout=90s &&
    kubectl -n kube-system rollout status deployment/coredns --timeout=90s &&
    kubectl -n local-path-storage rollout status deployment/local-path-provisioner --timeout=90s
}
verify_volumes() {
  kubectl -n $proof rollout status statefulset/lab-verify --timeout=120s && kubectl -n $proof get pvc &&
    [ "$(kubectl -n $proof get pvc -o jsonpath='{.items[*].status.phase}')" = 'Bound Bound Bound' ]
}
# Both resolvers: busybox' and the C library's, which redis-cli uses.
verify_names() {
  in_pod lab-verify-0 "nslookup lab-verify.$proof.svc.cluster.local && getent hosts lab-verify-2.lab-verify-headless"
}
verify_service() { [ "$(in_pod lab-verify-0 redis-cli -h lab-verify -p 80 ping)" = PONG ]; }
verify_each_pod() {
  local pod
  for pod in "${pods[@]}"; do
    [ "$(in_pod lab-verify-1 redis-cli -h "$pod.lab-verify-headless" get name)" = "$pod" ] || { echo "$pod: another answer"; return 1; }
  done
}
# Two endpoints and more are told apart by kube-proxy's statistic rules: asked often enough to meet each of them.
verify_node_to_service() {
  local address
  address=$(kubectl -n $proof get service lab-verify -o jsonpath='{.spec.clusterIP}') || return
  docker exec "$cluster-control-plane" bash -c "for i in \$(seq 9); do exec 3<>/dev/tcp/$address/80; echo get name >&3; read -t 5 x <&3; read -t 5 x <&3; echo \"\$x\"; done" |
    tee /dev/stderr | grep -c '^lab-verify-' | grep -qx 9
}
verify_unknown_service() {
  local start
  start=$(now)
  ! in_pod lab-verify-0 'nc -w 5 10.96.77.77 80 </dev/null' && [ $(($(now) - start)) -lt 3000000 ]
}
verify_loaded_images() { load "$REDIS_IMAGE"; }

proof_objects() {
  cat <<Y
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: lab-verify}
spec:
  serviceName: lab-verify-headless
  replicas: 3
  podManagementPolicy: Parallel
  selector: {matchLabels: {app: lab-verify}}
  template:
    metadata: {labels: {app: lab-verify}}
    spec:
      terminationGracePeriodSeconds: 1
      securityContext: {runAsUser: 1001, runAsNonRoot: true, fsGroup: 1001}
      containers:
      - name: redis
        image: $REDIS_IMAGE
        imagePullPolicy: Never
        command: [sh, -c, 'printf "set name %s\n" "\$(hostname)" >/data/seed; redis-server --dir /data --protected-mode no --loadmodule /usr/lib/redis/redisearch.so & until redis-cli </data/seed | grep OK; do sleep 0.1; done; wait']
        readinessProbe: {exec: {command: [redis-cli, exists, name]}, periodSeconds: 1}
        securityContext: {readOnlyRootFilesystem: true, allowPrivilegeEscalation: false}
        volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Mi}}}
---
apiVersion: v1
kind: Service
metadata: {name: lab-verify-headless}
spec: {clusterIP: None, selector: {app: lab-verify}, publishNotReadyAddresses: true, ports: [{port: 6379}]}
---
apiVersion: v1
kind: Service
metadata: {name: lab-verify}
spec: {selector: {app: lab-verify}, ports: [{port: 80, targetPort: 6379}]}
Y
}
