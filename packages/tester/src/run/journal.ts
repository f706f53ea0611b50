import { caseIds } from '../catalogue/case-id.ts'
import type { Mask } from '../report/mask/mask.ts'
import type { Target } from '../target/target.ts'
import { isJsonObject } from '../tokens/json-object.ts'
import type { Exchange } from '../wire/exchange.ts'
import type { Plan } from './make-plan.ts'
import type { ProbeResult } from './run-record.ts'
import { stableHash } from './stable-hash.ts'

/** What results must have in common to stand in one journal. */
export type JournalHead = {
  /** Of the tester: another one may judge differently. */
  readonly version: string
  readonly seed: string
  /** A hash of what the target is and what the tester may do there. */
  readonly target: string
}

/** What an earlier run left. */
export type JournalReading =
  /** There is nothing. */
  | { readonly kind: 'empty' }
  /** `length`: so many characters are whole; what is behind them was torn off. */
  | { readonly kind: 'results'; readonly results: readonly ProbeResult[]; readonly length: number }
  | { readonly kind: 'refused'; readonly problem: string }

/** The head of the journal of a plan. */
export function journalHead({ seed, target }: Pick<Plan, 'seed' | 'target'>, version: string): JournalHead {
  return { version, seed, target: fingerprintOfTarget(target) }
}

/** The first line of a journal. */
export function printHead(head: JournalHead): string {
  return `${JSON.stringify({ kind: 'ambit-tester-journal', ...head })}\n`
}

/** One result as a line; the mask must know every secret that was seen until now. */
export function printResult(result: ProbeResult, mask: Mask): string {
  const { reason, complaint, evidence, cell, ...rest } = result
  const written = {
    ...rest,
    ...(cell === undefined ? {} : { cell: { ...cell, rule: mask.text(cell.rule) } }),
    reason: mask.text(reason),
    // it may quote what the target said
    ...(complaint === undefined ? {} : { complaint: mask.text(complaint) }),
    evidence: evidence.map(exchange => maskedExchange(exchange, mask, result.operation)),
  }
  return `${JSON.stringify(written)}\n`
}

function maskedExchange(exchange: Exchange, mask: Mask, operation: string | undefined): Exchange {
  const { method, origin, target, headers, body, outcome, sentAt, duration } = mask.exchange(exchange, operation)
  const request = { method, origin, target, headers, ...(body === undefined ? {} : { body }) }
  if (outcome.kind === 'failed') return { ...outcome, request, sentAt, duration }
  const { kind, ...response } = outcome
  return { kind, response, request, sentAt, duration }
}

/**
 * Reads a journal. What another tester, another seed or another target left is refused as a whole; a last line that was torn off
 * is dropped.
 */
export function readJournal(text: string, head: JournalHead): JournalReading {
  if (text === '') return { kind: 'empty' }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  const [first = '', ...lines] = whole.split('\n').slice(0, -1)
  const problem = problemOfHead(parse(first), head)
  if (problem !== undefined) return { kind: 'refused', problem }
  const results: ProbeResult[] = []
  for (const [index, line] of lines.entries()) {
    const result = parse(line)
    if (!isResult(result)) return { kind: 'refused', problem: `line ${index + 2} of the journal is no result` }
    results.push(result)
  }
  return { kind: 'results', results, length: whole.length }
}

function problemOfHead(found: unknown, head: JournalHead): string | undefined {
  if (!isJsonObject(found) || found['kind'] !== 'ambit-tester-journal') return 'the file is no journal of a run'
  if (found['version'] !== head.version)
    return `the journal is of version ${String(found['version'])} of the tester, this is ${head.version}`
  if (found['seed'] !== head.seed)
    return `the journal is of a run with the seed \`${String(found['seed'])}\`, this one has \`${head.seed}\``
  if (found['target'] !== head.target)
    return 'the journal is of a run against another target, or one that may do something else there'
  return undefined
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const ids: ReadonlySet<unknown> = new Set(caseIds)
const verdicts: ReadonlySet<unknown> = new Set(['pass', 'fail', 'warn', 'inconclusive', 'not_applicable'])

function isResult(value: unknown): value is ProbeResult {
  if (!isJsonObject(value)) return false
  const { name, caseId, verdict, reason, evidence, operation, variant, startedAt, duration, complaint } = value
  const areTexts =
    [name, reason].every(isText) && [operation, variant, complaint].every(text => text === undefined || isText(text))
  const areNumbers = isTime(startedAt) && typeof duration === 'number'
  const isExchanged = Array.isArray(evidence) && evidence.every(isExchange)
  return areTexts && areNumbers && isExchanged && ids.has(caseId) && verdicts.has(verdict)
}

function isExchange(value: unknown): value is Exchange {
  if (!isJsonObject(value) || !isJsonObject(value['request'])) return false
  const { method, origin, target, headers, body } = value['request']
  if (![method, origin, target].every(isText) || !areFields(headers)) return false
  const { kind, response, failure, detail, sentAt } = value
  if (!isTime(sentAt) || (body !== undefined && !isText(body))) return false
  if (kind === 'failed') return isText(failure) && isText(detail)
  return (
    kind === 'answered' &&
    isJsonObject(response) &&
    typeof response['status'] === 'number' &&
    isText(response['body']) &&
    areFields(response['headers'])
  )
}

function areFields(value: unknown): boolean {
  return Array.isArray(value) && value.every(field => Array.isArray(field) && field.length === 2 && field.every(isText))
}

/** A point in time that a calendar has. */
function isTime(value: unknown): boolean {
  return typeof value === 'number' && !Number.isNaN(new Date(value).getTime())
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** A hash of what decides about results: where the target is, what it promises, and what the tester holds and may do. */
function fingerprintOfTarget({ api, server, testIssuer, levels, mayWrite, depth }: Target): string {
  const operations = api?.operations.map(({ key, enforcement, resource, isWrite, parameters, body }) => {
    const examples = [...parameters.map(({ name, example }) => [name, example]), body?.example]
    return [key, enforcement, resource, isWrite, examples]
  })
  const clients = server?.clients.map(({ clientId, scope }) => [clientId, scope])
  const users = server?.users.map(({ username }) => username)
  const held = [server?.issuer, server?.isUnderTest, clients, users, testIssuer?.issuer, [...levels].sort()]
  const known = [api?.origin, operations, [...(api?.declaredScopes.keys() ?? [])], api?.policy !== undefined]
  return stableHash(JSON.stringify([known, held, mayWrite, depth]))
}
