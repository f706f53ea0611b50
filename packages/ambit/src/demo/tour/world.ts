import { printForm } from '@ambit/protocol'
import { type AppFetch, type JsonObject, parseObject } from '../app/discovery.ts'
import { OAuthClient } from '../app/oauth-client.ts'
import { demoClients } from '../config.ts'
import { inventoryOf, petStoreOf } from '../places.ts'
import type { Demo } from '../start-demo.ts'
import type { Print } from './recorder.ts'

/** What the steps of the tour share. */
export type TourWorld = {
  readonly demo: Demo
  readonly print: Print
  readonly fetch: AppFetch
  /** The web app's client, whose requests are printed. */
  readonly client: OAuthClient
  readonly petStore: string
  readonly inventory: string
}

/** An answer as the steps judge it. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly value: JsonObject }

/** Makes the world of a tour through a demonstration that runs. */
export function tourWorld(demo: Demo, print: Print, fetch: AppFetch): TourWorld {
  const { places, setting } = demo
  const client = new OAuthClient({ places, clientId: demoClients.app, clientSecret: setting.secrets.app, fetch })
  return { demo, print, fetch, client, petStore: petStoreOf(places), inventory: inventoryOf(places) }
}

/** Posts a form as one of the demonstration's clients. @spec RFC 6749 §2.3.1 */
export async function postAs(
  { fetch, demo }: TourWorld,
  who: keyof typeof demoClients,
  { url, form }: { readonly url: string | undefined; readonly form: Readonly<Record<string, string>> },
): Promise<Answer> {
  if (url === undefined) throw new TourError('the server’s metadata lacks an endpoint')
  const authorization = `Basic ${btoa(`${demoClients[who]}:${demo.setting.secrets[who]}`)}`
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' }
  return readAnswer(await fetch(url, { method: 'POST', headers, body: printForm(form) }))
}

/** Asks the token endpoint. */
export function requestToken(
  world: TourWorld,
  who: keyof typeof demoClients,
  form: Readonly<Record<string, string>>,
): Promise<Answer> {
  return postAs(world, who, { url: world.demo.server.metadata.token_endpoint, form })
}

/** Calls an API with a token. */
export async function callApi(
  { fetch, demo }: TourWorld,
  call: { readonly path: string; readonly token: string; readonly body?: object },
): Promise<Answer> {
  const { path, token, body } = call
  const authorization = `Bearer ${token}`
  const post = body && { headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const init = { method: post ? 'POST' : 'GET', headers: { authorization }, ...post }
  return readAnswer(await fetch(demo.places.api + path, init))
}

/** A text member of an answer, which must be there. */
export function textOf({ value }: Answer, name: string): string {
  const text = value[name]
  if (typeof text !== 'string') throw new TourError(`the answer has no \`${name}\``)
  return text
}

/** Something was not as it should be; the message tells what differed. */
export class TourError extends Error {
  override readonly name = 'TourError'
}

/** Compares what came with what is right, and says so. @throws {TourError} when they differ */
export function expectEqual(
  { print }: Pick<TourWorld, 'print'>,
  what: string,
  values: readonly [came: unknown, wanted: unknown],
): void {
  const [came, wanted] = values.map(value => JSON.stringify(value))
  if (came !== wanted) throw new TourError(`${what}: wanted ${wanted}, came ${came}`)
  print(`  ✓ ${what}: ${wanted}`)
}

/** Says that something is right. @throws {TourError} when it is not */
export function expectTrue({ print }: Pick<TourWorld, 'print'>, what: string, isRight: boolean): void {
  if (!isRight) throw new TourError(`not so: ${what}`)
  print(`  ✓ ${what}`)
}

async function readAnswer(response: Response): Promise<Answer> {
  return { status: response.status, headers: response.headers, value: parseObject(await response.text()) }
}
