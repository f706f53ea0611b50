// RFC 8707 §2; RFC 9700 §2.3
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { TestClient } from '../../target/target.ts'
import { peculiaritiesOf } from '../../tokens/peculiarities.ts'
import { isJudgement, notApplicable } from '../resource/guarded-call.ts'
import { introspectionOf } from './introspection-ask.ts'
import { askFrom, judgeScope } from './scope-request.ts'
import { codeClient } from './server-case.ts'
import type { ServerContext } from './server-trial.ts'
import { apiScopesOf, resourcesOf } from './token-ask.ts'
import { accessClaims, type Granted, grantByCode, serverOf } from './token-grant.ts'
import { finding, judgeError, pass } from './token-refusal.ts'
import { serverCase } from './token-trial.ts'

const text: CaseText = {
  id: 'AS-SCP-07',
  title: 'tokens for an API that was not asked for',
  why: 'A token that several APIs take can be used by each of them at the others. A client that names its API must get a token for that one alone.',
  remedy:
    'Take the APIs that you know in `resource`, refuse others by `invalid_target`, and put just what was asked for into `aud`.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 8707 §2', 'RFC 9700 §2.3'],
  tags: ['resource', 'audience'],
}

const nowhere = 'https://nowhere.tester.test/api'

/** AS-SCP-07: unknown ones, one, several, and another than the user agreed to. */
export const resourceIndicators: TestCase = serverCase(text, [
  { variant: 'unknown', client: codeClient, run: (context, client) => tryResource(context, client, [nowhere]) },
  {
    variant: 'known and unknown',
    client: codeClient,
    run: (context, client) => withKnown(context, client, known => [known, nowhere]),
  },
  { variant: 'one', client: codeClient, run: (context, client) => withKnown(context, client, known => [known]) },
  { variant: 'several', client: codeClient, run: trySeveral },
  { variant: 'unknown at the token endpoint', client: codeClient, run: tryLate },
])

async function withKnown(
  context: ServerContext,
  client: TestClient,
  choose: (known: string) => readonly string[],
): Promise<Judgement> {
  const [known] = resourcesOf(context.target)
  return known === undefined
    ? notApplicable('no identifier of an API is known; configure `resource`')
    : tryResource(context, client, choose(known))
}

async function trySeveral(context: ServerContext, client: TestClient): Promise<Judgement> {
  const known = resourcesOf(context.target).slice(0, 2)
  if (known.length < 2) return notApplicable('only one API of the server is known')
  return tryResource(context, client, known)
}

function usesResource(context: ServerContext): boolean {
  return peculiaritiesOf(serverOf(context).provider).namesApiBy === 'resource'
}

const otherWords = 'this server names APIs in another way than by `resource`'

async function tryResource(
  context: ServerContext,
  client: TestClient,
  resource: readonly string[],
): Promise<Judgement> {
  if (!usesResource(context)) return notApplicable(otherWords)
  const scope = apiScopesOf(client, context.target).slice(0, 1).join(' ')
  const answer = await askFrom(context, {
    client,
    scope: scope === '' ? undefined : scope,
    isForClient: false,
    change: { resource },
  })
  const sent = `a request for a token for ${resource.map(each => (each === nowhere ? 'an API that nobody knows' : `\`${each}\``)).join(' and ')}`
  if (answer.kind !== 'granted') {
    const judgement = judgeScope(answer, {
      sent,
      forbidden: [],
      asked: [],
      errors: ['invalid_target', 'invalid_request'],
    })
    const isSimple = resource.length === 1 && resource[0] !== nowhere
    return isSimple && judgement.verdict === 'pass' ? { ...judgement, verdict: 'inconclusive' } : judgement
  }
  return judgeAudience(context, answer.granted, { sent, wanted: resource })
}

async function tryLate(context: ServerContext, client: TestClient): Promise<Judgement> {
  if (!usesResource(context)) return notApplicable(otherWords)
  const granted = await grantByCode(context, { client, redemption: { resource: nowhere } })
  const sent = 'a code that is redeemed for an API that nobody knows'
  if (!isJudgement(granted)) return judgeAudience(context, granted, { sent, wanted: [nowhere] })
  const [exchange] = granted.evidence ?? []
  return exchange === undefined
    ? granted
    : judgeError(exchange, { sent, errors: ['invalid_target', 'invalid_request', 'invalid_grant'] })
}

type Wanted = { readonly sent: string; readonly wanted: readonly string[] }

async function judgeAudience(context: ServerContext, granted: Granted, { sent, wanted }: Wanted): Promise<Judgement> {
  const { exchange, tokens, client } = granted
  const claims =
    accessClaims(context, granted) ?? (await introspectionOf(context, tokens.accessToken, client))?.answer ?? {}
  const audience = [claims['aud']].flat().filter(each => typeof each === 'string')
  const found = audience.length === 0 ? 'nobody that can be read' : audience.map(each => `\`${each}\``).join(', ')
  if (wanted.includes(nowhere) && audience.includes(nowhere))
    return finding('fail', { reason: `${sent} was given one for ${found}`, complaint: 'accepted' }, exchange)
  const isExact = audience.length === wanted.length && wanted.every(each => audience.includes(each))
  if (isExact) return pass(`${sent} was given one for just that`, exchange)
  const isMore = wanted.some(each => audience.includes(each)) && audience.length > wanted.length
  const reason = `${sent} was given one for ${found}`
  if (isMore) return finding('fail', { reason, complaint: 'wider audience' }, exchange)
  return finding('warn', { reason: `${reason}: \`resource\` is not heard`, complaint: '`resource` ignored' }, exchange)
}
