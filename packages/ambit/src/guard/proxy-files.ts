// nginx auth_request, Traefik ForwardAuth, Caddy forward_auth, Envoy ext_authz
import { identityFields } from './identity-fields.ts'
import { checkPath, type ProxyKind } from './original-request.ts'

/** The places that a proxy's configuration names, each as `address:port`. */
export type ProxyPlaces = { readonly guard: string; readonly api: string }

const titled = (name: string): string => name.replace(/(^|-)[a-z]/g, letter => letter.toUpperCase())
const identityNames = Object.values(identityFields).map(titled)

/** Writes the part of a proxy's configuration that asks the guard, and takes away what only the guard may say. */
export function printProxyFile(kind: ProxyKind, places: ProxyPlaces): string {
  return printers[kind](places)
}

const printers: Readonly<Record<ProxyKind, (places: ProxyPlaces) => string>> = {
  nginx: nginxFile,
  traefik: traefikFile,
  caddy: caddyFile,
  envoy: envoyFile,
}

function nginxFile({ guard, api }: ProxyPlaces): string {
  const variables = identityNames.map(name => [name, name.toLowerCase().replaceAll('-', '_')] as const)
  return `# for a server { } block of nginx; the guard runs as: ambit guard --for nginx --listen ${guard} ...
location = /_ambit_guard {
    internal;
    proxy_pass http://${guard}${checkPath};
    proxy_pass_request_body off;
    proxy_set_header Content-Length "";
    proxy_set_header Content-Type "";
    proxy_set_header X-Original-Method $request_method;
    proxy_set_header X-Original-URI $request_uri;
}

location @ambit_refused {
    if ($ambit_status = 404) { return 404; }
    if ($ambit_status = 405) { return 405; }
    add_header WWW-Authenticate $ambit_challenge always;
    add_header Cache-Control no-store always;
    return 403;
}

location ^~ /.well-known/oauth-protected-resource {
    proxy_pass http://${guard};
}

location / {
    auth_request /_ambit_guard;
    auth_request_set $ambit_status $upstream_http_x_auth_status;
    auth_request_set $ambit_challenge $upstream_http_www_authenticate;
${variables.map(([, name]) => `    auth_request_set $ambit_${name} $upstream_http_${name};`).join('\n')}
    error_page 403 = @ambit_refused;

${variables.map(([field, name]) => `    proxy_set_header ${field} $ambit_${name};`).join('\n')}
    proxy_pass http://${api};
}
`
}

function traefikFile({ guard, api }: ProxyPlaces): string {
  return `# a file of Traefik's dynamic configuration; the guard runs as: ambit guard --for traefik --listen ${guard} ...
http:
  middlewares:
    ambit-guard:
      forwardAuth:
        address: http://${guard}${checkPath}
        trustForwardHeader: false
        # each of them is taken from the guard's answer alone
        authResponseHeaders:
${identityNames.map(name => `          - ${name}`).join('\n')}
  routers:
    api:
      rule: PathPrefix(\`/\`)
      middlewares:
        - ambit-guard
      service: api
    ambit-metadata:
      rule: PathPrefix(\`/.well-known/oauth-protected-resource\`)
      service: ambit-guard
  services:
    api:
      loadBalancer:
        servers:
          - url: http://${api}
    ambit-guard:
      loadBalancer:
        servers:
          - url: http://${guard}
`
}

function caddyFile({ guard, api }: ProxyPlaces): string {
  return `# a Caddyfile; the guard runs as: ambit guard --for caddy --listen ${guard} ...
api.example {
	handle /.well-known/oauth-protected-resource* {
		reverse_proxy ${guard}
	}
	# a route keeps its order: what clients send in these fields is taken away before the guard is asked
	route {
${identityNames.map(name => `\t\trequest_header -${name}`).join('\n')}
		forward_auth ${guard} {
			uri ${checkPath}
			copy_headers ${identityNames.join(' ')}
		}
		reverse_proxy ${api}
	}
}
`
}

function envoyFile({ guard }: ProxyPlaces): string {
  const exact = (names: readonly string[], indent: string) =>
    names.map(name => `${indent}- exact: ${name.toLowerCase()}`).join('\n')
  const [host, port] = splitPlace(guard)
  return `# the filters of an http_connection_manager of Envoy; the guard runs as: ambit guard --for envoy --listen ${guard} ...
common_http_protocol_options:
  headers_with_underscores_action: REJECT_REQUEST
path_with_escaped_slashes_action: REJECT_REQUEST
http_filters:
  # what clients send in these fields is taken away before the guard is asked
  - name: envoy.filters.http.header_mutation
    typed_config:
      "@type": type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation
      mutations:
        request_mutations:
${identityNames.map(name => `          - remove: ${name.toLowerCase()}`).join('\n')}
  - name: envoy.filters.http.ext_authz
    typed_config:
      "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
      transport_api_version: V3
      failure_mode_allow: false
      allowed_headers:
        patterns:
${exact(['authorization', 'dpop', 'origin', 'access-control-request-method'], '          ')}
      http_service:
        server_uri:
          uri: http://${guard}
          cluster: ambit_guard
          timeout: 5s
        path_prefix: ${checkPath}
        authorization_response:
          allowed_upstream_headers:
            patterns:
${exact(identityNames, '              ')}
          allowed_client_headers:
            patterns:
${exact(['www-authenticate', 'content-type', 'cache-control', 'allow', 'retry-after', 'dpop-nonce'], '              ')}
  - name: envoy.filters.http.router
    typed_config:
      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
# and among the clusters:
clusters:
  - name: ambit_guard
    type: STATIC
    load_assignment:
      cluster_name: ambit_guard
      endpoints:
        - lb_endpoints:
            - endpoint:
                address:
                  socket_address: { address: "${host}", port_value: ${port} }
`
}

function splitPlace(place: string): readonly [string, string] {
  const colon = place.lastIndexOf(':')
  return [place.slice(0, colon).replace(/^\[|\]$/g, ''), place.slice(colon + 1)]
}
