import { explain, nodeCrypto, printExplanation } from '@ambit/server'
import { checkConfig } from '../../config/check-config.ts'
import { assemble } from '../../serve/assemble.ts'
import { systemClock } from '../../serve/clock.ts'
import { demoConfig } from '../config.ts'
import { callbackOf } from '../places.ts'
import { createBrowser } from './browser.ts'
import { answerOf } from './log-in.ts'
import { refresh } from './steps.ts'
import { type Answer, expectEqual, expectTrue, requestToken, type TourWorld } from './world.ts'

/** Every way to `invalid_scope`; answers the request id of one of them. @spec RFC 6749 §5.2, §4.1.2.1 */
export async function askWrongly(world: TourWorld, refreshToken: string): Promise<string> {
  const machine = (scope: string) => requestToken(world, 'machine', { grant_type: 'client_credentials', scope })
  refused(world, 'malformed: two spaces', await machine('read_pets  order'))
  refused(world, 'unknown: a misspelt name', await machine('read_pet'))
  const above = refused(world, 'above the client’s ceiling', await machine('read_pets write_pets'))
  refused(
    world,
    'omitted, and there is no default',
    await requestToken(world, 'machine', { grant_type: 'client_credentials' }),
  )
  const more = { resource: world.petStore, scope: 'read_pets write_pets' }
  refused(world, 'a refresh for more than was granted', await refresh(world, refreshToken, more))
  await askAtAuthorization(world)
  return above
}

/** At the authorization endpoint the error goes back to the client. @spec RFC 6749 §4.1.2.1, RFC 9207 §2 */
async function askAtAuthorization(world: TourWorld): Promise<void> {
  const { client, demo, fetch, petStore } = world
  const callback = callbackOf(demo.places)
  const { url, pending } = await client.begin({ scope: 'read_pet', resources: [petStore] })
  const answer = answerOf(await createBrowser({ fetch, stopAt: callback }).open(url), callback)
  expectEqual(world, 'unknown, at the authorization endpoint', [answer.get('error'), 'invalid_scope'])
  expectTrue(
    world,
    'with `state` and `iss`',
    answer.get('state') === pending.state && answer.get('iss') === demo.places.issuer,
  )
}

/** Asks the server why, as `ambit why` does: of a request that was refused, and of a token that was issued. */
export async function askWhy(
  world: TourWorld,
  of: { readonly requestId: string; readonly token: string },
): Promise<void> {
  const { catalogue, setting, server } = world.demo
  const config = checkConfig(demoConfig(catalogue, setting), { environment: {}, directory: process.cwd() })
  const { issuer, store } = server
  const assembly = await assemble(config, {
    issuer,
    store,
    clock: systemClock(),
    crypto: nodeCrypto(),
    observe: () => {},
  })
  const tell = async (text: string): Promise<string> => {
    const explanation = await explain(assembly.server.context, text)
    const words = explanation ? printExplanation(explanation) : 'nothing is known of it'
    world.print(words.replace(/^/gm, '      '))
    return words
  }
  expectTrue(world, 'it tells what the refused request wanted', /read_pets write_pets/.test(await tell(of.requestId)))
  expectTrue(world, 'it tells that the user refused `write_pets`', /write_pets.*user/.test(await tell(of.token)))
}

function refused(world: TourWorld, what: string, { status, value, headers }: Answer): string {
  expectEqual(world, what, [
    [status, value['error']],
    [400, 'invalid_scope'],
  ])
  return headers.get('x-request-id') ?? ''
}
