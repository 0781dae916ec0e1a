{{/* SPDX-License-Identifier: GPL-3.0-or-later */}}

{{/* A probe: (dict "probe" values "custom" values "exec" script "context" $) */}}
{{- define "redis-cluster.probe" -}}
{{- if .probe.enabled -}}
{{ omit .probe "enabled" "path" | toYaml }}
exec:
  command: [/bin/sh, /scripts/{{ .exec }}]
{{- else if .custom -}}
{{ include "redis-cluster.render" (dict "value" .custom "context" .context) }}
{{- end -}}
{{- end -}}

{{- define "redis-cluster.redisEnvironment" -}}
- {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
- {name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
- {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
- name: REDIS_CLUSTER_NAME
  value: {{ include "redis-cluster.fullname" . }}
- name: REDIS_CLUSTER_DOMAIN
  value: {{ include "redis-cluster.headless" . }}.{{ .Release.Namespace }}.svc.{{ .Values.clusterDomain }}
- name: REDIS_CLUSTER_INIT
  value: {{ .Values.cluster.init | ternary "yes" "no" | quote }}
- name: REDIS_PORT
  value: {{ .Values.redis.containerPorts.redis | quote }}
- name: REDIS_DATA_DIR
  value: {{ .Values.persistence.path }}
- name: REDIS_EPHEMERAL
  value: {{ and (not .Values.persistence.enabled) (eq .Values.redis.useAOFPersistence "no") | ternary "yes" "no" | quote }}
- name: REDIS_HANDOVER_SECONDS
  value: {{ div (int .Values.redis.terminationGracePeriodSeconds) 2 | quote }}
- name: REDIS_SETTLE_SECONDS
  value: {{ .Values.redis.settleSeconds | quote }}
{{- if .Values.usePassword }}
- name: REDIS_PASSWORD_FILE
  value: /opt/redis/secrets/redis-password
{{- end }}
{{- if .Values.tls.enabled }}
- name: REDIS_TLS_CERT_FILE
  value: {{ include "redis-cluster.tlsCert" . }}
- name: REDIS_TLS_KEY_FILE
  value: {{ include "redis-cluster.tlsKey" . }}
- name: REDIS_TLS_CA_FILE
  value: {{ include "redis-cluster.tlsCA" . }}
{{- end }}
{{- with .Values.redis.extraEnvVars }}
{{ include "redis-cluster.render" (dict "value" . "context" $) }}
{{- end }}
{{- end -}}

{{- define "redis-cluster.redisContainer" -}}
{{- $redis := .Values.redis -}}
name: {{ include "redis-cluster.fullname" . }}
image: {{ include "redis-cluster.image" (dict "image" .Values.image "context" $) }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- if .Values.containerSecurityContext.enabled }}
securityContext:
  {{- omit .Values.containerSecurityContext "enabled" | toYaml | nindent 2 }}
{{- end }}
{{- if .Values.diagnosticMode.enabled }}
command: {{ toJson .Values.diagnosticMode.command }}
args: {{ toJson .Values.diagnosticMode.args }}
{{- else }}
command: [/bin/sh, /scripts/start]
{{- end }}
env:
  {{- include "redis-cluster.redisEnvironment" . | nindent 2 }}
{{- if or $redis.extraEnvVarsCM $redis.extraEnvVarsSecret }}
envFrom:
  {{- with $redis.extraEnvVarsCM }}
  - configMapRef: {name: {{ tpl . $ | quote }}}
  {{- end }}
  {{- with $redis.extraEnvVarsSecret }}
  - secretRef: {name: {{ tpl . $ | quote }}}
  {{- end }}
{{- end }}
ports:
  - name: tcp-redis
    containerPort: {{ $redis.containerPorts.redis }}
  - name: tcp-redis-bus
    containerPort: {{ $redis.containerPorts.bus }}
{{- if not .Values.diagnosticMode.enabled }}
{{- with include "redis-cluster.probe" (dict "probe" $redis.startupProbe "custom" $redis.customStartupProbe "exec" "liveness" "context" $) }}
startupProbe:
  {{- . | nindent 2 }}
{{- end }}
{{- with include "redis-cluster.probe" (dict "probe" $redis.livenessProbe "custom" $redis.customLivenessProbe "exec" "liveness" "context" $) }}
livenessProbe:
  {{- . | nindent 2 }}
{{- end }}
{{- with include "redis-cluster.probe" (dict "probe" $redis.readinessProbe "custom" $redis.customReadinessProbe "exec" "readiness" "context" $) }}
readinessProbe:
  {{- . | nindent 2 }}
{{- end }}
{{- with $redis.lifecycleHooks }}
lifecycle:
  {{- include "redis-cluster.render" (dict "value" . "context" $) | nindent 2 }}
{{- end }}
{{- end }}
{{- with $redis.resources }}
resources:
  {{- include "redis-cluster.render" (dict "value" . "context" $) | nindent 2 }}
{{- end }}
volumeMounts:
  - {name: redis-data, mountPath: {{ .Values.persistence.path | quote }}, subPath: {{ .Values.persistence.subPath | quote }}}
  - {name: scripts, mountPath: /scripts, readOnly: true}
  - {name: default-config, mountPath: /opt/redis/default, readOnly: true}
  - {name: topology, mountPath: /opt/redis/topology, readOnly: true}
  - {name: run, mountPath: /opt/redis/run}
  - {name: tmp, mountPath: /tmp}
  {{- if .Values.usePassword }}
  - {name: redis-password, mountPath: /opt/redis/secrets, readOnly: true}
  {{- end }}
  {{- if .Values.tls.enabled }}
  - {name: redis-certificates, mountPath: /opt/redis/certs, readOnly: true}
  {{- end }}
  {{- with $redis.extraVolumeMounts }}
  {{- include "redis-cluster.render" (dict "value" . "context" $) | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "redis-cluster.metricsContainer" -}}
{{- $scheme := .Values.tls.enabled | ternary "rediss" "redis" -}}
name: metrics
image: {{ include "redis-cluster.image" (dict "image" .Values.metrics.image "context" $) }}
imagePullPolicy: {{ .Values.metrics.image.pullPolicy }}
{{- if .Values.containerSecurityContext.enabled }}
securityContext:
  {{- omit .Values.containerSecurityContext "enabled" | toYaml | nindent 2 }}
{{- end }}
{{- if .Values.diagnosticMode.enabled }}
command: {{ toJson .Values.diagnosticMode.command }}
args: {{ toJson .Values.diagnosticMode.args }}
{{- else }}
{{- with .Values.metrics.extraArgs }}
args:
  {{- range $name, $value := . }}
  - {{ printf "--%s=%v" $name $value | quote }}
  {{- end }}
{{- end }}
{{- end }}
env:
  - name: REDIS_ALIAS
    value: {{ include "redis-cluster.fullname" . }}
  - name: REDIS_ADDR
    value: {{ $scheme }}://localhost:{{ .Values.redis.containerPorts.redis }}
  {{- if .Values.usePassword }}
  - name: REDIS_PASSWORD
    valueFrom:
      secretKeyRef:
        name: {{ include "redis-cluster.passwordSecret" . }}
        key: {{ include "redis-cluster.passwordKey" . }}
  {{- end }}
  {{- if .Values.tls.enabled }}
  - name: REDIS_EXPORTER_TLS_CLIENT_CERT_FILE
    value: {{ include "redis-cluster.tlsCert" . }}
  - name: REDIS_EXPORTER_TLS_CLIENT_KEY_FILE
    value: {{ include "redis-cluster.tlsKey" . }}
  - name: REDIS_EXPORTER_TLS_CA_CERT_FILE
    value: {{ include "redis-cluster.tlsCA" . }}
  {{- end }}
ports:
  - name: http-metrics
    containerPort: 9121
{{- with .Values.metrics.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .Values.tls.enabled }}
volumeMounts:
  - {name: redis-certificates, mountPath: /opt/redis/certs, readOnly: true}
{{- end }}
{{- end -}}
