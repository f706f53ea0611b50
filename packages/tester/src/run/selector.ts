import type { CaseText } from '../catalogue/test-case.ts'
import type { ApiOperation } from '../target/api-operation.ts'

/** What `--only` and `--skip` take, read: one question about cases, or one about operations. */
export type Selector =
  | { readonly kind: 'case'; readonly fits: (text: CaseText) => boolean }
  | { readonly kind: 'operation'; readonly fits: (operation: ApiOperation) => boolean }

/** What selectors can name. */
export type Selectable = { readonly cases: readonly CaseText[]; readonly operations: readonly ApiOperation[] }

/** A selector, or a sentence that says why it names nothing. */
export type SelectorReading =
  | { readonly kind: 'selector'; readonly selector: Selector }
  | { readonly kind: 'unknown'; readonly problem: string }

const suites: Readonly<Record<string, string>> = { resource: 'RS', server: 'AS', client: 'CL', self: 'SELF' }

/**
 * Reads a selector: a case (`RS-JWT-01`), the beginning of its id (`RS-JWT`), a suite (`server`), a tag, a source
 * (`RFC 9700`, `ASVS 10.3`), an operation (`GET /pets`, an operationId) or a pattern of operations (`* /pets/*`).
 */
export function readSelector(text: string, { cases, operations }: Selectable): SelectorReading {
  const fitsCase = caseQuestion(text)
  if (cases.some(fitsCase)) return { kind: 'selector', selector: { kind: 'case', fits: fitsCase } }
  const fitsOperation = operationQuestion(text)
  if (operations.some(fitsOperation)) return { kind: 'selector', selector: { kind: 'operation', fits: fitsOperation } }
  const near = nearMisses(text, namesOf({ cases, operations }))
  const hint = near.length === 0 ? '' : `; did you mean ${near.map(name => `\`${name}\``).join(' or ')}?`
  return { kind: 'unknown', problem: `\`${text}\` names no case, tag, source or operation${hint}` }
}

function caseQuestion(text: string): (of: CaseText) => boolean {
  const wanted = plain(text)
  const prefix = plain(suites[wanted] ?? wanted)
  return ({ id, tags, sources }) =>
    beginsWith(plain(id), prefix, '-') ||
    tags.some(tag => plain(tag) === wanted) ||
    sources.some(source => beginsWith(plain(source), wanted, ' ') || beginsWith(plain(source), wanted, '.'))
}

/** Whether a name is another one, or goes on behind it with a separator: `rs-jwt` begins `rs-jwt-01` and not `rs-jwtx`. */
function beginsWith(name: string, start: string, separator: string): boolean {
  return name === start || name.startsWith(start.endsWith(separator) ? start : start + separator)
}

/** As people write it: `rfc9700` and `RFC  9700` are the same. */
function plain(text: string): string {
  const words = text.trim().toLowerCase().replaceAll(/\s+/g, ' ')
  return words.replace(/^rfc ?-?(\d)/, 'rfc $1').replace(/ ?§ ?/, ' §')
}

function operationQuestion(text: string): (operation: ApiOperation) => boolean {
  const [first = '', second] = text.trim().split(/\s+/, 2)
  const method = second === undefined ? undefined : wildcard(first.toUpperCase())
  const path = wildcard(second ?? first)
  return operation =>
    operation.operationId === text.trim() ||
    ((method?.test(operation.method.toUpperCase()) ?? first.startsWith('/')) && path.test(operation.path))
}

/** `*` stands for any text, also an empty one and one with slashes. */
function wildcard(pattern: string): RegExp {
  return new RegExp(`^${pattern.split('*').map(literally).join('.*')}$`, 's')
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}

function namesOf({ cases, operations }: Selectable): readonly string[] {
  const ofCases = cases.flatMap(({ id, tags, sources }) => [
    id,
    ...tags,
    ...sources.map(source => source.split(' §')[0] ?? ''),
  ])
  const ofOperations = operations.flatMap(({ key, operationId = key }) => [key, operationId])
  return [...new Set([...Object.keys(suites), ...ofCases, ...ofOperations])]
}

/** Up to three names that a small slip away would have been right. */
function nearMisses(text: string, names: readonly string[]): readonly string[] {
  const wanted = plain(text)
  const limit = Math.max(2, Math.floor(wanted.length / 4))
  const near = names.map(name => ({ name, distance: distanceOf(wanted, plain(name), limit) }))
  return near
    .filter(({ distance }) => distance <= limit)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name)
}

/** How many letters must be changed, added or left out (Levenshtein); more than the limit is not counted exactly. */
function distanceOf(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const change = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
