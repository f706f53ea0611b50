import { callUnknown, type Machine, note } from '../machine/machine.ts'
import { type Call, type RouterValue, unknown, type Value } from '../machine/value.ts'
import { callExpress } from './express.ts'
import { callFastify } from './fastify.ts'
import { callHono } from './hono.ts'
import { callKoa } from './koa.ts'

/** What calling a method of an app or router does; without a name, only running tells which method it is. */
export function followFramework(machine: Machine, target: RouterValue, name: string | undefined, call: Call): Value {
  if (name === undefined) {
    note(machine, call, 'which method is registered here is known only when it runs')
    return callUnknown(machine, unknown(), call)
  }
  machine.effects += 1
  switch (target.router.framework) {
    case 'express':
      return callExpress(machine, target, name, call)
    case 'fastify':
      return callFastify(machine, target, name, call)
    case 'hono':
      return callHono(machine, target, name, call)
    default:
      return callKoa(machine, target, name, call)
  }
}
