import { type Catalogue, ClosedCatalogue } from './catalogue.ts'
import { CatalogueError, type CatalogueProblem, type Report } from './catalogue-error.ts'
import { checkWideScopes, closeCoverage } from './coverage-closure.ts'
import { collectEdges, type NameRules, type ScopeEntry } from './coverage-edges.ts'
import { orderByCoverage } from './coverage-order.ts'
import type { CatalogueDeclaration, NameOf, ScopeToken } from './declaration.ts'
import { isRecord, readScopeDeclaration, reportUnknownKeys } from './declaration-check.ts'
import { namesOverlap, readScopeName } from './scope-name.ts'
import type { ScopeWorld } from './token-index.ts'
import { readVerbs, type Verbs } from './verbs.ts'

/** Names in `implies` and `coversInstances` that the catalogue does not declare do not compile. */
type WithKnownNames<Name extends string> = {
  readonly scopes: {
    readonly [N in Name]: { readonly implies?: readonly Name[]; readonly coversInstances?: readonly Name[] }
  }
}

/**
 * Declares all scopes of a system, checks them, and works out once which covers which.
 *
 * @throws {CatalogueError} with all problems at once, where the catalogue cannot be used
 * @example
 * const scopes = defineScopes({
 *   verbs: { read: {}, write: { includes: ['read'] } },
 *   scopes: {
 *     'inventory:write': { title: 'Change the inventory', risk: 'sensitive' },
 *     'inventory:price:read': {},
 *   },
 * })
 * scopes.covers(scopes.set('inventory:write'), scopes.set('inventory:price:read')) // true
 */
export function defineScopes<const D extends CatalogueDeclaration>(
  declaration: D & WithKnownNames<NameOf<D>>,
): Catalogue<ScopeToken<NameOf<D>>> {
  const problems: CatalogueProblem[] = []
  const world = closeWorld(declaration, (path, message) => problems.push({ path, message }))
  if (world === undefined || problems.length > 0) throw new CatalogueError(problems)
  return new ClosedCatalogue<ScopeToken<NameOf<D>>>(world)
}

const CATALOGUE_KEYS: ReadonlySet<string> = new Set(['segments', 'verbs', 'scopes'])

function closeWorld(declared: unknown, report: Report): ScopeWorld | undefined {
  const raw = isRecord(declared) ? declared : {}
  reportUnknownKeys('', { raw, known: CATALOGUE_KEYS }, report)
  const rules = readRules(raw, report)
  const scopes = raw['scopes']
  if (!isRecord(scopes)) report('scopes', 'an object with a declaration for each scope is wanted')
  const entries = readEntries(isRecord(scopes) ? scopes : {}, rules.verbs, report)
  reportOverlaps(entries, rules.verbs, report)
  const edges = collectEdges(entries, rules, report)
  const order = orderByCoverage(entries, edges, report)
  if (order === undefined) return undefined
  const reaches = closeCoverage(entries, edges, order)
  checkWideScopes(entries, reaches, report)
  return { entries, reaches, rules }
}

function readRules(raw: Readonly<Record<string, unknown>>, report: Report): NameRules {
  const segments = raw['segments'] ?? true
  if (typeof segments !== 'boolean') report('segments', 'true or false is wanted')
  if (segments !== false) return { segments: true, verbs: readVerbs(raw['verbs'], report) }
  if (raw['verbs'] !== undefined) report('verbs', 'verbs mean nothing where `segments` is false')
  return { segments, verbs: new Map() }
}

function readEntries(scopes: Readonly<Record<string, unknown>>, verbs: Verbs, report: Report): readonly ScopeEntry[] {
  const entries: ScopeEntry[] = []
  for (const [text, declared] of Object.entries(scopes)) {
    const definition = readScopeDeclaration(text, declared, report)
    const name = readScopeName(definition, verbs, report)
    if (name !== undefined) entries.push({ index: entries.length, name, definition })
  }
  return entries
}

function reportOverlaps(entries: readonly ScopeEntry[], verbs: Verbs, report: Report): void {
  for (const { name, index } of entries.filter(entry => entry.name.parameters.length > 0)) {
    for (const other of entries) {
      const isSeen = other.name.parameters.length > 0 && other.index <= index
      if (isSeen || !namesOverlap(name, other.name, verbs)) continue
      report(`scopes.${name.text}`, `a token can match this name and \`${other.name.text}\``)
    }
  }
}
