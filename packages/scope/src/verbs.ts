import type { Report } from './catalogue-error.ts'
import { isRecord, reportUnknownKeys } from './declaration-check.ts'
import { isScopeToken } from './scope-value.ts'

/**
 * The verbs of a catalogue that declares none, so that `order` does not open `order:write` because nobody thought of
 * verbs. None of them includes another.
 */
export const DEFAULT_VERBS: readonly string[] = [
  'read',
  'write',
  'create',
  'update',
  'delete',
  'execute',
  'manage',
  'admin',
]

/** For each verb, all verbs that open it, itself among them. */
export type Verbs = ReadonlyMap<string, ReadonlySet<string>>

/** Reads the verbs of a catalogue and reports what is wrong with them. */
export function readVerbs(declared: unknown, report: Report): Verbs {
  const includes = readIncludes(declared ?? DEFAULT_VERBS, report)
  const opening = new Map([...includes.keys()].map(verb => [verb, new Set<string>()]))
  for (const verb of includes.keys()) for (const opened of reach(verb, includes)) opening.get(opened)?.add(verb)
  for (const [verb, included] of includes) {
    for (const other of included) {
      if (!includes.has(other)) report(`verbs.${verb}.includes`, `\`${other}\` is no verb of this catalogue`)
      else if (reach(other, includes).has(verb))
        report(`verbs.${verb}.includes`, `\`${other}\` leads back to \`${verb}\``)
    }
  }
  return opening
}

type Includes = ReadonlyMap<string, readonly string[]>

function readIncludes(declared: unknown, report: Report): Includes {
  const entries: readonly (readonly [unknown, unknown])[] = Array.isArray(declared)
    ? declared.map(verb => [verb, {}])
    : Object.entries(isRecord(declared) ? declared : {})
  if (!Array.isArray(declared) && !isRecord(declared)) report('verbs', 'a list of verbs or an object is wanted')
  const includes = new Map<string, readonly string[]>()
  for (const [verb, said] of entries) {
    if (typeof verb !== 'string' || !isVerb(verb))
      report('verbs', `\`${String(verb)}\` is no verb, one segment is wanted`)
    else includes.set(verb, readIncluded(verb, said, report))
  }
  return includes
}

const VERB_KEYS: ReadonlySet<string> = new Set(['includes'])

function readIncluded(verb: string, said: unknown, report: Report): readonly string[] {
  if (!isRecord(said)) {
    report(`verbs.${verb}`, 'an object is wanted')
    return []
  }
  reportUnknownKeys(`verbs.${verb}`, { raw: said, known: VERB_KEYS }, report)
  const included = said['includes'] ?? []
  if (Array.isArray(included) && included.every(other => typeof other === 'string')) return included
  report(`verbs.${verb}.includes`, 'a list of verbs is wanted')
  return []
}

function isVerb(text: string): boolean {
  return isScopeToken(text) && !/[:{}]/.test(text)
}

function reach(verb: string, includes: Includes): ReadonlySet<string> {
  const reached = new Set([verb])
  for (const next of reached) for (const other of includes.get(next) ?? []) reached.add(other)
  return reached
}
