import type { CommandSpec, OptionSpec } from './command.ts'

const options: readonly OptionSpec[] = [
  { flags: '--config <file>', description: 'the configuration file (default: ambit.guard.ts, where there is one)' },
  { flags: '--openapi <place>', description: 'the OpenAPI document, a file or a URL' },
  {
    flags: '--issuer <url>',
    description: 'an authorization server whose tokens count; may be repeated',
    isRepeatable: true,
  },
  { flags: '--resource <uri>', description: "the API's identifier, which tokens must name as their audience" },
  { flags: '--listen <address>', description: 'address and port (default: 127.0.0.1:9000)' },
  { flags: '--upstream <url>', description: 'the API; without it, another proxy asks about each request' },
  { flags: '--for <proxy>', description: 'the proxy that asks: nginx (default), traefik, caddy or envoy' },
  {
    flags: '--trust <network>',
    description: 'the address of the proxy in front (default: this machine, where a proxy asks); may be repeated',
    isRepeatable: true,
  },
  { flags: '--base-path <path>', description: "what stands before each path, instead of the document's servers" },
  {
    flags: '--checked-by-api <scheme>',
    description: 'a security scheme, such as an API key, that the API checks itself; may be repeated',
    isRepeatable: true,
  },
  {
    flags: '--report-usage',
    description: 'tell each issuer which scopes its clients used, for `ambit scope usage`',
  },
  { flags: '--keep-authorization', description: 'let tokens go on to the API' },
  { flags: '--dpop <how>', description: 'tokens bound to a key: `accept` beside others, or `required`' },
  { flags: '--dry-run', description: 'list each operation and what it needs, and stop' },
  { flags: '--print <proxy>', description: 'print a configuration for nginx, traefik, caddy or envoy, and stop' },
  { flags: '--json', description: 'print JSON' },
]

/** The command that guards an API. */
export const guardCommand: CommandSpec = {
  name: 'guard',
  summary: 'guard an API by the `security` of its OpenAPI document, as a proxy or behind one',
  options,
  example:
    'ambit guard --openapi api.yaml --issuer https://as.example --resource https://api.example --upstream http://127.0.0.1:3000',
  load: async () => (await import('./commands/guard.ts')).guard,
}
