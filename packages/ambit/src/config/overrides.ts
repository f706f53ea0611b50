import { isDatabaseUrl } from './database-url.ts'
import { isObject } from './fields.ts'
import { nearest } from './near-miss.ts'

/** A value that goes before the file's, and where it came from. */
export type Override = {
  readonly path: string
  readonly value: unknown
  readonly source: string
  /** A member beside it that would say the same in another way, and goes. */
  readonly insteadOf?: string
}

type Variable = { readonly path: string; readonly parse: (text: string) => unknown }

const asText = (text: string): unknown => text
const asNumber = (text: string): unknown => (/^\d{1,15}$/.test(text.trim()) ? Number(text) : text)
const asList = (text: string): unknown => text.split(',').map(each => each.trim())

/** The environment variables that go before the file. */
const variables = {
  AMBIT_ISSUER: { path: 'issuer', parse: asText },
  AMBIT_PORT: { path: 'port', parse: asNumber },
  AMBIT_HOST: { path: 'host', parse: asText },
  AMBIT_WORKERS: { path: 'workers', parse: asNumber },
  AMBIT_KEY: { path: 'keys.sealingKey', parse: asText },
  AMBIT_LOG_LEVEL: { path: 'log.level', parse: asText },
  AMBIT_LOG_FORMAT: { path: 'log.format', parse: asText },
  AMBIT_TRUSTED_PROXIES: { path: 'trustedProxies', parse: asList },
  AMBIT_METRICS_PORT: { path: 'metricsPort', parse: asNumber },
  AMBIT_METRICS_HOST: { path: 'metricsHost', parse: asText },
} as const satisfies Readonly<Record<string, Variable>>

/** Names that are no override but are read elsewhere. */
const otherNames: ReadonlySet<string> = new Set(['AMBIT_CONFIG', 'AMBIT_DEMO_PORT'])

/** All names of ours, for whoever misspells one. */
const knownNames: readonly string[] = [...Object.keys(variables), 'AMBIT_STORE']

/** Reads the overrides that the environment gives; an empty variable gives none. */
export function overridesFrom(environment: Readonly<Record<string, string | undefined>>): readonly Override[] {
  const simple = Object.entries(variables).flatMap(([name, { path, parse }]) => {
    const text = environment[name]
    return text ? [{ path, value: parse(text), source: `\`${name}\`` }] : []
  })
  const { DATABASE_URL: url, AMBIT_STORE: store } = environment
  return [
    ...simple,
    ...(url && !store ? [databaseOverride(url, '`DATABASE_URL`')] : []),
    ...(store ? [storeOverride(store, '`AMBIT_STORE`')] : []),
  ]
}

/** Where everything is kept. What the file says of a database beside its URL stays. */
export function storeOverride(text: string, source: string): Override {
  return isDatabaseUrl(text) ? databaseOverride(text, source) : { path: 'store', value: text, source }
}

function databaseOverride(value: string, source: string): Override {
  return { path: 'store.url', value, source, insteadOf: 'urlEnv' }
}

/** Finds variables that look like a misspelt override. */
export function misspeltVariables(
  environment: Readonly<Record<string, string | undefined>>,
): readonly { readonly name: string; readonly meant: string }[] {
  const candidates = Object.keys(environment).filter(
    name => name.startsWith('AMBIT_') && !knownNames.includes(name) && !otherNames.has(name),
  )
  return candidates.flatMap(name => {
    const meant = nearest(name, knownNames)
    return meant === undefined ? [] : [{ name, meant }]
  })
}

/** Lays values over a configuration without changing it; the later one wins. */
export function applyOverrides(raw: unknown, overrides: readonly Override[]): unknown {
  return overrides.reduce((over, override) => setAt(over, override.path.split('.'), override), raw)
}

function setAt(target: unknown, [name, ...rest]: readonly string[], override: Override): unknown {
  if (name === undefined) return override.value
  const members = isObject(target) ? target : {}
  const kept = Object.entries(members).filter(([member]) => rest.length > 0 || member !== override.insteadOf)
  return { ...Object.fromEntries(kept), [name]: setAt(members[name], rest, override) }
}
