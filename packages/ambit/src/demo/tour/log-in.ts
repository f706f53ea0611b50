import { isRefusal, parseForm } from '@ambit/protocol'
import { claimsOf } from '../app/id-token.ts'
import type { Tokens } from '../app/tokens.ts'
import { demoUser } from '../config.ts'
import { callbackOf } from '../places.ts'
import { createBrowser, type Page } from './browser.ts'
import { expectEqual, expectTrue, TourError, type TourWorld } from './world.ts'

/** Code, PKCE, login and a consent that refuses one scope; answers the tokens for the pet store. @spec RFC 6749 §4.1, RFC 7636 §4 */
export async function logInRefusingOne(world: TourWorld): Promise<Tokens> {
  const { client, demo, fetch, petStore, inventory } = world
  const callback = callbackOf(demo.places)
  const asked = 'openid read_pets write_pets read_orders order'
  const { url, pending } = await client.begin({ scope: asked, resources: [petStore, inventory] })
  const browser = createBrowser({ fetch, stopAt: callback })
  const login = await browser.open(url)
  const consent = await browser.submit(login, { action: '/login', set: demoUser })
  const back = await browser.submit(consent, {
    action: '/consent',
    set: { decision: 'allow' },
    untick: { scope: ['write_pets'] },
  })
  const query = answerOf(back, callback)
  expectEqual(world, 'RFC 9207: the answer names its issuer', [query.get('iss'), demo.places.issuer])
  expectTrue(world, 'the answer carries our state', query.get('state') === pending.state)
  const tokens = await client.finish(query, pending, petStore)
  if (tokens.kind === 'failed') throw new TourError(`no tokens: ${tokens.error ?? ''} ${tokens.description}`)
  expectEqual(world, 'the scope of the token, without `write_pets`', [
    sorted(tokens.scope),
    'openid read_orders read_pets',
  ])
  expectEqual(world, 'the JWT is for the pet store alone', [claimsOf(tokens.accessToken)['aud'], petStore])
  return tokens
}

/** The parameters of the authorization response. */
export function answerOf(page: Page, callback: string) {
  const location = page.headers.get('location') ?? ''
  if (!location.startsWith(`${callback}?`))
    throw new TourError(`the server did not answer the app: status ${page.status} at ${page.url.split('?')[0]}`)
  const parameters = parseForm(location.slice(callback.length + 1))
  if (isRefusal(parameters)) throw new TourError(`the answer is malformed: ${parameters.description}`)
  return parameters
}

function sorted(scope: string): string {
  return scope.split(' ').toSorted().join(' ')
}
