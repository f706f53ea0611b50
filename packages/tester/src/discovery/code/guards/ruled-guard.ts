import { type Machine, note } from '../machine/machine.ts'
import { asTexts, type Call, type Value } from '../machine/value.ts'
import { lastName } from '../source.ts'
import type { Guard, GuardRule } from './guard.ts'

/** The configuration's rule for a name of the code: `requireScope` also for `guards.requireScope`. */
export function ruleOf({ guards }: Machine, name: string | undefined): GuardRule | undefined {
  if (name === undefined) return undefined
  const last = lastName(name)
  const found = [name, last].find(each => each !== undefined && Object.hasOwn(guards, each))
  return found === undefined ? undefined : guards[found]
}

/** What a call comes to whose name the configuration calls a guard. */
export function ruledGuard(machine: Machine, name: string | undefined, call: Call): Value | undefined {
  const rule = ruleOf(machine, name)
  if (rule === undefined || rule === false) return undefined
  const place = call.scope.file.placeOf(call.node)
  const { scopeArgument, kind = 'all' } = rule
  if (scopeArgument === undefined) return { kind: 'guard', guard: { kind: 'token', anyOf: [[]], place } }
  const scopes = scopesIn(call.args.slice(scopeArgument))
  if (scopes !== undefined) return { kind: 'guard', guard: tokenGuard(scopes, kind, place) }
  note(machine, call, `which scope \`${name}\` asks for is known only when it runs`, false)
  return { kind: 'guard', guard: { kind: 'unknown', name: name ?? 'guard', place } }
}

/** A guard of these scopes. */
export function tokenGuard(scopes: readonly string[], kind: 'all' | 'any', place: Guard['place']): Guard {
  return { kind: 'token', anyOf: kind === 'all' || scopes.length === 0 ? [scopes] : scopes.map(each => [each]), place }
}

/** The scopes that arguments name: a text with one or several, a list, or several texts; `undefined` where one is not known. */
export function scopesIn(args: readonly Value[]): readonly string[] | undefined {
  const [first, ...others] = args
  const texts = asTexts(first)
  if (texts === undefined) return undefined
  const further = others.flatMap(value => (value.kind === 'text' ? [value.text] : []))
  const scopes = [...texts, ...further].flatMap(text => text.split(' ')).filter(scope => scope !== '')
  return scopes.some(scope => scope.includes('\u0000')) ? undefined : scopes
}
