// RFC 6749 §4.1.2, §4.1.3, §10.5
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { Secret } from '../../secret/secret.ts'
import type { TestClient } from '../../target/target.ts'
import { readTokenResponse } from '../../tokens/token-response.ts'
import { inconclusive, isJudgement } from '../resource/guarded-call.ts'
import { codeBindingCase } from './code-binding.ts'
import { codeEntropyCase } from './code-entropy.ts'
import { codeLifetimeCase } from './code-lifetime.ts'
import { codeClient, withClient } from './server-case.ts'
import { type GoodCode, obtainGoodCode, redemptionOf } from './server-flow.ts'
import { type Life, lifeOfAccess, lifeOfRefresh } from './server-life.ts'
import { caseOnServer, type ServerContext } from './server-trial.ts'
import { isOfUsers, isRefreshing, mayAsk } from './token-ask.ts'
import { type PairChange, serverOf } from './token-grant.ts'
import { errorOf, isGiven, judgeError } from './token-refusal.ts'

/** A code by a good flow, or why there is none. */
async function codeOf(
  context: ServerContext,
  client: TestClient,
  change: PairChange = {},
): Promise<GoodCode | Judgement> {
  const good = await obtainGoodCode(context, client, change)
  return good.kind === 'code' ? good : inconclusive(`there was no code to try it with: ${good.reason}`)
}

const onceOnly: TestCase = caseOnServer(
  {
    id: 'AS-COD-01',
    title: 'a code that is used twice',
    why: 'A code that comes twice has been stolen. If it works again, the thief has tokens; if the first tokens live on, the thief may be the one who holds them.',
    remedy: 'Let each code work once. Where it comes again, refuse it and revoke every token that came of it.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 6749 §4.1.2', 'RFC 6749 §10.5', 'OWASP ASVS 5.0 §10.4.2'],
    tags: ['token endpoint', 'code', 'replay'],
  },
  server => [
    withClient(server, {
      variant: 'the second use',
      client: codeClient,
      hasControl: false,
      run: async (context, client) => {
        const used = await useTwice(context, client)
        return isJudgement(used)
          ? used
          : judgeError(used.second, { sent: 'a code that was used before', errors: ['invalid_grant'] })
      },
    }),
    withClient(server, {
      variant: 'the access token of the first use',
      client: codeClient,
      hasControl: false,
      run: accessAfterReuse,
    }),
    withClient(server, {
      variant: 'the refresh token of the first use',
      client: {
        fits: isRefreshing,
        lacks: 'it needs a client with the grants `authorization_code` and `refresh_token`; configure one',
      },
      hasControl: false,
      run: refreshAfterReuse,
    }),
  ],
)

type UsedTwice = {
  readonly access: Secret
  readonly refresh: Secret | undefined
  /** What was found out between the two uses. */
  readonly before: Life | undefined
  readonly second: Awaited<ReturnType<ServerContext['send']>>
}

type Uses = {
  readonly change?: PairChange
  /** Done with the access token before the code comes again. */
  readonly between?: (access: Secret) => Promise<Life | undefined>
}

async function useTwice(
  context: ServerContext,
  client: TestClient,
  { change = {}, between = async () => undefined }: Uses = {},
): Promise<UsedTwice | Judgement> {
  const good = await codeOf(context, client, change)
  if (isJudgement(good)) return good
  const first = readTokenResponse(await context.send(redemptionOf(context, good)), context.secrets)
  if (first.kind === 'refused') return inconclusive(`the first use of the code gave no token: ${first.reason}`)
  const before = await between(first.accessToken)
  const second = await context.send(redemptionOf(context, good))
  return { access: first.accessToken, refresh: first.refreshToken, before, second }
}

async function accessAfterReuse(context: ServerContext, client: TestClient): Promise<Judgement> {
  const used = await useTwice(context, client, { between: access => lifeOfAccess(context, access) })
  if (isJudgement(used)) return used
  const life = used.before === 'alive' ? await lifeOfAccess(context, used.access) : 'unknown'
  if (life === 'unknown')
    return inconclusive(
      'the server offers no way to ask whether the access token is still good; configure a client that may introspect',
    )
  return judgeLife(life, 'the access token')
}

async function refreshAfterReuse(context: ServerContext, client: TestClient): Promise<Judgement> {
  const may = (scope: string) => mayAsk(scope, client, serverOf(context))
  const offline = { scope: 'openid offline_access', prompt: 'consent' }
  const used = await useTwice(context, client, may('offline_access') && may('openid') ? { change: offline } : {})
  if (isJudgement(used)) return used
  if (used.refresh === undefined) return inconclusive(`the server gave \`${client.name}\` no refresh token`)
  const life = await lifeOfRefresh(context, used.refresh, client)
  return life === 'unknown'
    ? inconclusive('the refresh token got no answer that tells')
    : judgeLife(life, 'the refresh token')
}

function judgeLife(life: 'alive' | 'dead', what: string): Judgement {
  return life === 'dead'
    ? { verdict: 'pass', reason: `${what} of the first use died when the code came again` }
    : {
        verdict: 'fail',
        reason: `${what} of the first use is still good after the code came again`,
        complaint: 'tokens outlive the reuse',
      }
}

/** How many requests come at once. */
const crowd = 10

const raced: TestCase = caseOnServer(
  {
    id: 'AS-COD-02',
    title: 'a code that is used by ten requests at once',
    why: 'If the server looks first and marks the code as used later, requests in between all get tokens.',
    remedy: 'Take the code and mark it as used in one step that only one request can win.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 6749 §4.1.2', 'OWASP ASVS 5.0 §10.4.2'],
    tags: ['token endpoint', 'code', 'race'],
  },
  server => [
    withClient(server, {
      client: codeClient,
      hasControl: false,
      isExclusive: true,
      run: async (context, client) => {
        const good = await codeOf(context, client)
        if (isJudgement(good)) return good
        const requests = Array.from({ length: crowd }, () => redemptionOf(context, good))
        const exchanges = await Promise.all(requests.map(request => context.send(request, { isRaw: true })))
        const won = exchanges.filter(isGiven).length
        const figures = { requests: crowd, successes: won }
        if (won > 1)
          return {
            verdict: 'fail',
            reason: `${won} of ${crowd} requests with the same code got tokens`,
            complaint: 'several successes',
            figures,
          }
        if (won === 1)
          return { verdict: 'pass', reason: `one of ${crowd} requests with the same code got tokens`, figures }
        const codes = [...new Set(exchanges.map(exchange => errorOf(exchange) ?? 'no answer'))].join(', ')
        return {
          verdict: 'inconclusive',
          reason: `none of ${crowd} requests with the same code got tokens (${codes})`,
          figures,
        }
      },
    }),
  ],
)

/** A case that redeems a code otherwise than it should be. */
function aboutRedemption(
  text: CaseText,
  tries: readonly {
    readonly variant?: string
    readonly sent: string
    readonly errors: readonly [string, ...string[]]
    readonly change: (good: GoodCode, other: TestClient | undefined) => GoodCode | PairChange | undefined
    readonly lacks?: string
  }[],
): TestCase {
  return caseOnServer(text, server =>
    tries.map(({ variant, sent, errors, change, lacks = '' }) => {
      const client = server.clients.find(isOfUsers)
      const other = server.clients.find(each => isOfUsers(each) && each.clientId !== client?.clientId)
      const isLacking = lacks !== '' && other === undefined
      return withClient(server, {
        ...(variant !== undefined && { variant }),
        ...(isLacking && { unless: lacks }),
        client: codeClient,
        run: async (context, own) => {
          const good = await codeOf(context, own)
          if (isJudgement(good)) return good
          const changed = change(good, other)
          if (changed === undefined) return inconclusive('there is nothing else to put in its place')
          const request = isCode(changed) ? redemptionOf(context, changed) : redemptionOf(context, good, changed)
          return judgeError(await context.send(request), { sent, errors })
        },
      })
    }),
  )
}

function isCode(changed: GoodCode | PairChange): changed is GoodCode {
  return changed['kind'] === 'code' && typeof changed['code'] === 'object'
}

const foreign = aboutRedemption(
  {
    id: 'AS-COD-04',
    title: 'the code of another client',
    why: 'A client that gets hold of another one’s code could log its users in as somebody else.',
    remedy: 'Compare the client that redeems a code with the one that asked for it.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 6749 §4.1.3'],
    tags: ['token endpoint', 'code'],
  },
  [
    {
      sent: 'a code of another client',
      errors: ['invalid_grant'],
      change: (good, other) => other && { ...good, client: other },
      lacks: 'it needs a second client with the grant `authorization_code`; configure one',
    },
  ],
)

const redirected = aboutRedemption(
  {
    id: 'AS-COD-05',
    title: 'a code with another redirect URI',
    why: 'The comparison catches codes that were lured to another address of the same client.',
    remedy: 'Where the request had a `redirect_uri`, demand the same one with the code.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 6749 §4.1.3'],
    tags: ['token endpoint', 'code', 'redirect'],
  },
  [
    {
      variant: 'another one',
      sent: 'a code with another redirect URI',
      errors: ['invalid_grant'],
      change: good => ({
        redirect_uri: good.client.redirectUris.find(uri => uri !== good.redirectUri) ?? `${good.redirectUri}/other`,
      }),
    },
    // a parameter that must be there and is not: RFC 6749 §5.2
    {
      variant: 'none',
      sent: 'a code without the redirect URI of its request',
      errors: ['invalid_grant', 'invalid_request'],
      change: () => ({ redirect_uri: undefined }),
    },
  ],
)

/** Cases about authorization codes. */
export const codeCases: readonly TestCase[] = [
  onceOnly,
  raced,
  codeLifetimeCase,
  foreign,
  redirected,
  codeEntropyCase,
  codeBindingCase,
]
