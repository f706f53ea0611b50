// RFC 6750 §3.1

import { type External, type Machine, note } from '../machine/machine.ts'
import { asText, asTexts, type Call, listOf, native, ownMember, type Value } from '../machine/value.ts'
import { eitherGuard, type Guard } from './guard.ts'
import { scopesIn, tokenGuard } from './ruled-guard.ts'

/** What a function is called that decides by itself: `await guard(request, 'read_pets')`. */
export const guardFunction = 'guard function'

const placeOf = ({ node, scope }: Call): Guard['place'] => scope.file.placeOf(node)
const made = (guard: Guard): Value => ({ kind: 'guard', guard })
const anyToken: External = call => made({ kind: 'token', anyOf: [[]], place: placeOf(call) })
const unclear = (call: Call, name: string): Value => made({ kind: 'unknown', name, place: placeOf(call) })
const isFalse = (value: Value | undefined) => value?.kind === 'plain' && value.value === false
const isTrue = (value: Value | undefined) => value?.kind === 'plain' && value.value === true

/** A guard that an option makes optional lets everybody in. */
function unlessOptional(option: string, isOptional: (value: Value | undefined) => boolean): External {
  return (call, machine) => (isOptional(ownMember(call.args[0], option)) ? listOf([]) : anyToken(call, machine))
}

function scopes(kind: 'all' | 'any', name: string): External {
  return (call, machine) => scopedBy(scopesIn(call.args), { kind, name }, { call, machine })
}

type Named = { readonly kind: 'all' | 'any'; readonly name: string }
type Around = { readonly call: Call; readonly machine: Machine }

function scopedBy(found: readonly string[] | undefined, { kind, name }: Named, { call, machine }: Around): Value {
  if (found !== undefined) return made(tokenGuard(found, kind, placeOf(call)))
  note(machine, call, `which scope \`${name}\` asks for is known only when it runs`, false)
  return unclear(call, name)
}

/** `claimIncludes('scope', 'a', 'b')`; other claims ask for more than scope. */
const claimIncludes: External = (call, machine) => {
  const [claim, ...others] = call.args
  if (asText(claim) !== 'scope') return unclear(call, 'claimIncludes')
  return scopedBy(scopesIn(others), { kind: 'all', name: 'claimIncludes' }, { call, machine })
}

/** `jwtAuthz(['a', 'b'], { checkAllScopes: true })` */
const jwtAuthz: External = (call, machine) => {
  const [list, options] = call.args
  const kind = isTrue(ownMember(options, 'checkAllScopes')) ? 'all' : 'any'
  return scopedBy(scopesIn(list === undefined ? [] : [list]), { kind, name: 'jwtAuthz' }, { call, machine })
}

const ofTokens = /^(?:jwt|bearer|oauth-?bearer|oauth2?-?jwt|access-?token|azuread-bearer|oauth2-resource)/i

/** Of passport's strategies only those of bearer tokens are known; `anonymous` lets everybody in. */
const passportAuthenticate: External = (call, machine) => {
  const names = asTexts(call.args[0])
  if (names?.includes('anonymous') === true) return listOf([])
  if (names?.some(name => ofTokens.test(name)) === true) return anyToken(call, machine)
  return unclear(call, `passport.authenticate(${names?.map(name => `'${name}'`).join(', ') ?? '…'})`)
}

/** `AuthGuard('jwt')` of NestJS. */
const nestGuard: External = (call, machine) => {
  const names = asTexts(call.args[0])
  return names?.some(name => ofTokens.test(name)) === true ? anyToken(call, machine) : unclear(call, 'AuthGuard')
}

/** The guards of `@ambit/resource`: `protect('read_pets')`, with a handler or before one. */
const protector: External = ({ args: [guard] }) => {
  const isPolicy = guard?.kind === 'native' && guard.name === policyFunction
  return native('protect', call => judgeNeeds(call.args[0], isPolicy, call))
}

const policyFunction = 'policy function'

const createGuard: External = ({ args: [options] }) => {
  const isPolicy = ownMember(options, 'policy') !== undefined
  return native(isPolicy ? policyFunction : guardFunction, call => judgeNeeds(call.args[1], isPolicy, call))
}

function judgeNeeds(needs: Value | undefined, isPolicy: boolean, call: Call): Value {
  const anyOf = isPolicy ? undefined : needsOf(needs)
  if (anyOf !== undefined) return made({ kind: 'token', anyOf, place: placeOf(call) })
  return unclear(call, isPolicy ? `the policy’s action ${asText(needs) ?? ''}`.trim() : 'protect')
}

function needsOf(value: Value | undefined): readonly (readonly string[])[] | undefined {
  const text = asText(value)
  if (text !== undefined) return [[text]]
  const scope = ownMember(value, 'scope')
  if (scope !== undefined) return needsOf(scope)
  const all = asTexts(ownMember(value, 'allOf'))
  if (all !== undefined) return [all]
  const any = ownMember(value, 'anyOf')
  const each = any?.kind === 'list' ? any.items.map(needsOf) : [undefined]
  const known = each.flatMap(found => found ?? [])
  return each.includes(undefined) ? undefined : known
}

/** `every(a, b)` and `some(a, b)` of Hono; `except(path, a)` lets that path pass. */
const everyOf: External = ({ args }) => ({ kind: 'list', items: [...args] })
const someOf: External = call => {
  const guards = call.args.flatMap(value => (value.kind === 'guard' ? [value.guard] : []))
  const either = guards.length === call.args.length ? eitherGuard(guards, placeOf(call)) : undefined
  return either === undefined ? unclear(call, 'some') : made(either)
}
const exceptOf: External = call => {
  const [path, ...others] = call.args
  const paths = asTexts(path)
  const [guard] = others.flatMap(value => (value.kind === 'guard' ? [value.guard] : []))
  if (paths === undefined || guard === undefined) return unclear(call, 'except')
  return made({ ...guard, except: paths.map(pattern => new RegExp(`^${pattern.replaceAll('*', '.*')}$`)) })
}

const notRequired = unlessOptional('credentialsRequired', isFalse)

/** Guards of packages, by module and name. */
export const knownGuards: Readonly<Record<string, External>> = {
  '@ambit/resource.createGuard': createGuard,
  '@ambit/resource/express.expressGuard': protector,
  '@ambit/resource/fastify.fastifyGuard': protector,
  '@ambit/resource/hono.honoGuard': protector,
  '@ambit/resource/node.nodeGuard': protector,
  '@ambit/resource/fetch.fetchGuard': protector,
  'express-oauth2-jwt-bearer.auth': unlessOptional('authRequired', isFalse),
  'express-oauth2-jwt-bearer.requiredScopes': scopes('all', 'requiredScopes'),
  'express-oauth2-jwt-bearer.scopeIncludesAny': scopes('any', 'scopeIncludesAny'),
  'express-oauth2-jwt-bearer.claimIncludes': claimIncludes,
  'express-oauth2-jwt-bearer.claimEquals': call => unclear(call, 'claimEquals'),
  'express-oauth2-jwt-bearer.claimCheck': call => unclear(call, 'claimCheck'),
  'express-jwt': notRequired,
  'express-jwt.expressjwt': notRequired,
  'express-jwt-authz': jwtAuthz,
  'passport.authenticate': passportAuthenticate,
  'koa-passport.authenticate': passportAuthenticate,
  '@fastify/passport.authenticate': passportAuthenticate,
  'koa-jwt': unlessOptional('passthrough', isTrue),
  'hono/jwt.jwt': anyToken,
  'hono/jwk.jwk': unlessOptional('allow_anon', isTrue),
  'hono/bearer-auth.bearerAuth': anyToken,
  'hono/combine.every': everyOf,
  'hono/combine.some': someOf,
  'hono/combine.except': exceptOf,
  '@nestjs/passport.AuthGuard': nestGuard,
}

/** `guard.unless({ path })`: what it lets pass, where that is known; otherwise nobody knows whether it guards. */
export function unlessPath(guard: Guard, call: Call): Value {
  const paths = ownMember(call.args[0], 'path') ?? call.args[0]
  const listed = paths?.kind === 'list' ? paths.items : paths === undefined ? [] : [paths]
  const except = listed.flatMap((value): readonly (string | RegExp)[] => {
    const text = asText(ownMember(value, 'url') ?? value)
    if (text !== undefined) return [text]
    return value.kind === 'plain' && value.value instanceof RegExp ? [value.value] : []
  })
  if (except.length === listed.length && listed.length > 0) return made({ ...guard, except })
  return unclear(call, 'unless')
}
