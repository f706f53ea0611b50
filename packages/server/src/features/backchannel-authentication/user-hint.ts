// OpenID Connect CIBA Core §7.1, §13
import { isRefusal, jwtTypes, type Refusal, refuse, seconds } from '@ambit/protocol'
import { foldUsername, maxUsernameLength } from '../../accounts/username.ts'
import type { ServerContext } from '../../context.ts'
import type { UserId } from '../../ports/ids.ts'
import type { ClientRecord, UserRecord } from '../../ports/records.ts'
import type { AuthenticationRequest } from './authentication-request.ts'
import type { FindUser, UserHint } from './settings.ts'

/** Hints that led to nobody, of one client within a window: nobody finds out here who has an account. */
export const unknownLimits = { windowTtl: seconds(600), perClient: 100 } as const

type HintRefusal = Refusal<
  'invalid_request' | 'unknown_user_id' | 'expired_login_hint_token' | 'temporarily_unavailable'
>

/**
 * Finds the user whom a request means.
 * @spec OpenID Connect CIBA Core §7.1, §7.2
 * @errors invalid_request: an ID token of another client, or a kind of hint that nobody reads here; unknown_user_id;
 * expired_login_hint_token; temporarily_unavailable: too many hints that led to nobody
 */
export async function findHintedUser(
  context: ServerContext,
  asked: {
    readonly client: ClientRecord
    readonly hint: AuthenticationRequest['hint']
    readonly findUser: FindUser | undefined
  },
): Promise<UserRecord | HintRefusal> {
  const { client, hint, findUser } = asked
  const { clientId } = client
  const found =
    hint.name === 'id_token_hint'
      ? await findByIdToken(context, client, hint.value)
      : await findByHint(context, { kind: hint.name, value: hint.value, clientId }, findUser)
  if (isRefusal(found)) return found
  return found ?? countUnknown(context, client)
}

/** The ID token may have expired. Of a pairwise subject nobody can tell here whose it is. @spec OpenID Connect CIBA Core §7.1 */
async function findByIdToken(
  { issuer, signer, store }: ServerContext,
  client: ClientRecord,
  token: string,
): Promise<UserRecord | undefined | Refusal<'invalid_request'>> {
  const { iss, aud, sub } = (await signer.verifyOwn(token, jwtTypes.idToken)) ?? {}
  if (iss !== issuer || aud !== client.clientId || typeof sub !== 'string')
    return refuse('invalid_request', '`id_token_hint` is not an ID token that this server has issued to the client')
  return store.findUser(parseUserId(sub))
}

async function findByHint(
  { store }: ServerContext,
  hint: UserHint,
  findUser: FindUser | undefined,
): Promise<UserRecord | undefined | Refusal<'invalid_request' | 'expired_login_hint_token'>> {
  if (findUser === undefined && hint.kind === 'login_hint_token')
    return refuse('invalid_request', '`login_hint_token` is read by nobody here; send `login_hint`')
  const named = findUser ? await findUser(hint) : { username: hint.value }
  if (named === 'expired') return refuse('expired_login_hint_token', 'the hint has expired')
  if (named === 'unknown') return undefined
  return store.findUserByName(foldUsername(named.username.slice(0, maxUsernameLength)))
}

async function countUnknown(
  { store, clock, crypto }: ServerContext,
  { clientId }: ClientRecord,
): Promise<Refusal<'unknown_user_id' | 'temporarily_unavailable'>> {
  const now = clock.now()
  const key = `backchannel:unknown:${crypto.hash(clientId)}`
  const { count, windowEndsAt } = await store.countFailure(key, now, unknownLimits.windowTtl)
  if (count <= unknownLimits.perClient) return refuse('unknown_user_id', 'the hint leads to no user')
  const refusal = refuse('temporarily_unavailable', 'too many hints that lead to no user')
  return { ...refusal, status: 429, retryAfter: Math.max(1, windowEndsAt - now) }
}

function parseUserId(text: string): UserId {
  return text as UserId
}
