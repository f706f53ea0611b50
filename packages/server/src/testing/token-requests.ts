import type { HttpResponse } from '@ambit/protocol'
import { tokenEndpoint } from '../endpoints/token.ts'
import { authorize, codeVerifier } from './authorization.ts'
import { clientSecret, redirectUri } from './clients.ts'
import { bodyOf, request } from './requests.ts'
import type { TestWorld } from './world.ts'

type Form = Readonly<Record<string, string | readonly string[] | undefined>>

/** Sends a form to the token endpoint, as `web` unless another client is named; `null`: without client authentication. */
export async function postToken(world: TestWorld, form: Form, client: string | null = 'web'): Promise<HttpResponse> {
  const from = client === null ? {} : { basic: [client, clientSecret] as const }
  return tokenEndpoint.handle(world.context, world.exchange(request({ path: '/token', form, ...from })))
}

/** The form that redeems a code of the test world. */
export function codeForm(code: string, overrides: Form = {}): Form {
  return {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
    ...overrides,
  }
}

/** Tokens in a response, as text. */
export type Tokens = {
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token: string
  readonly scope: string
  readonly expires_in: number
}

/** The tokens of a response that must be a success. */
export function tokensOf(response: HttpResponse): Tokens {
  if (response.status !== 200) throw new Error(`${response.status} ${response.body}`)
  return bodyOf(response) as Tokens
}

/** Authorizes and redeems: the tokens of one whole code grant. */
export async function redeem(world: TestWorld, given: Parameters<typeof authorize>[1] = {}): Promise<Tokens> {
  return tokensOf(await postToken(world, codeForm(await authorize(world, given)), given.client?.clientId ?? 'web'))
}
