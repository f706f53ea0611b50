import type { Catalogue, ScopeSet } from '@ambit/scope'
import type { Circumstances, TokenView } from '../decision.ts'
import type { Attribute, Source } from '../expression.ts'
import { attributesIn } from '../expression-parts.ts'
import type { ActionModel } from '../model.ts'
import { CedarError } from './cedar-error.ts'
import type { CedarCall, CedarValue } from './cedar-module.ts'
import { keyOf, tagValue } from './tagged-dialect.ts'

/** What the values of a request are read from. */
export type CedarSources = {
  readonly token: TokenView
  readonly circumstances: Circumstances
  /** The authorization detail that is judged. */
  readonly details: unknown
}

/** Writes a request to Cedar, with just those values that the rules of the action read. */
export type WriteRequest = (sources: CedarSources) => Omit<CedarCall, 'preparsedPolicySetId'>

/** Prepares the writing of requests about an action. */
export function requestWriter(action: ActionModel, catalogue: Catalogue): WriteRequest {
  const attributes = attributesOf(action)
  const needed = [...new Set(action.requirement.anyOf.flatMap(({ tokens }) => tokens))].map(token => ({
    token,
    set: catalogue.read([token]).scope,
  }))
  const reached = (held: ScopeSet): CedarValue =>
    needed.filter(({ set }) => catalogue.covers(held, set)).map(({ token }) => token)
  return ({ token, circumstances, details }) => {
    const values: Record<Source, Record<string, CedarValue>> = {
      token: {},
      resource: {},
      input: {},
      fact: {},
      details: {},
    }
    const { resource, input, facts } = circumstances
    const roots = { token: token.claims, resource, input, fact: facts, details }
    for (const { source, path } of attributes) {
      const value = readPath(roots[source], path)
      if (value !== undefined && value !== null) values[source][keyOf(path)] = tagValue(value)
    }
    const { now } = circumstances
    const time = Number.isSafeInteger(Math.ceil(now)) ? { now: Math.ceil(now) } : {}
    const context = { ...values, scope: reached(token.scope), ...time }
    return { principal: TOKEN, action: { type: 'Action', id: action.name }, resource: OBJECT, context, entities: [] }
  }
}

// all that conditions read is in the context; these two only fill their places
const TOKEN = { type: 'Token', id: 'token' }
const OBJECT = { type: 'Object', id: 'object' }

function attributesOf({ rules }: ActionModel): readonly Attribute[] {
  const logins = ['acr', 'auth_time'].map((name): Attribute => ({ kind: 'attribute', source: 'token', path: [name] }))
  const read = rules.flatMap(rule => attributesIn(rule.kind === 'stepUp' ? rule.unless : rule.condition))
  const all = rules.some(({ kind }) => kind === 'stepUp') ? [...read, ...logins] : read
  return [...new Map(all.map(attribute => [JSON.stringify(attribute), attribute])).values()]
}

/** Follows a path through own members of objects; what prototypes and lists have does not count. */
function readPath(root: unknown, path: readonly string[]): unknown {
  let value = root
  try {
    for (const name of path) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
      value = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
    }
  } catch (error) {
    throw new CedarError(`\`${path.join('.')}\` cannot be read`, { cause: error })
  }
  return value
}
