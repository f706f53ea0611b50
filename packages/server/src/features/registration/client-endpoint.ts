// RFC 7592 §2
import { type HttpResponse, isRefusal, noStore, type Refusal } from '@ambit/protocol'
import { haveSameSubjects } from '../../claims/subject.ts'
import { refuseMember } from '../../client/registered-metadata/member-name.ts'
import type { Endpoint, Exchange, ServerContext } from '../../context.ts'
import { answerRefusal } from '../../endpoints/refusal.ts'
import { readJsonBody } from '../../json-body.ts'
import type { ClientMetadata, ClientRecord } from '../../ports/records.ts'
import { refuseToken } from './bearer.ts'
import { clientInformation } from './client-information.ts'
import { type ClientSecret, isSecretOf, makeClientSecret } from './client-secret.ts'
import { longestMetadata, type RegistrationSettings } from './options.ts'
import { judgeMetadata } from './registration-endpoint.ts'
import {
  findManagedClient,
  hasRegistrationToken,
  type ManagedClient,
  makeRegistrationToken,
  takeRegistrationToken,
} from './registration-token.ts'

/** The client configuration endpoint: a client reads, changes and deletes itself. @spec RFC 7592 §2 */
export function clientEndpoint(settings: RegistrationSettings): Endpoint {
  return {
    path: '/register/*',
    methods: ['GET', 'PUT', 'DELETE'],
    isCrossOrigin: true,
    async handle(context, exchange) {
      const managed = await findManagedClient(context, exchange)
      const answer = isRefusal(managed) ? managed : await manage(context, exchange, { managed, settings })
      if (!isRefusal(answer)) return answer
      const clientId = isRefusal(managed) ? undefined : managed.client.clientId
      return answerRefusal(context, exchange, { place: 'registration', refusal: answer, clientId })
    },
  }
}

type Managing = { readonly managed: ManagedClient; readonly settings: RegistrationSettings }

async function manage(
  context: ServerContext,
  exchange: Exchange,
  { managed, settings }: Managing,
): Promise<HttpResponse | Refusal> {
  switch (exchange.request.method) {
    case 'PUT':
      return update(context, exchange, { managed, settings })
    case 'DELETE':
      return remove(context, exchange, managed)
    default:
      return clientInformation(context, managed.client, { status: 200 })
  }
}

/** What a client is told and cannot say. @spec RFC 7592 §2.2 */
const toldOnly = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
]

/**
 * Replaces all that is registered of a client; what is left out is gone. The registration access token is replaced too: of
 * two changes at once, one is made.
 * @spec RFC 7592 §2.2, OpenID Connect Core §12.2
 * @errors invalid_client_metadata: another `client_id` or `client_secret`, members that only the server says, or other subjects;
 * invalid_token: the token was used by another request meanwhile; see `judgeMetadata`
 */
async function update(
  context: ServerContext,
  exchange: Exchange,
  { managed, settings }: Managing,
): Promise<HttpResponse | Refusal> {
  const sent = readJsonBody(exchange.request, longestMetadata)
  if (isRefusal(sent)) return sent
  const { client, by } = managed
  const { clientId } = client
  const wrong = findWrongIdentity(context, client, sent.members)
  if (wrong !== undefined) return wrong
  const invitation = by.isInvited ? by : undefined
  const judged = await judgeMetadata(context, sent.members, { settings, clientId, invitation })
  if (isRefusal(judged)) return judged
  const { kept, clientSecret } = secretAfter(client, makeClientSecret(context, judged.draft, clientId))
  const changed: ClientRecord = { ...judged.draft, ...kept, clientId, createdAt: client.createdAt }
  // or tokens that it has would tell it the subjects of the sector of another, where no answer of ours ever goes
  if (!haveSameSubjects(client, changed)) return refuseMember('subject_type', subjectsStay)
  const registrationToken = await replace(context, managed, changed)
  if (isRefusal(registrationToken)) return registrationToken
  context.observe({ kind: 'client.changed', requestId: exchange.requestId, clientId, change: 'updated' })
  return clientInformation(context, changed, { status: 200, clientSecret, registrationToken })
}

const subjectsStay =
  'the subjects of users stay as they are, by type and sector; a `sector_identifier_uri` of the same host is wanted, or another client'

const usedMeanwhile = 'the registration access token was used meanwhile'

/**
 * Stores the changed client where its token is still there, and answers the token that comes after it. The new one is stored
 * first, so that whenever the process dies one of the two is good; and where the client was deleted in between, the new one
 * went with it, and the client must not come back.
 */
async function replace(
  context: ServerContext,
  { ticket, by }: ManagedClient,
  changed: ClientRecord,
): Promise<string | Refusal<'invalid_token'>> {
  const made = await makeRegistrationToken(context, changed.clientId, by)
  if (!(await takeRegistrationToken(context, ticket))) {
    await takeRegistrationToken(context, made)
    return refuseToken(context, usedMeanwhile)
  }
  await context.store.saveClient(changed)
  if (await hasRegistrationToken(context, made)) return made.text
  await context.store.deleteClient(changed.clientId, context.clock.now())
  return refuseToken(context, 'the client is no longer there')
}

function findWrongIdentity(context: ServerContext, client: ClientRecord, sent: ClientMetadata): Refusal | undefined {
  const told = toldOnly.find(name => sent[name] !== undefined)
  if (told !== undefined) return refuseMember(told, 'only the server says this; leave it out')
  if (sent['client_id'] !== client.clientId) return refuseMember('client_id', 'the identifier of the client is wanted')
  const { client_secret: secret } = sent
  if (secret === undefined) return undefined
  const isRight = typeof secret === 'string' && isSecretOf(context, client, secret)
  return isRight ? undefined : refuseMember('client_secret', 'the secret of the client is wanted, or none')
}

/** A client that had a secret and still wants one keeps it; where it authenticates by another use of it, it gets a new one. */
function secretAfter(client: ClientRecord, made: ClientSecret): ClientSecret {
  const isSame = made.clientSecret !== undefined && client.secretHashes.length > 0
  const isKeptAlike = (made.kept.sealedSecret === undefined) === (client.sealedSecret === undefined)
  if (!isSame || !isKeptAlike) return made
  const { secretHashes, sealedSecret } = client
  return { kept: { secretHashes, ...(sealedSecret !== undefined && { sealedSecret }) } }
}

/** Deletes a client, and ends everything that was issued to it. @spec RFC 7592 §2.3 */
async function remove(
  context: ServerContext,
  { requestId }: Exchange,
  managed: ManagedClient,
): Promise<HttpResponse | Refusal> {
  const { clientId } = managed.client
  if (!(await takeRegistrationToken(context, managed.ticket))) return refuseToken(context, usedMeanwhile)
  await context.store.deleteClient(clientId, context.clock.now())
  context.observe({ kind: 'client.changed', requestId, clientId, change: 'deleted' })
  return { status: 204, headers: noStore, body: '' }
}
