import type { Report } from './catalogue-error.ts'
import type { ScopeDefinition } from './declaration.ts'
import { sameType } from './parameter.ts'
import type { ScopeName, Segment } from './scope-name.ts'
import type { Verbs } from './verbs.ts'

/** A declared scope at its place in the catalogue. */
export type ScopeEntry = { readonly index: number; readonly name: ScopeName; readonly definition: ScopeDefinition }

/** How a catalogue reads names. */
export type NameRules = { readonly verbs: Verbs; readonly segments: boolean }

/** For each scope, by its place, the places of those it covers directly. */
export type CoverageEdges = readonly ReadonlySet<number>[]

/** Collects what each scope covers directly, by declaration and by name, and reports declarations that cannot hold. */
export function collectEdges(entries: readonly ScopeEntry[], rules: NameRules, report: Report): CoverageEdges {
  const byName = new Map(entries.map(entry => [entry.name.text, entry]))
  const edges = entries.map(() => new Set<number>())
  for (const entry of entries) {
    for (const target of declaredTargets(entry, byName, report)) edges[entry.index]?.add(target.index)
    if (!rules.segments) continue
    for (const wider of widerByName(entry.name, byName, rules.verbs)) edges[wider.index]?.add(entry.index)
  }
  return edges
}

function declaredTargets(
  { name, definition }: ScopeEntry,
  byName: ReadonlyMap<string, ScopeEntry>,
  report: Report,
): readonly ScopeEntry[] {
  const targets: ScopeEntry[] = []
  const take = (field: 'implies' | 'coversInstances', refuse: (target: ScopeEntry) => string | undefined) => {
    for (const text of definition[field]) {
      const target = byName.get(text)
      const problem = target === undefined ? `\`${text}\` is not declared in this catalogue` : refuse(target)
      if (problem !== undefined) report(`scopes.${name.text}.${field}`, problem)
      else if (target !== undefined) targets.push(target)
    }
  }
  take('implies', target => impliesProblem({ name, definition }, target))
  take('coversInstances', target =>
    target.name.parameters.length === 0 ? `\`${target.name.text}\` has no parameter` : undefined,
  )
  return targets
}

function impliesProblem(source: Omit<ScopeEntry, 'index'>, target: ScopeEntry): string | undefined {
  const { text, parameters } = target.name
  if (text === source.name.text) return 'a scope covers itself, it need not say so'
  const unbound = parameters.find(parameter => !source.name.parameters.includes(parameter))
  if (unbound !== undefined && source.name.parameters.length === 0)
    return `\`${text}\` has parameters: name it in coversInstances to cover every instance`
  if (unbound !== undefined) return `\`${text}\` has a parameter \`${unbound}\`, for which there is no value here`
  const differing = parameters.find(parameter => {
    const [here, there] = [source.definition.parameters[parameter], target.definition.parameters[parameter]]
    return here !== undefined && there !== undefined && !sameType(here, there)
  })
  return differing === undefined ? undefined : `parameter \`${differing}\` has another type in \`${text}\``
}

// those whose path is a shorter beginning of this path, or the same, and whose verb opens this verb; looked up by name,
// so that no pair of names is ever compared
function widerByName(name: ScopeName, byName: ReadonlyMap<string, ScopeEntry>, verbs: Verbs): readonly ScopeEntry[] {
  const path = name.verb === undefined ? name.segments : name.segments.slice(0, -1)
  const endings = name.verb === undefined ? [undefined] : [...(verbs.get(name.verb) ?? [])]
  const wider: ScopeEntry[] = []
  for (let length = 1; length <= path.length; length++) {
    const beginning = path.slice(0, length).map(segmentText)
    for (const verb of endings) {
      const entry = byName.get([...beginning, ...(verb === undefined ? [] : [verb])].join(':'))
      if (entry !== undefined && entry.name.text !== name.text && opensByName(entry.name, name, verb)) wider.push(entry)
    }
  }
  return wider
}

// a wider name must say the value of each parameter of the narrower one: nothing opens all instances by its name alone
function opensByName(wider: ScopeName, narrower: ScopeName, verb: string | undefined): boolean {
  if (wider.verb !== verb || wider.parameters.length !== narrower.parameters.length) return false
  return wider.segments.every((segment, index) => {
    const other = narrower.segments[index]
    if (segment.kind === 'literal' || other?.kind !== 'parameter') return true
    return sameType(segment.type, other.type)
  })
}

function segmentText(segment: Segment): string {
  return segment.kind === 'literal' ? segment.text : `{${segment.name}}`
}
