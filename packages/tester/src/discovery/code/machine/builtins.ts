import { callValue, limits, type Machine } from './machine.ts'
import { normalizePath } from './resolve.ts'
import {
  asText,
  type Call,
  copyMembers,
  gap,
  type ListValue,
  listOf,
  nothing,
  textOf,
  unknown,
  type Value,
} from './value.ts'

type Method = { readonly owner: Value; readonly name: string }

/** Methods of lists, texts and the runtime that routes are made with; `undefined` where it is none of them. */
export function callBuiltin(machine: Machine, { owner, name }: Method, call: Call): Value | undefined {
  if (owner.kind === 'list') return callList(machine, owner, { name, call })
  if (owner.kind === 'text') return callText(owner.text, name, call.args)
  if (owner.kind === 'external') return callRuntime(`${owner.module}.${owner.path}`, name, call.args)
  return undefined
}

type Named = { readonly name: string; readonly call: Call }

function callList(machine: Machine, list: ListValue, { name, call }: Named): Value | undefined {
  const { items } = list
  const [first] = call.args
  const each = () =>
    items.slice(0, limits.items).map((item, index) => {
      const args: readonly Value[] = [item, { kind: 'plain', value: index }, list]
      return first === undefined ? nothing : callValue(machine, first, { ...call, args })
    })
  switch (name) {
    case 'forEach':
      each()
      return nothing
    case 'map':
      return listOf(each())
    case 'flatMap':
      return listOf(each().flatMap(value => (value.kind === 'list' ? value.items : [value])))
    case 'push':
    case 'unshift':
      for (const value of call.args) if (items.length < limits.items) items.push(value)
      return nothing
    case 'concat':
      return listOf([...items, ...call.args.flatMap(value => (value.kind === 'list' ? value.items : [value]))])
    case 'flat':
      return listOf(items.flatMap(value => (value.kind === 'list' ? value.items : [value])))
    case 'filter':
    case 'slice':
    case 'sort':
    case 'toSorted':
    case 'reverse':
      return listOf(items)
    case 'join': {
      const texts = items.map(item => asText(item) ?? gap)
      return textOf(texts.join(asText(first) ?? ','))
    }
    case 'reduce':
      return items.reduce(
        (held, item) => (first === undefined ? held : callValue(machine, first, { ...call, args: [held, item] })),
        call.args[1] ?? nothing,
      )
    default:
      return undefined
  }
}

function callText(text: string, name: string, args: readonly Value[]): Value | undefined {
  const [first, second] = args
  const [a, b] = [asText(first), asText(second)]
  switch (name) {
    case 'toLowerCase':
      return textOf(text.toLowerCase())
    case 'toUpperCase':
      return textOf(text.toUpperCase())
    case 'trim':
    case 'toString':
    case 'valueOf':
      return textOf(text)
    case 'concat':
      return textOf([text, ...args.map(arg => asText(arg) ?? gap)].join(''))
    case 'split':
      return a === undefined ? undefined : listOf(text.split(a).map(textOf))
    case 'replace':
    case 'replaceAll': {
      const isPattern = first?.kind === 'plain' && first.value instanceof RegExp
      const pattern = isPattern && first.value instanceof RegExp ? first.value : a
      return pattern === undefined || b === undefined ? textOf(gap) : textOf(text.replace(pattern, b))
    }
    default:
      return undefined
  }
}

/** Functions of the runtime. */
export function callRuntime(owner: string, name: string, args: readonly Value[]): Value | undefined {
  const [first] = args
  const key = `${owner.replace(/\.$/, '')}.${name}`
  switch (key) {
    case 'global.Object.keys':
      return first?.kind === 'record' ? listOf([...first.members.keys()].map(textOf)) : undefined
    case 'global.Object.values':
      return first?.kind === 'record' ? listOf([...first.members.values()]) : undefined
    case 'global.Object.entries':
      if (first?.kind !== 'record') return undefined
      return listOf([...first.members].map(([member, value]) => listOf([textOf(member), value])))
    case 'global.Object.freeze':
    case 'global.Promise.resolve':
    case 'global.Array.from':
      return first
    case 'global.Promise.all':
      return first
    case 'global.Object.assign':
      return assign(args)
    case 'path.join':
    case 'path.posix.join':
    case 'path.resolve':
    case 'path.posix.resolve':
      return joined(args)
    case 'path.dirname':
      return textOf((asText(first) ?? gap).replace(/\/[^/]*$/, ''))
    case 'url.fileURLToPath':
      return textOf((asText(first) ?? gap).replace(/^file:\/\//, ''))
    default:
      return undefined
  }
}

function assign([target, ...sources]: readonly Value[]): Value {
  if (target?.kind !== 'record' && target?.kind !== 'function') return target ?? nothing
  for (const source of sources) copyMembers(source, target.members)
  return target
}

function joined(args: readonly Value[]): Value {
  const texts = args.map(arg => asText(arg) ?? gap)
  if (texts.length === 0) return unknown()
  const isAbsolute = texts[0]?.startsWith('/') === true
  return textOf(`${isAbsolute ? '/' : ''}${normalizePath(texts.join('/'))}`)
}
