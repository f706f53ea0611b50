import type { EpochSeconds } from '@ambit/protocol'
import { printScope, type ScopeStep } from '@ambit/scope'
import type { ServerContext } from '../context.ts'
import { findAccessToken } from '../issue/find-access-token.ts'
import { standingScope, stateOfAccessToken, stateOfSpendable, type TokenState } from '../issue/standing.ts'
import type { ClientId, RequestId, UserId } from '../ports/ids.ts'
import type { AccessTokenRecord, RefusalRecord, Spendable } from '../ports/records.ts'
import type { FoundAccessToken, FoundSpendable } from '../ports/store.ts'
import { parseRequestId } from '../request-id.ts'
import { heldScope } from '../scope/held-scope.ts'
import { locateSecret, locatorsAround } from '../secret.ts'

/** How a token came to its scope, and what became of it. */
export type TokenExplanation = {
  readonly kind: 'token'
  readonly of: 'access_token' | Spendable['kind']
  readonly requestId: RequestId
  readonly clientId: ClientId
  readonly userId?: UserId
  readonly issuedAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  /** The resources it is for. */
  readonly resources: readonly string[]
  readonly requested: string
  readonly steps: readonly ScopeStep[]
  /** The scope it was issued with. */
  readonly effective: string
  readonly state: TokenState
  /** What of its scope the user has taken back since, printed. */
  readonly takenBack: string
}

/** Why a request was refused. */
type RefusalExplanation = { readonly kind: 'refusal'; readonly refusal: RefusalRecord }

/** What a request led to. */
type RequestExplanation = {
  readonly kind: 'request'
  readonly requestId: RequestId
  readonly tokens: readonly TokenExplanation[]
}

/** What `why` answers. */
export type Explanation = TokenExplanation | RefusalExplanation | RequestExplanation

/** How long after a request began its tokens were issued at the latest, in seconds. */
const longestRequest = 60

/** Explains a token of any kind or a request, by its text; `undefined` when nothing is known of it. */
export async function explain(context: ServerContext, text: string): Promise<Explanation | undefined> {
  const request = parseRequestId(text)
  if (request) return explainRequest(context, request)
  const accessToken = await findAccessToken(context, text)
  if (accessToken) return explainAccessToken(context, accessToken)
  for (const kind of ['refresh_token', 'code'] as const) {
    const ref = locateSecret(context.crypto, kind, text)
    const found = ref && (await context.store.findSpendable(ref, kind))
    if (found) return explainSpendable(context, found)
  }
  return undefined
}

async function explainRequest(
  context: ServerContext,
  { requestId, at }: { readonly requestId: RequestId; readonly at: EpochSeconds },
): Promise<Explanation | undefined> {
  const refusal = await context.store.findRefusal(requestId)
  if (refusal) return { kind: 'refusal', refusal }
  const records = await context.store.findTokensOfRequest(requestId, locatorsAround(at, longestRequest))
  const tokens = await Promise.all(records.map(record => explainRecord(context, record)))
  return tokens.length === 0 ? undefined : { kind: 'request', requestId, tokens }
}

async function explainRecord(context: ServerContext, record: Spendable | AccessTokenRecord): Promise<TokenExplanation> {
  if (record.kind === 'access_token')
    return explainAccessToken(context, (await context.store.findAccessToken(record.ref)) ?? { record })
  return explainSpendable(context, (await context.store.findSpendable(record.ref, record.kind)) ?? { record })
}

async function explainAccessToken(context: ServerContext, found: FoundAccessToken): Promise<TokenExplanation> {
  const { record, grant } = found
  const held = heldScope(context.catalogue, record.scope)
  const lost = record.userId && context.catalogue.missing(standingScope(context, held, grant), held)
  return {
    ...commonOf(record),
    ...(record.userId !== undefined && { userId: record.userId }),
    resources: record.audience,
    state: await stateOfAccessToken(context, found),
    takenBack: lost ? printScope(lost) : '',
  }
}

async function explainSpendable(context: ServerContext, found: FoundSpendable): Promise<TokenExplanation> {
  const { record } = found
  const held = heldScope(context.catalogue, record.scope)
  const grant = await context.store.findGrant(record.userId, record.clientId)
  return {
    ...commonOf(record),
    userId: record.userId,
    resources: record.resources,
    state: stateOfSpendable(context, found),
    takenBack: printScope(context.catalogue.missing(standingScope(context, held, grant), held)),
  }
}

function commonOf(record: Spendable | AccessTokenRecord): Omit<TokenExplanation, 'resources' | 'state' | 'takenBack'> {
  const { kind, clientId, issuedAt, expiresAt, trace, scope } = record
  return { kind: 'token', of: kind, clientId, issuedAt, expiresAt, ...trace, effective: scope }
}
