// RFC 6749 §3.3
import { isScopeToken } from '@ambit/scope'
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import { type ApiOperation, alternativesOf } from '../../target/api-operation.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { attempt, forgedToken, named, tryCall } from './attempt.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'
import { judgeScopeRefusal } from './scope-judge.ts'
import type { OracleApi } from './scope-oracle.ts'

/** A scope that nobody declared, in the place of one that is wanted. */
type Imitation = { readonly variant: string; readonly scope: string }

/** RS-SCP-05: names that contain, or are contained in, the wanted one. */
export const lookAlikes: TestCase = imitationCase(
  {
    id: 'RS-SCP-05',
    title: 'a scope that looks like the wanted one',
    why: 'A guard that looks for a piece of text finds `order` in `orders` and `xorderx`: whoever may have the harmless scope gets the other.',
    remedy: 'Split the scope at its spaces and compare whole words.',
    severity: 'critical',
    level: 'L1',
    sources: ['RFC 6749 §3.3', 'RFC 6750 §3.1'],
    tags: ['scope', 'comparison'],
  },
  scope => [
    { variant: 'without its last letter', scope: scope.slice(0, -1) },
    { variant: 'without its first letter', scope: scope.slice(1) },
    { variant: 'with a letter behind', scope: `${scope}s` },
    { variant: 'with a letter in front', scope: `x${scope}` },
    { variant: 'with letters around', scope: `x${scope}x` },
    { variant: 'with its first part alone', scope: scope.split(/[:._]/)[0] ?? '' },
    { variant: 'with a part more', scope: `${scope}:tester` },
    { variant: 'behind another part', scope: `tester:${scope}` },
    { variant: 'joined to another by a comma', scope: `tester,${scope}` },
    { variant: 'joined to another by a plus', scope: `tester+${scope}` },
  ],
)

/** RS-SCP-06: the wanted name in other letters. */
export const otherLetters: TestCase = imitationCase(
  {
    id: 'RS-SCP-06',
    title: 'the wanted scope in capitals',
    why: 'Scopes that differ only in capitals are different scopes. A guard that takes them for the same lets in what the server keeps apart.',
    remedy: 'Compare scopes letter by letter, and change no capitals on the way.',
    severity: 'high',
    level: 'L1',
    sources: ['RFC 6749 §3.3'],
    tags: ['scope', 'comparison'],
  },
  scope => [
    { variant: 'in capitals', scope: scope.toUpperCase() },
    { variant: 'in small letters', scope: scope.toLowerCase() },
    { variant: 'with a capital in front', scope: scope.slice(0, 1).toUpperCase() + scope.slice(1) },
  ],
)

/** RS-SCP-12: names that a careless guard reads as everything, and very many names. */
export const wildcards: TestCase = imitationCase(
  {
    id: 'RS-SCP-12',
    title: 'scopes that could stand for everything',
    why: 'A guard that knows wildcards lets in whoever gets one past the server; one that is slow with many scopes can be stopped by a single token.',
    remedy: 'Give no character of a scope a meaning, and limit how many scopes are read.',
    severity: 'high',
    level: 'L1',
    sources: ['RFC 6749 §3.3', 'OWASP API4:2023'],
    tags: ['scope', 'comparison', 'limits'],
  },
  scope => [
    ...['*', '.*', '**', '%', 'admin', 'root', 'all', 'superuser'].map(word => ({ variant: word, scope: word })),
    { variant: 'its first part and a star', scope: `${scope.split(':')[0]}:*` },
    { variant: 'its beginning and a star', scope: `${scope.slice(0, 3)}*` },
    { variant: 'a pattern that fits it', scope: `${scope.slice(0, 1)}.+` },
    { variant: '2,000 scopes', scope: manyScopes },
  ],
  judgeInTime,
)

/** 2,000 short words that are no scope of anybody. */
const manyScopes = Array.from({ length: 2000 }, (_, index) => `~${index.toString(36)}`).join(' ')

/** Milliseconds beyond what a call takes anyway. */
const mostMilliseconds = 2000

async function judgeInTime({ exchange, sent, context, operation }: Judged): Promise<Judgement> {
  const judgement = judgeScopeRefusal(exchange, sent, { statuses: [403, 400, 401, 413, 414, 431], mayClose: true })
  if (judgement.verdict !== 'pass' || exchange.duration < mostMilliseconds) return judgement
  const usual = await attempt(context, { operation, token: forgedToken(operation, { scope: [] }) })
  if (usual.kind === 'not_sent' || exchange.duration < usual.exchange.duration + mostMilliseconds) return judgement
  const [taken, otherwise] = [exchange, usual.exchange].map(({ duration }) => Math.round(duration))
  const reason = `${sent} was refused, but only after ${taken} ms; a token without scope took ${otherwise} ms`
  return { verdict: 'fail', reason, evidence: [usual.exchange, exchange], complaint: 'slow' }
}

type Judged = {
  readonly exchange: Exchange
  readonly sent: string
  readonly context: ProbeContext
  readonly operation: ApiOperation
}
type Judge = (judged: Judged) => Judgement | Promise<Judgement>

function imitationCase(
  text: CaseText,
  imitate: (scope: string) => readonly Imitation[],
  judge: Judge = ({ exchange, sent }) => judgeScopeRefusal(exchange, sent),
): TestCase {
  return caseOnGuards(text, (operation, api) => {
    const [wanted, ...others] = alternativesOf(operation).toSorted((a, b) => a.length - b.length)[0] ?? []
    if (wanted === undefined) return 'any good token opens this operation, whatever its scope'
    const imitations = unknownOnes(api, imitate(wanted)).filter(({ scope }) => scope !== wanted)
    if (imitations.length === 0) return `nothing that looks like \`${wanted}\` is free: the catalogue knows it all`
    return imitations.map((imitation): Trial => imitationTrial(operation, { imitation, others, judge }))
  })
}

/** What the catalogue knows, or a rule of it reaches, is no imitation. */
function unknownOnes({ catalogue, declaredScopes }: OracleApi, imitations: readonly Imitation[]): readonly Imitation[] {
  const seen = new Set<string>()
  return imitations.filter(({ scope }) => {
    const words = scope.split(' ')
    const isKnown = words.some(word => catalogue.read([word]).unknown.length === 0 || declaredScopes.has(word))
    const isNew = !seen.has(scope) && words.every(isScopeToken) && !isKnown
    seen.add(scope)
    return isNew
  })
}

type ImitationTrial = {
  readonly imitation: Imitation
  readonly others: readonly string[]
  readonly judge: Judge
}

function imitationTrial(operation: ApiOperation, { imitation, others, judge }: ImitationTrial): Trial {
  const { scope, variant } = imitation
  const sent = scope.length > 100 ? `a token with ${variant}` : `a token with ${named([scope])}`
  const token = forgedToken(operation, { scope: [scope, ...others] })
  return {
    variant,
    run: context => tryCall(context, { operation, token }, exchange => judge({ exchange, sent, context, operation })),
  }
}
