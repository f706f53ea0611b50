// RFC 7591 §3
import { type HttpResponse, isRefusal, type Refusal, refuse, seconds } from '@ambit/protocol'
import { networkOf } from '../../accounts/network.ts'
import type { ClientDraft } from '../../client/registered-metadata/client-draft.ts'
import type { MetadataRefusal } from '../../client/registered-metadata/member-name.ts'
import { readClientMetadata } from '../../client/registered-metadata/read-client-metadata.ts'
import { verifySectorIdentifier } from '../../client/registered-metadata/sector-identifier.ts'
import type { Endpoint, Exchange, ServerContext } from '../../context.ts'
import { answerRefusal } from '../../endpoints/refusal.ts'
import { readJsonBody } from '../../json-body.ts'
import type { ClientId } from '../../ports/ids.ts'
import type { ClientMetadata, ClientRecord } from '../../ports/records.ts'
import { refuseToken } from './bearer.ts'
import { clientInformation } from './client-information.ts'
import { makeClientSecret } from './client-secret.ts'
import { type FoundInvitation, findInvitation, useInvitation } from './initial-token.ts'
import { longestMetadata, type RegistrationSettings } from './options.ts'
import { makeRegistrationToken, type RegisteredBy } from './registration-token.ts'
import { readSoftwareStatement } from './software-statement.ts'
import { makeRoom, noteUnused } from './unused-clients.ts'

/** The client registration endpoint. @spec RFC 7591 §3 */
export function registrationEndpoint(settings: RegistrationSettings): Endpoint {
  return {
    path: '/register',
    methods: ['POST'],
    isCrossOrigin: true,
    async handle(context, exchange) {
      const answer = await register(context, exchange, settings)
      return isRefusal(answer) ? answerRefusal(context, exchange, { place: 'registration', refusal: answer }) : answer
    },
    metadata: context => ({ registration_endpoint: context.url('/register') }),
  }
}

/**
 * Registers a client as far as the policy goes, and answers what it is registered as.
 * @spec RFC 7591 §3.1, §3.2.1
 * @errors invalid_token: without a good invitation where one is needed; invalid_request: no JSON, or too many from one
 * network; see `readClientMetadata`, `readSoftwareStatement` and `makeRoom`
 */
async function register(
  context: ServerContext,
  exchange: Exchange,
  settings: RegistrationSettings,
): Promise<HttpResponse | Refusal> {
  const invitation = await admit(context, exchange, settings)
  if (isRefusal(invitation)) return invitation
  const sent = readJsonBody(exchange.request, longestMetadata)
  if (isRefusal(sent)) return sent
  const clientId = makeClientId(context)
  const judged = await judgeMetadata(context, sent.members, { settings, clientId, invitation })
  if (isRefusal(judged)) return judged
  const room = await makeRoom(context, settings.limits)
  if (room !== undefined) return room
  if (invitation && !(await useInvitation(context, invitation)))
    return refuseToken(context, 'the initial access token is used up')
  const { kept, clientSecret } = makeClientSecret(context, judged.draft, clientId)
  const client: ClientRecord = { ...judged.draft, ...kept, clientId, createdAt: context.clock.now() }
  // first, or a client that is stored when the process dies would be removed by nobody
  await noteUnused(context, client)
  await context.store.saveClient(client)
  const registrationToken = settings.management ? await makeRegistrationToken(context, clientId, judged.by) : undefined
  context.observe({ kind: 'client.changed', requestId: exchange.requestId, clientId, change: 'registered' })
  return clientInformation(context, client, { status: 201, clientSecret, registrationToken: registrationToken?.text })
}

/** Whoever brings an invitation is let in by it; others where anybody may register, a few at a time. @spec RFC 7591 §3, §5 */
async function admit(
  context: ServerContext,
  exchange: Exchange,
  { access, limits }: RegistrationSettings,
): Promise<FoundInvitation | undefined | Refusal<'invalid_token' | 'invalid_request' | 'temporarily_unavailable'>> {
  const invitation = await findInvitation(context, exchange)
  if (invitation !== undefined) return invitation
  if (access === 'initial_token') return refuseToken(context, 'an initial access token is needed')
  return refuseFlood(context, exchange, limits.perNetwork)
}

const window = seconds(3600)

async function refuseFlood(
  { store, clock }: ServerContext,
  { request }: Exchange,
  most: number,
): Promise<Refusal<'temporarily_unavailable'> | undefined> {
  const now = clock.now()
  const { count, windowEndsAt } = await store.countFailure(
    `registration:${networkOf(request.remoteAddress)}`,
    now,
    window,
  )
  if (count <= most) return undefined
  const refusal = refuse('temporarily_unavailable', 'too many registrations came from your network')
  return { ...refusal, status: 429, retryAfter: Math.max(1, windowEndsAt - now) }
}

/** What a registration is judged by. */
export type Judging = {
  readonly settings: RegistrationSettings
  readonly clientId: ClientId
  /** By whose leave. */
  readonly invitation: Pick<FoundInvitation, 'scope'> | undefined
}

/** Metadata that may be registered, and by whose leave. */
export type Judged = { readonly draft: ClientDraft; readonly by: RegisteredBy }

/** Judges metadata with the software statement that came with them. */
export async function judgeMetadata(
  context: ServerContext,
  sent: ClientMetadata,
  { settings, clientId, invitation }: Judging,
): Promise<Judged | MetadataRefusal | Refusal> {
  const stated = await readSoftwareStatement(context, sent, settings)
  if (isRefusal(stated)) return stated
  const scope = invitation?.scope
  const by = { ...(scope && { scope }), isInvited: invitation !== undefined }
  const policy = scope ? { ...settings.policy, scope } : settings.policy
  const draft = readClientMetadata(context, stated.metadata, {
    clientId,
    policy,
    defaultMethod: 'client_secret_basic',
    isVouchedFor: by.isInvited || stated.isVouchedFor,
  })
  if (isRefusal(draft)) return draft
  return (await verifySectorIdentifier(context, draft)) ?? { draft, by }
}

/** Random, and never the form of an address. */
function makeClientId({ crypto }: ServerContext): ClientId {
  return crypto.random(16) as ClientId
}
