// FAPI 2.0 Security Profile
import type { HttpResponse, SigningAlgorithm } from '@ambit/protocol'
import { type JWTHeaderParameters, SignJWT } from 'jose'
import { dpop } from '../features/dpop/dpop.ts'
import { pushedRequests } from '../features/pushed-requests/pushed-requests.ts'
import {
  authorizationQuery,
  consent,
  logIn,
  type OpenedWorld,
  openWorld,
  type RequestChanges,
  sentParameters,
  verifier,
} from './authorize.ts'
import { redirectUri, testClient } from './clients.ts'
import { clientKeys } from './keys.ts'
import { type ProofChanges, proofFor, proofKey } from './proofs.ts'
import { referringQuery } from './push.ts'
import { bodyOf, request } from './requests.ts'
import type { WorldOverrides } from './world.ts'

/** The algorithms of the profile. @spec FAPI 2.0 Security Profile §5.4.1-1 */
export const strictAlgorithms: readonly SigningAlgorithm[] = ['PS256', 'ES256', 'EdDSA']

/** The features that the profile wants, as it wants them. */
export const strictFeatures = [dpop({ algorithms: strictAlgorithms }), pushedRequests({ required: true })]

/** A client that the profile takes. */
export const bank = testClient({
  name: 'bank',
  authenticationMethod: 'private_key_jwt',
  secretHashes: [],
  jwks: { keys: [clientKeys.publicJwk] },
  grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
})

/** The key that the bank's tokens are bound to. */
const bankKey = proofKey()

/** Starts a server under the profile, with the bank as its client. */
export function openBank({ clients = [], ...overrides }: WorldOverrides = {}): Promise<OpenedWorld> {
  return openWorld({
    profile: 'fapi2-security',
    features: strictFeatures,
    clients: [bank, ...clients],
    ...overrides,
  })
}

/** What is different about an assertion; a member that is `undefined` is left out. */
export type AssertionChanges = {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Partial<JWTHeaderParameters>
}

/** An assertion by which the bank authenticates. @spec RFC 7523 §2.2 */
export function bankAssertion(
  { world }: Pick<OpenedWorld, 'world'>,
  { claims = {}, header = {} }: AssertionChanges = {},
): Promise<string> {
  const { context, clock } = world
  const now = clock.now()
  const jti = context.crypto.random(8)
  const all = { iss: 'bank', sub: 'bank', aud: context.issuer, iat: now, exp: now + 60, jti, ...claims }
  return new SignJWT(all).setProtectedHeader({ alg: 'ES256', kid: 'client-key', ...header }).sign(clientKeys.privateKey)
}

/** What is different about a request of the bank. */
export type BankRequest = {
  readonly form?: RequestChanges
  readonly assertion?: AssertionChanges
  /** `none`: no proof comes with it. */
  readonly proof?: ProofChanges | 'none'
}

/** Sends a request as the bank does: with an assertion, and with a proof of its key. */
export async function sendAsBank(
  opened: Pick<OpenedWorld, 'world' | 'server'>,
  path: string,
  { form = {}, assertion = {}, proof = {} }: BankRequest,
): Promise<HttpResponse> {
  const htu = opened.world.context.url(path)
  const isProved = proof !== 'none'
  const proved = isProved
    ? { dpop: proofFor(opened.world, bankKey, { ...proof, claims: { htu, ...proof.claims } }) }
    : {}
  const authentication = {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await bankAssertion(opened, assertion),
  }
  return opened.server.handle(request({ path, form: { ...authentication, ...form }, headers: proved }))
}

/** Pushes the bank's authorization request, with changes. */
export function pushAsBank(opened: OpenedWorld, { form = {}, ...rest }: BankRequest = {}): Promise<HttpResponse> {
  const usual = Object.fromEntries(new URLSearchParams(authorizationQuery({ client_id: 'bank' })))
  return sendAsBank(opened, '/par', { form: { ...usual, ...form }, ...rest })
}

/** Pushes, logs alice in, lets her consent, and answers what the bank is sent. */
export async function authorizeAsBank(opened: OpenedWorld, form: RequestChanges = {}): Promise<URLSearchParams> {
  const uri = String(bodyOf(await pushAsBank(opened, { form }))['request_uri'])
  const { browser } = opened
  const login = await browser.open(`/authorize?${referringQuery(uri, 'bank')}`)
  return sentParameters(await consent(browser, await logIn(browser, login), ['read_pets', 'offline_access']))
}

/** Redeems a code of the bank's, with changes. */
export function redeemAsBank(
  opened: OpenedWorld,
  code: string,
  { form = {}, ...rest }: BankRequest = {},
): Promise<HttpResponse> {
  const usual = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
  return sendAsBank(opened, '/token', { form: { ...usual, ...form }, ...rest })
}
