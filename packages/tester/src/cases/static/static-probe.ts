import type { CaseText, Judgement, Probe } from '../../catalogue/test-case.ts'
import type { ApiOperation, Place } from '../../target/api-operation.ts'

/** What a reading comes to: no exchange shows it, so the place does. */
export type Reading = Omit<Judgement, 'evidence' | 'cell'>

/** What is said of a reading beside its case. */
export type ReadingTraits = { readonly operation?: string; readonly variant?: string }

/** Makes a probe that sends nothing: what it says is known when it is planned. */
export function readingProbe(
  { id }: Pick<CaseText, 'id'>,
  { operation, variant }: ReadingTraits,
  judge: () => Reading,
): Probe {
  return {
    caseId: id,
    ...(operation !== undefined && { operation }),
    ...(variant !== undefined && { variant }),
    isWrite: false,
    run: async () => ({ evidence: [], ...judge() }),
  }
}

/** A place as a member of a reading, where there is one. */
export function at(place: Place | undefined): { readonly place?: Place } {
  return place === undefined ? {} : { place }
}

/** Where the requirement of an operation stands, or the operation itself. */
export function requirementPlaceOf(operation: ApiOperation): Place | undefined {
  return operation.requirementPlace ?? operation.place
}

/** A place in words: `api.yaml:12`, `openapi.json#/paths/~1pets/get`. */
export function tellPlace(place: Place | undefined): string {
  if (place === undefined) return 'the document'
  const { file, line, pointer } = place
  if (line !== undefined) return `${file}:${line}`
  return pointer === undefined ? file : `${file}#${pointer}`
}

/** Scopes in words: `` `a` and `b` ``. */
export function tellScopes(scopes: readonly string[]): string {
  const quoted = scopes.map(scope => `\`${scope}\``)
  if (quoted.length <= 1) return quoted[0] ?? 'no scope'
  return `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`
}
