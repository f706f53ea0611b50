import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { AnyPolicy, RouteGuard } from '@ambit/policy'
import { ConfigError } from '../config/config-error.ts'
import { isObject } from '../config/fields.ts'
import { importModule } from '../config/import-module.ts'

/** Where a policy stands: a module, and which of its exports, where it has several policies. */
export type PolicyPlace = { readonly folder: string; readonly file: string; readonly exportName?: string | undefined }

/**
 * Runs a module and finds the policy that it exports, under any name.
 * @throws {ConfigError} when it cannot be run, or has no policy or several
 */
export async function loadPolicy(place: PolicyPlace): Promise<AnyPolicy> {
  const path = resolve(place.folder, place.file)
  const exported = Object.entries(await exportsOf(path))
  const found = exported.flatMap(([name, value]) => (isPolicy(value) ? [{ name, value }] : []))
  const { exportName } = place
  const chosen = exportName === undefined ? found : found.filter(({ name }) => name === exportName)
  const [first, ...others] = [...new Map(chosen.map(({ name, value }) => [value, name]))]
  const names = found.map(({ name }) => `\`${name}\``).join(', ') || 'none'
  if (first === undefined && exportName !== undefined)
    throw unfit(path, `it exports no policy \`${exportName}\`; the policies that it exports: ${names}`)
  if (first === undefined)
    throw unfit(
      path,
      'it exports no policy; `export const shop = policy(scopes).objects<…>().actions({ … })` is wanted',
    )
  if (others.length > 0) throw unfit(path, `it exports several policies: ${names}; choose one with \`--export\``)
  return first[0]
}

/**
 * Runs a module and finds the routes that it exports, in lists under any names.
 * @throws {ConfigError} when it cannot be run, or has no list of routes
 */
export async function loadRoutes(folder: string, file: string): Promise<readonly RouteGuard[]> {
  const path = resolve(folder, file)
  const lists = Object.values(await exportsOf(path)).filter(isRoutes)
  if (lists.length === 0)
    throw unfit(
      path,
      "it exports no list of routes; `export const routes = [{ method: 'GET', path: '/pets', needs: 'read_pets' }]` is wanted",
    )
  return [...new Set(lists.flat())]
}

async function exportsOf(path: string): Promise<Readonly<Record<string, unknown>>> {
  if (!existsSync(path)) throw unfit(path, 'there is no such file')
  const module = await importModule(path)
  return typeof module === 'object' && module !== null ? { ...module } : {}
}

/** A policy may come from another copy of the package, so that its shape decides and not its class. */
function isPolicy(value: unknown): value is AnyPolicy {
  if (!isObject(value) || !isObject(value['model']) || !isObject(value['evaluator'])) return false
  const { catalogue, actions, levels } = value['model']
  const { decide, explain } = value['evaluator']
  const isModel = typeof catalogue === 'object' && actions instanceof Map && Array.isArray(levels)
  return isModel && typeof decide === 'function' && typeof explain === 'function'
}

function isRoutes(value: unknown): value is readonly RouteGuard[] {
  return Array.isArray(value) && value.length > 0 && value.every(isRoute)
}

function isRoute(value: unknown): value is RouteGuard {
  if (!isObject(value) || typeof value['method'] !== 'string' || typeof value['path'] !== 'string') return false
  const { place, needs, action, isPublic } = value
  if (place !== undefined && typeof place !== 'string') return false
  return isNeeds(needs) || typeof action === 'string' || isPublic === true
}

function isNeeds(value: unknown): boolean {
  if (!isObject(value)) return typeof value === 'string'
  const { allOf, anyOf } = value
  if (anyOf === undefined) return Array.isArray(allOf) && allOf.every(each => typeof each === 'string')
  return Array.isArray(anyOf) && anyOf.length > 0 && anyOf.every(isNeeds)
}

function unfit(path: string, message: string): ConfigError {
  return new ConfigError([{ path: '', message }], `\`${path}\``)
}
