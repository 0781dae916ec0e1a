{{/* SPDX-License-Identifier: GPL-3.0-or-later */}}

{{/* Names and labels are those of Bitnami's chart, so that what selects its objects selects these. */}}
{{- define "redis-cluster.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "redis-cluster.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "redis-cluster.headless" -}}
{{- include "redis-cluster.fullname" . }}-headless
{{- end -}}

{{- define "redis-cluster.selector" -}}
app.kubernetes.io/name: {{ include "redis-cluster.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* tpl over any value: (dict "value" ... "context" $) */}}
{{- define "redis-cluster.render" -}}
{{- if kindIs "string" .value }}{{ tpl .value .context }}{{ else }}{{ tpl (toYaml .value) .context }}{{ end -}}
{{- end -}}

{{/* metadata of an object: (dict "name" suffix, or "named" whole name, "labels" map "annotations" map "namespace" text "context" $) */}}
{{- define "redis-cluster.metadata" -}}
{{- $ := .context -}}
name: {{ .named | default (printf "%s%s" (include "redis-cluster.fullname" $) (.name | default "")) }}
namespace: {{ .namespace | default $.Release.Namespace | quote }}
labels:
  {{- include "redis-cluster.selector" $ | nindent 2 }}
  app.kubernetes.io/managed-by: {{ $.Release.Service }}
  helm.sh/chart: {{ printf "%s-%s" $.Chart.Name $.Chart.Version | replace "+" "_" }}
  {{- with merge (dict) (.labels | default dict) ($.Values.commonLabels | default dict) }}
  {{- include "redis-cluster.render" (dict "value" . "context" $) | nindent 2 }}
  {{- end }}
{{- with merge (dict) (.annotations | default dict) ($.Values.commonAnnotations | default dict) }}
annotations:
  {{- include "redis-cluster.render" (dict "value" . "context" $) | nindent 2 }}
{{- end }}
{{- end -}}

{{/* An image's reference: (dict "image" map "context" $) */}}
{{- define "redis-cluster.image" -}}
{{- $registry := .context.Values.global.imageRegistry | default .image.registry -}}
{{- with $registry }}{{ . }}/{{ end }}{{ .image.repository -}}
{{- if .image.digest }}@{{ .image.digest }}{{ else }}:{{ .image.tag }}{{ end -}}
{{- end -}}

{{- define "redis-cluster.pullSecrets" -}}
{{- $names := list -}}
{{- range concat (.Values.global.imagePullSecrets | default list) (.Values.image.pullSecrets | default list) (.Values.metrics.image.pullSecrets | default list) -}}
{{- $names = append $names (kindIs "map" . | ternary (get (kindIs "map" . | ternary . dict) "name") .) -}}
{{- end -}}
{{- with $names | uniq }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "redis-cluster.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "redis-cluster.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "redis-cluster.passwordSecret" -}}
{{- .Values.existingSecret | default (include "redis-cluster.fullname" .) -}}
{{- end -}}

{{- define "redis-cluster.passwordKey" -}}
{{- if and .Values.existingSecret .Values.existingSecretPasswordKey }}{{ .Values.existingSecretPasswordKey }}{{ else }}redis-password{{ end -}}
{{- end -}}

{{/* The Secret with the certificate that the user brings; empty: the chart makes one. */}}
{{- define "redis-cluster.tlsGiven" -}}
{{- tpl (.Values.tls.existingSecret | default .Values.tls.certificatesSecret | default "") . -}}
{{- end -}}

{{/* The file names are the user's only in the user's Secret: (list name default context) */}}
{{- define "redis-cluster.tlsFile" -}}
/opt/redis/certs/{{ if include "redis-cluster.tlsGiven" (index . 2) }}{{ index . 0 | default (index . 1) }}{{ else }}{{ index . 1 }}{{ end }}
{{- end -}}
{{- define "redis-cluster.tlsCert" -}}
{{- include "redis-cluster.tlsFile" (list .Values.tls.certFilename "tls.crt" .) -}}
{{- end -}}
{{- define "redis-cluster.tlsKey" -}}
{{- include "redis-cluster.tlsFile" (list .Values.tls.certKeyFilename "tls.key" .) -}}
{{- end -}}
{{- define "redis-cluster.tlsCA" -}}
{{- include "redis-cluster.tlsFile" (list .Values.tls.certCAFilename "ca.crt" .) -}}
{{- end -}}
