import { caseIds } from '../../catalogue/case-id.ts'
import { type AcceptedFinding, type Baseline, dayOf } from './baseline.ts'

/** A baseline, or everything that is wrong with its file. */
export type BaselineReading =
  | { readonly kind: 'baseline'; readonly baseline: Baseline }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }

const longestDays = 366
const members = ['fingerprint', 'case', 'reason', 'acceptedBy', 'expires'] as const

/** Reads the text of a baseline file strictly; `now` decides whether a date is too far ahead. */
export function parseBaseline(text: string, now: number): BaselineReading {
  const problems: string[] = []
  const value = parseJson(text, problems)
  if (problems.length > 0) return { kind: 'problems', problems }
  if (!isObject(value)) return { kind: 'problems', problems: ['the baseline must be an object'] }
  if (value.version !== 1) problems.push('`version` must be 1')
  for (const name of Object.keys(value))
    if (name !== 'version' && name !== 'accepted')
      problems.push(`\`${name}\` is unknown; wanted are version and accepted`)
  const accepted = Array.isArray(value.accepted)
    ? value.accepted.flatMap((entry: unknown, index) => parseEntry(entry, { at: `accepted[${index}]`, problems, now }))
    : []
  if (!Array.isArray(value.accepted)) problems.push('`accepted` must be a list')
  problems.push(...duplicatesIn(accepted))
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'baseline', baseline: { version: 1, accepted } }
}

function parseJson(text: string, problems: string[]): unknown {
  try {
    return JSON.parse(text)
  } catch {
    problems.push('the baseline is no JSON')
    return undefined
  }
}

type Door = { readonly at: string; readonly problems: string[]; readonly now: number }

function parseEntry(entry: unknown, { at, problems, now }: Door): readonly AcceptedFinding[] {
  if (!isObject(entry)) {
    problems.push(`\`${at}\` must be an object`)
    return []
  }
  for (const name of Object.keys(entry))
    if (!members.some(known => known === name))
      problems.push(`\`${at}.${name}\` is unknown; wanted are ${members.join(', ')}`)
  const text = (name: (typeof members)[number]) => {
    const value = entry[name]
    if (typeof value === 'string' && value.trim() !== '') return value
    problems.push(`\`${at}.${name}\` must be a text that is not empty`)
    return undefined
  }
  const [fingerprint, caseId, reason, acceptedBy, expires] = members.map(text)
  if (caseId !== undefined && !caseIds.some(known => known === caseId))
    problems.push(`\`${at}.case\` must be the id of a case, and \`${caseId}\` is none`)
  if (expires !== undefined) problems.push(...problemsOfDay(expires, { at: `${at}.expires`, now }))
  return fingerprint && caseId && reason && acceptedBy && expires
    ? [{ fingerprint, case: caseId, reason, acceptedBy, expires }]
    : []
}

/** What is wrong with the day until which a finding shall be accepted; nothing where it is right. */
export function problemsOfDay(
  day: string,
  { at, now }: { readonly at: string; readonly now: number },
): readonly string[] {
  if (!isDay(day)) return [`\`${at}\` must be a date like 2026-12-31, and \`${day.slice(0, 40)}\` is none`]
  const latest = dayOf(now + longestDays * 86_400_000)
  return day > latest ? [`\`${at}\` must be at most a year ahead, ${latest}`] : []
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && dayOf(at) === text
}

function duplicatesIn(accepted: readonly AcceptedFinding[]): readonly string[] {
  const counts = Map.groupBy(accepted, ({ fingerprint }) => fingerprint)
  return [...counts]
    .filter(([, same]) => same.length > 1)
    .map(([fingerprint]) => `\`${fingerprint}\` is accepted twice; once is enough`)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
