import type { ParsedFile } from '../source.ts'
import type { Scope } from './scope.ts'
import type { RecordValue, Value } from './value.ts'

/** A file while it is read. */
export type Module = {
  readonly path: string
  readonly file: ParsedFile
  readonly scope: Scope
  /** What `export` gives, looked for when it is used. */
  readonly exports: Map<string, () => Value>
  /** Modules whose exports are given on. */
  readonly stars: Module[]
  /** What CommonJS calls `module`; its `exports` may be replaced. */
  readonly commonJs: RecordValue
  state: 'new' | 'running' | 'done'
}

/** Finds an export; what is given on by `export *` counts. */
export function exportOf(module: Module, name: string, seen: ReadonlySet<Module> = new Set()): Value | undefined {
  if (seen.has(module)) return undefined
  const own = module.exports.get(name)?.() ?? commonMember(module, name)
  if (own !== undefined) return own
  const further = new Set([...seen, module])
  for (const star of module.stars) {
    const found = exportOf(star, name, further)
    if (found !== undefined) return found
  }
  return name === 'default' ? replacedExports(module) : undefined
}

function commonMember({ commonJs }: Module, name: string): Value | undefined {
  const exported = commonJs.members.get('exports')
  if (exported?.kind === 'record' || exported?.kind === 'function' || exported?.kind === 'class')
    return exported.members.get(name)
  return undefined
}

/** What stands in `module.exports`, where CommonJS put something there. */
export function replacedExports({ commonJs, exports }: Module): Value | undefined {
  const exported = commonJs.members.get('exports')
  if (exports.size > 0) return undefined
  return exported?.kind === 'record' && exported.members.size === 0 ? undefined : exported
}
