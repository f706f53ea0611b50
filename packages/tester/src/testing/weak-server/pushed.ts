// RFC 9126 §2
import type { ReceivedResponse } from '../../wire/exchange.ts'
import { problemOf } from './authorize.ts'
import { authenticate } from './client-authentication.ts'
import { json, refusal, type WeakRequest } from './message.ts'
import { isRedirectUriOf } from './redirect-uri.ts'
import { readRequestObject } from './request-object.ts'
import { unguessable, type WeakWorld } from './world.ts'

/** Seconds for which a pushed request waits. */
const pushedTtl = 60

/** The endpoint for pushed requests. @spec RFC 9126 §2.1, §2.2 */
export function push(request: WeakRequest, world: WeakWorld): ReceivedResponse {
  if (request.method !== 'POST') return refusal('invalid_request', 'POST is wanted', { status: 405 })
  const named = world.has('push-open') ? world.state.clients.get(request.form.get('client_id') ?? '') : undefined
  const who = named === undefined ? authenticate(request, world) : { client: named }
  if ('response' in who) return who.response
  const { client } = who
  const { form } = request
  if (form.has('request_uri') && !world.has('push-nested'))
    return refusal('invalid_request', '`request_uri` must not be pushed')
  const plain = new Map([...form].filter(([name]) => !name.startsWith('client_')))
  plain.set('client_id', client.clientId)
  const [firstUri] = form.getAll('redirect_uri')
  if (firstUri !== undefined && !world.has('redirect-last-wins')) plain.set('redirect_uri', firstUri)
  const resources = form.getAll('resource')
  if (resources.length > 0) plain.set('resource', resources.join(' '))
  const object = plain.get('request')
  const read = object === undefined ? { parameters: plain } : readRequestObject(object, plain, world)
  if ('problem' in read) return refusal('invalid_request_object', read.problem)
  const { parameters } = read
  const redirectUri = parameters.get('redirect_uri')
  if (redirectUri !== undefined && !isRedirectUriOf(client, redirectUri, world))
    return refusal('invalid_request', 'the redirect URI is not registered')
  const [error, why] = problemOf(world, { parameters, client }, true) ?? []
  if (error !== undefined) return refusal(error, why ?? '')
  const reference = `urn:ietf:params:oauth:request_uri:${unguessable()}`
  world.state.pushed.set(reference, {
    clientId: client.clientId,
    parameters,
    expiresAt: world.has('reference-forever') ? Number.POSITIVE_INFINITY : world.now() + pushedTtl * 1000,
  })
  return json({ request_uri: reference, expires_in: pushedTtl }, 201)
}
