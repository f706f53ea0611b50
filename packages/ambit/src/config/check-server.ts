import { findServerProblems, type JudgedRule, judgeServer, type OptionsProblem, type PlacedClient } from '@ambit/server'
import type { Config, DeclaredClient } from './config.ts'
import type { Report } from './fields.ts'
import { plannedOptions } from './server-options.ts'

/** Clients with a gap in the place of each that has a problem of its own. */
type ListedClients = readonly (DeclaredClient | undefined)[]

/** Reports what the server itself would not start with: what features contradict, and what contradicts the profile. */
export function checkServer(config: Config, clients: ListedClients, report: Report): void {
  const problems = findServerProblems(plannedOptions(config), placed(clients))
  for (const { path, message } of problems) report(placeOf(config, path), message)
  for (const { path, message } of findPlainCalls(config)) report(path, message)
}

/** Judges a configuration, and the clients that it declares, by each rule of its profile. */
export function judgeConfig(config: Config): readonly JudgedRule[] {
  return judgeServer(plannedOptions(config), placed(config.clients)).map(({ rule, problems }) => ({
    rule,
    problems: [
      ...problems.map(({ path, message }) => ({ path: placeOf(config, path), message })),
      ...(rule.id === 'tls' ? findPlainCalls(config) : []),
    ],
  }))
}

/** Who has an https issuer is in the world, and calls nobody without TLS; who develops on loopback may. */
function findPlainCalls({ security, issuer, outbound }: Config): readonly OptionsProblem[] {
  const { profile } = security
  const isInWorld = issuer?.startsWith('https:') === true
  if (profile === undefined || profile === 'legacy' || !isInWorld || !outbound.dangerouslyAllow?.length) return []
  return [
    { path: 'outbound.dangerouslyAllow', message: `must not be set under the profile \`${profile}\` (rule \`tls\`)` },
  ]
}

function placed(clients: ListedClients): readonly PlacedClient[] {
  return clients.flatMap((client, index) => (client ? [{ client, path: `clients[${index}]` }] : []))
}

/** Where a configuration says what an option of the server says. */
function placeOf({ features }: Config, path: string): string {
  const [first = ''] = path.split(/[.[]/, 1)
  if (features.some(({ name }) => name === first)) return `features.${path}`
  const index = /^features\[(\d+)\]/.exec(path)?.[1]
  const named = index === undefined ? undefined : features[Number(index)]
  if (named) return path.replace(/^features\[\d+\]/, `features.${named.name}`)
  return path === 'idTokenAlgorithm' ? `keys.${path}` : path
}
