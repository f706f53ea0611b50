import type { Machine } from './machine.ts'
import { importedName } from './modules.ts'
import { type Call, nothing, ownMember, recordOf, type Value } from './value.ts'

/** What compilers put between modules; `undefined` where a call is nothing of that kind. */
export function interopOf(machine: Machine, name: string | undefined, call: Call): Value | undefined {
  const [first, second, third] = call.args
  switch (name) {
    case '__importDefault':
    case '_interopRequireDefault':
    case '_interop_require_default':
      return first === undefined ? nothing : withDefault(first)
    case '__importStar':
    case '_interopRequireWildcard':
    case '_interop_require_wildcard':
    case '__toESM':
    case '__toCommonJS':
      return first
    case '__exportStar':
    case '_export_star':
      return giveOn(machine, first, call)
    case '__export':
      return giveEach(first, second)
    case 'defineProperty':
      return define(call.args.slice(0, 3), third)
    default:
      return undefined
  }
}

function withDefault(value: Value): Value {
  if (value.kind === 'external' || value.kind === 'module') return value
  const isMade = value.kind === 'record' && (value.members.has('default') || value.members.has('__esModule'))
  return isMade ? value : recordOf({ default: importedName(value, 'default') })
}

function giveOn(machine: Machine, from: Value | undefined, { scope }: Call): Value {
  const module = machine.modules.get(scope.file.path)
  if (module === undefined) return nothing
  if (from?.kind === 'module') module.stars.push(from.module)
  const exported = module.commonJs.members.get('exports')
  if (from?.kind === 'record' && exported?.kind === 'record')
    for (const [name, value] of from.members) if (name !== 'default') exported.members.set(name, value)
  return nothing
}

/** `__export(target, { router: () => router })` */
function giveEach(target: Value | undefined, getters: Value | undefined): Value {
  if (target?.kind !== 'record' || getters?.kind !== 'record') return nothing
  for (const [name, value] of getters.members)
    target.members.set(name, value.kind === 'function' ? { ...value, isGetter: true } : value)
  return nothing
}

function define([target, name]: readonly Value[], descriptor: Value | undefined): Value {
  if (name?.kind !== 'text' || (target?.kind !== 'record' && target?.kind !== 'function')) return target ?? nothing
  const [get, value] = [ownMember(descriptor, 'get'), ownMember(descriptor, 'value')]
  if (get?.kind === 'function') target.members.set(name.text, { ...get, isGetter: true })
  else if (value !== undefined) target.members.set(name.text, value)
  return target
}
