import { basename } from 'node:path'
import type { Config } from './config.ts'
import { issuerOf } from './config.ts'
import { hidePassword, isDatabaseUrl } from './database-url.ts'
import { isObject } from './fields.ts'
import { layProfile } from './lay-profile.ts'
import type { ResolvedConfig } from './resolve-config.ts'

/** One value of the effective configuration. */
export type ConfigLine = { readonly path: string; readonly value: unknown; readonly from: string }

const hidden = '(hidden)'
const secretNames: ReadonlySet<string> = new Set(['secret', 'secretHash', 'password', 'passwordHash', 'sealingKey'])
const shownWhole: ReadonlySet<string> = new Set(['catalogue'])

/** Lists the effective configuration value by value, secrets hidden, with where each came from. */
export function listConfig({ config, path, raw, overrides }: ResolvedConfig): readonly ConfigLine[] {
  const declared = new Map(leaves(spellStore(raw), ''))
  const laid = new Map(leaves(layProfile(spellStore(raw)), ''))
  const whole = new Map(leaves(withDefaults(config), ''))
  const effective = [...whole, ...[...laid].filter(([at]) => !whole.has(at))]
  const sourceOf = (at: string): string => {
    const override = overrides.findLast(each => isBelow(at, each.path))
    if (override) return override.source.replaceAll('`', '')
    if (declared.has(at) || declared.has(`${at}Env`)) return basename(path)
    return laid.has(at) ? `profile ${config.security.profile}` : 'default'
  }
  return effective.map(([at, value]) => ({ path: at, value: show(at, value), from: sourceOf(at) }))
}

/** Prints the effective configuration as aligned lines. */
export function printConfig(lines: readonly ConfigLine[]): string {
  const texts = lines.map(({ path, value, from }) => [path, text(value), from] as const)
  const widths = [0, 1].map(column => Math.min(60, Math.max(...texts.map(line => line[column]?.length ?? 0))))
  return texts
    .map(([path, value, from]) => `${path.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${from}\n`)
    .join('')
}

/** A database that is declared by its URL alone, as it is declared with more. */
function spellStore(raw: unknown): unknown {
  if (!isObject(raw) || typeof raw['store'] !== 'string' || !isDatabaseUrl(raw['store'])) return raw
  return { ...raw, store: { url: raw['store'] } }
}

function withDefaults(config: Config): Readonly<Record<string, unknown>> {
  const { catalogue: _catalogue, clients: _clients, users: _users, resources: _resources, ...rest } = config
  const { features: _features, security, ...values } = rest
  return { issuer: issuerOf(config), ...values, ...security }
}

function* leaves(value: unknown, path: string): Generator<readonly [string, unknown]> {
  const items: readonly unknown[] = Array.isArray(value) ? value : []
  if (shownWhole.has(path)) yield [path, scopeNames(value)]
  else if (typeof value === 'function') yield [path, '(function)']
  else if (items.some(isObject)) for (const [index, each] of items.entries()) yield* leaves(each, `${path}[${index}]`)
  else if (isObject(value))
    for (const [name, member] of Object.entries(value)) yield* leaves(member, path === '' ? name : `${path}.${name}`)
  else if (value !== undefined) yield [path, value]
}

function scopeNames(catalogue: unknown): unknown {
  if (!isObject(catalogue)) return []
  return isObject(catalogue['scopes']) ? Object.keys(catalogue['scopes']) : catalogue['names']
}

function show(path: string, value: unknown): unknown {
  if (secretNames.has(path.split('.').at(-1) ?? '')) return hidden
  return typeof value === 'string' && isDatabaseUrl(value) ? hidePassword(value) : value
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}.`) || path.startsWith(`${root}[`)
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
