import { callFunction, type Machine } from '../machine/machine.ts'
import { memberOf } from '../machine/members.ts'
import type { Call, RouterValue, Value } from '../machine/value.ts'
import { mount } from './register.ts'
import { createRouter } from './router.ts'

type Plugged = {
  readonly plugin: Extract<Value, { kind: 'function' }>
  readonly prefix: string
  readonly options: Value
}

/** Runs a plugin with an instance of its own below a prefix. */
export function registerIn(
  machine: Machine,
  target: RouterValue,
  { plugin, prefix, options }: Plugged,
  call: Call,
): void {
  const { framework, decorations } = target.router
  const child = createRouter(machine, { framework, place: call.scope.file.placeOf(call.node) })
  for (const [name, value] of decorations) child.decorations.set(name, value)
  mount(target, prefix, child)
  callFunction(machine, plugin, { args: [{ kind: 'router', router: child }, options] })
}

/** The function of a plugin: itself, or the default export of its module. */
export function pluginOf(machine: Machine, value: Value): Value {
  if (value.kind !== 'module' && value.kind !== 'record') return value
  for (const name of ['default', 'plugin']) {
    const member = memberOf(machine, value, name)
    if (member.kind === 'function' || member.kind === 'external') return member
  }
  return value
}
