// OpenAPI 3.2 §4.8; RFC 9110 §9
import type { OpenApiOperation } from './operation.ts'
import { fitsPattern, parsePathTemplate, type TemplateSegment } from './path-template.ts'
import { readRequestPath } from './request-path.ts'

/** Which operation a request is for. */
export type RouteMatch =
  | { readonly kind: 'operation'; readonly operation: OpenApiOperation }
  /** No operation has this path, or the path is one that servers read in different ways. */
  | { readonly kind: 'unknown_path'; readonly reason: string }
  /** The path is known; `methods` are those that it has. */
  | { readonly kind: 'unknown_method'; readonly methods: readonly string[] }

/** Finds operations by method and by path as it was sent, without the query. */
export type RouteTable = { readonly find: (method: string, path: string) => RouteMatch }

/** What operations stand behind. */
export type RouteOptions = {
  /** What stands before each path, instead of what the document's servers say: `/api`, or empty. */
  readonly basePath?: string
}

type Branch = {
  readonly literals: Map<string, Branch>
  readonly patterns: { readonly texts: readonly string[]; readonly branch: Branch }[]
  readonly methods: Map<string, OpenApiOperation>
}

/** A method that shows a request with its token, and one that opens a tunnel past every rule. @spec RFC 9110 §9.3.6, §9.3.8 */
const neverFollowed: ReadonlySet<string> = new Set(['TRACE', 'CONNECT'])

/**
 * Makes the table of an API's operations. A path of fixed text goes before one with parameters, and then is the only one
 * that counts, whatever methods it has. HEAD is judged as GET where the document does not state it; TRACE and CONNECT are no
 * operations.
 * @throws {RangeError} for a path template that cannot be read
 */
export function createRouteTable(operations: readonly OpenApiOperation[], options: RouteOptions = {}): RouteTable {
  const root = emptyBranch()
  for (const operation of operations) {
    const basePaths = options.basePath === undefined ? operation.basePaths : [options.basePath]
    for (const basePath of basePaths) plant(root, `${basePath}${operation.path}`, operation)
  }
  sortPatterns(root)
  return { find: (method, path) => find(root, method, path) }
}

function emptyBranch(): Branch {
  return { literals: new Map(), patterns: [], methods: new Map() }
}

function plant(root: Branch, path: string, operation: OpenApiOperation): void {
  const template = parsePathTemplate(path)
  if (!template.ok) throw new RangeError(template.error)
  const branch = template.value.reduce(grow, root)
  if (!branch.methods.has(operation.method)) branch.methods.set(operation.method, operation)
}

function grow(branch: Branch, segment: TemplateSegment): Branch {
  const known = segment.kind === 'literal' ? branch.literals.get(segment.text) : patternOf(branch, segment.texts)
  if (known !== undefined) return known
  const next = emptyBranch()
  if (segment.kind === 'literal') branch.literals.set(segment.text, next)
  else branch.patterns.push({ texts: segment.texts, branch: next })
  return next
}

function patternOf({ patterns }: Branch, texts: readonly string[]): Branch | undefined {
  return patterns.find(each => each.texts.length === texts.length && each.texts.every((text, at) => text === texts[at]))
    ?.branch
}

/** The pattern with more fixed text goes first: `{id}.json` before `{id}`. */
function sortPatterns(branch: Branch): void {
  const weigh = (texts: readonly string[]) => texts.join('').length
  branch.patterns.sort((a, b) => weigh(b.texts) - weigh(a.texts))
  for (const next of [...branch.literals.values(), ...branch.patterns.map(each => each.branch)]) sortPatterns(next)
}

function find(root: Branch, method: string, path: string): RouteMatch {
  const read = readRequestPath(path)
  if (read.kind === 'strange') return { kind: 'unknown_path', reason: read.reason }
  const branch = descend(root, read.segments, 0)
  if (branch === undefined) return { kind: 'unknown_path', reason: 'no operation has this path' }
  const operation = branch.methods.get(method) ?? (method === 'HEAD' ? branch.methods.get('GET') : undefined)
  if (operation === undefined || neverFollowed.has(method))
    return { kind: 'unknown_method', methods: [...branch.methods.keys()].filter(each => !neverFollowed.has(each)) }
  return { kind: 'operation', operation }
}

function descend(branch: Branch, segments: readonly string[], at: number): Branch | undefined {
  const segment = segments[at]
  if (segment === undefined) return branch.methods.size > 0 ? branch : undefined
  const literal = branch.literals.get(segment)
  const found = literal && descend(literal, segments, at + 1)
  if (found) return found
  for (const { texts, branch: next } of branch.patterns) {
    const below = fitsPattern(texts, segment) ? descend(next, segments, at + 1) : undefined
    if (below) return below
  }
  return undefined
}
