import type { Class } from 'oxc-parser'
import type { Machine } from '../machine/machine.ts'
import { asText, ownMember, type Value } from '../machine/value.ts'

type Decorated = {
  readonly node: Class
  readonly said: { readonly entries: readonly { readonly name: string; readonly args: readonly Value[] }[] }
}

/** What `RouterModule` puts before the paths of controllers, by the controller's class. */
export function modulePaths({ nest }: Machine, classes: readonly Decorated[]): ReadonlyMap<Class, readonly string[]> {
  const prefixes = new Map<Class, string[]>()
  for (const tree of nest.trees)
    walk(tree, '', (module, path) => prefixes.set(module, [...(prefixes.get(module) ?? []), path]))
  const paths = new Map<Class, readonly string[]>()
  for (const { node, said } of classes) {
    const found = prefixes.get(node)
    const controllers = said.entries.find(({ name }) => name === 'Module')?.args[0]
    if (found === undefined) continue
    for (const controller of itemsOf(ownMember(controllers, 'controllers')))
      if (controller.kind === 'class') paths.set(controller.node, found)
  }
  return paths
}

function walk(tree: Value, above: string, found: (module: Class, path: string) => void): void {
  for (const entry of tree.kind === 'list' ? tree.items : [tree]) {
    if (entry.kind === 'class') found(entry.node, above)
    const path = `${above}/${asText(ownMember(entry, 'path')) ?? ''}`
    const module = ownMember(entry, 'module')
    if (module?.kind === 'class') found(module.node, path)
    const children = ownMember(entry, 'children')
    if (children !== undefined) walk(children, path, found)
  }
}

function itemsOf(value: Value | undefined): readonly Value[] {
  return value?.kind === 'list' ? value.items : []
}
