import { type Machine, note } from '../machine/machine.ts'
import { exportOf, type Module } from '../machine/module.ts'
import { importModule } from '../machine/modules.ts'
import { folderOf, normalizePath } from '../machine/resolve.ts'
import { asText, type Call, gap, ownMember, type RouterValue, recordOf, type Value } from '../machine/value.ts'
import { pluginOf, registerIn } from './plugins.ts'

/** `@fastify/autoload`: each file of a folder is a plugin, and the folders below it are prefixes. */
export function autoload(machine: Machine, target: RouterValue, call: Call): void {
  const options = call.args[1]
  const folder = asText(ownMember(options, 'dir'))
  if (folder === undefined || folder.includes(gap)) {
    note(machine, call, 'which folder is loaded here is known only when it runs')
    return
  }
  const root = normalizePath(folder)
  const found = [...machine.modules.values()].filter(({ path }) => path.startsWith(root === '' ? '' : `${root}/`))
  if (found.length === 0) note(machine, call, `no file of \`${root}\` was read`)
  const isFlat = isFalse(ownMember(options, 'dirNameRoutePrefix'))
  const first = asText(ownMember(ownMember(options, 'options'), 'prefix')) ?? ''
  for (const module of found.toSorted((a, b) => (a.path < b.path ? -1 : 1)))
    load(machine, target, { module, prefix: `${first}${isFlat ? '' : prefixOf(module, root)}` }, call)
}

function isFalse(value: Value | undefined): boolean {
  return value?.kind === 'plain' && value.value === false
}

/** The folders between the root and a file; `_id` is a parameter. */
function prefixOf({ path }: Module, root: string): string {
  const inner = folderOf(path.slice(root === '' ? 0 : root.length + 1))
  return inner === '' ? '' : `/${inner.replaceAll(/(^|\/)_/g, '$1:')}`
}

type Loaded = { readonly module: Module; readonly prefix: string }

function load(machine: Machine, target: RouterValue, { module, prefix }: Loaded, call: Call): void {
  const { scope, node } = call
  const imported = importModule(machine, `/${module.path}`, { node, scope })
  const plugin = pluginOf(machine, imported)
  if (plugin.kind !== 'function') return
  const own = asText(exportOf(module, 'autoPrefix') ?? plugin.members.get('autoPrefix'))
  const whole = asText(exportOf(module, 'prefixOverride') ?? plugin.members.get('prefixOverride'))
  const path = whole ?? (own === undefined ? prefix : `${prefix}/${own}`)
  registerIn(machine, target, { plugin, prefix: plugin.isShared === true ? '' : path, options: recordOf() }, call)
}
