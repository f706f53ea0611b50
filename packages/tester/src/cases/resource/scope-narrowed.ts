// RFC 6749 §6; RFC 8693 §2.1
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { ProbeContext, ServerTools } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { TestClient } from '../../target/target.ts'
import type { HeldToken } from '../../tokens/token.ts'
import { jsonOf, named, tryCall } from './attempt.ts'
import { valueAtPath } from './call-values.ts'
import { inconclusive, isJudgement, notApplicable } from './guarded-call.ts'
import { caseOnGuards } from './guarded-case.ts'
import { judgeScopeRefusal } from './scope-judge.ts'
import { asksForScope, tooLittle } from './scope-oracle.ts'

const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

/** RS-SCP-16: a token that was narrowed has lost what it lost. */
export const narrowed: TestCase = caseOnGuards(
  {
    id: 'RS-SCP-16',
    title: 'a token that was narrowed by refresh or exchange',
    why: 'A program narrows its token before it hands it on. Where the old rights stay, the narrowing was for show.',
    remedy: 'Decide by the scope of the token that was sent, not by what its grant once held.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 6749 §6', 'RFC 8693 §2.1'],
    tags: ['scope', 'narrowing'],
  },
  (operation, api) => {
    if (!asksForScope(operation)) return 'any good token opens this operation, whatever its scope'
    const kept = tooLittle(api, operation)
    if (kept.length === 0) return 'the API declares no other scope to which a token could be narrowed'
    return (['refresh', 'exchange'] as const).map(way => ({
      variant: `by ${way}`,
      run: context => tryNarrowed(context, { operation, kept, way }),
    }))
  },
)

type Narrowing = {
  readonly operation: ApiOperation
  readonly kept: readonly string[]
  readonly way: 'refresh' | 'exchange'
}

async function tryNarrowed(context: ProbeContext, narrowing: Narrowing): Promise<Judgement> {
  const { operation, kept, way } = narrowing
  const { server } = context
  if (server === undefined) return notApplicable('no authorization server is configured that could narrow a token')
  const client = server.client(each => isFit(each, way))
  if (client === undefined) return notApplicable(`no client may narrow a token by ${way}`)
  const wide = await firstTokens(context, { server, client, narrowing })
  if (isJudgement(wide)) return wide
  const narrow = await request(context, { server, client, form: narrowingForm(wide, narrowing) })
  if (isJudgement(narrow)) return narrow
  const text = narrow.accessToken
  const token: HeldToken = {
    accessToken: context.secrets.secret('access token', text),
    tokenType: 'Bearer',
    scope: kept,
    holder: { kind: 'user', user: 'first' },
    expiresAt: context.now() + 60_000,
    from: 'server',
  }
  return tryCall(context, { operation, token: () => ({ kind: 'token', token }) }, exchange =>
    judgeScopeRefusal(exchange, `a token narrowed by ${way} to ${named(kept)}`),
  )
}

function isFit({ grantTypes }: TestClient, way: Narrowing['way']): boolean {
  return (
    grantTypes.includes('authorization_code') &&
    grantTypes.includes(way === 'refresh' ? 'refresh_token' : exchangeGrant)
  )
}

type Tokens = { readonly accessToken: string; readonly refreshToken: string | undefined }
type Parts = { readonly server: ServerTools; readonly client: TestClient }
type Form = readonly (readonly [name: string, value: string])[]

/** A whole flow for the wide token; a refresh token is asked for in the ways that servers know. */
async function firstTokens(
  context: ProbeContext,
  { server, client, narrowing }: Parts & { readonly narrowing: Narrowing },
): Promise<Tokens | Judgement> {
  const { operation, kept } = narrowing
  const scope = [
    ...context.leastScope(operation),
    ...kept,
    ...(client.scope?.includes('offline_access') ? ['offline_access'] : []),
  ]
  const got = await server.obtainCode({ client, scope, parameters: resourceOf(operation) })
  if (got.kind === 'failed') return inconclusive(`no code could be had: ${got.reason}`)
  const form: Form = [
    ['grant_type', 'authorization_code'],
    ['code', got.code.reveal()],
    ['redirect_uri', got.redirectUri],
    ['code_verifier', got.verifier.reveal()],
    ...resourceOf(operation),
  ]
  return request(context, { server, client, form })
}

function narrowingForm({ accessToken, refreshToken }: Tokens, { operation, kept, way }: Narrowing): Form {
  const scope = ['scope', kept.join(' ')] as const
  if (way === 'refresh') return [['grant_type', 'refresh_token'], ['refresh_token', refreshToken ?? ''], scope]
  return [
    ['grant_type', exchangeGrant],
    ['subject_token', accessToken],
    ['subject_token_type', accessTokenType],
    scope,
    ...resourceOf(operation),
  ]
}

function resourceOf({ resource }: ApiOperation): Form {
  return resource === undefined ? [] : [['resource', resource]]
}

async function request(
  context: ProbeContext,
  { server, client, form }: Parts & { readonly form: Form },
): Promise<Tokens | Judgement> {
  const endpoint = server.endpoint('token_endpoint')
  if (endpoint === undefined) return notApplicable('the authorization server names no token endpoint')
  const exchange = await context.send(server.formRequest(endpoint, form, client))
  const answer = jsonOf(exchange)
  const accessToken = valueAtPath(answer, ['access_token'])
  const refreshToken = valueAtPath(answer, ['refresh_token'])
  if (typeof accessToken !== 'string') return inconclusive('the authorization server gave no token', exchange)
  context.secrets.secret('access token', accessToken)
  if (typeof refreshToken !== 'string') return { accessToken, refreshToken: undefined }
  context.secrets.secret('refresh token', refreshToken)
  return { accessToken, refreshToken }
}
