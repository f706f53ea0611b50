import type { Machine } from '../machine/machine.ts'
import { memberOf } from '../machine/members.ts'
import type { RouterValue, Value } from '../machine/value.ts'

/** The router that a value is, or has: as its default export, as its one member `router`, or wrapped into something unknown. */
export function routerOf(machine: Machine, value: Value): RouterValue | undefined {
  if (value.kind === 'router') return value
  if (value.kind === 'unknown') return value.from.find(each => each.kind === 'router')
  if (value.kind !== 'record' && value.kind !== 'module' && value.kind !== 'function') return undefined
  for (const name of ['default', 'router']) {
    if (value.kind === 'function' && name === 'default') continue
    const member = memberOf(machine, value, name)
    if (member.kind === 'router') return member
  }
  return undefined
}
