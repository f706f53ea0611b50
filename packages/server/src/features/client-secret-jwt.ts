// OpenID Connect Core §9, §10.1, RFC 7518 §3.2
import { type AssertionClaims, claimedHeader, readAssertion } from '../client/methods/assertion.ts'
import { presentAssertion } from '../client/methods/assertion-credentials.ts'
import { failedAssertion, judgeAssertion } from '../client/methods/assertion-judgement.ts'
import type { ClientAuthentication } from '../client/methods/method.ts'
import type { Feature } from '../feature.ts'
import { checkSealingKey } from '../keys/key-seal.ts'
import type { Sealing } from '../keys/sealing.ts'
import type { ClientRecord } from '../ports/records.ts'

/** How the secrets are kept that must be had again. */
export type ClientSecretJwtOptions = {
  /** Seals them: an HMAC cannot be verified with a hash of its key, and the store alone must not be enough to make one. */
  readonly sealing: Sealing
}

/** The fewest bytes that a secret must have for each algorithm. @spec RFC 7518 §3.2 */
const leastBytes = { HS256: 32, HS384: 48, HS512: 64 } as const

/**
 * Lets clients authenticate by an assertion that they sign with their secret.
 * @spec OpenID Connect Core §9 (`client_secret_jwt`)
 * @throws {Error} where the sealing key is not 32 bytes in base64url
 * @example
 * createServer({ ...options, features: [clientSecretJwt({ sealing: { tools: nodeKeyTools(), key: sealingKey } })] })
 */
export function clientSecretJwt({ sealing }: ClientSecretJwtOptions): Feature {
  checkSealingKey(sealing.key)
  return { name: 'clientSecretJwt', clientAuthentications: [clientSecretJwtMethod(sealing)] }
}

/**
 * Seals the secret of a client of `client_secret_jwt` for its record; it opens for no other client.
 * @throws {RangeError} for a secret of fewer than 32 bytes
 */
export function sealClientSecret({ tools, key }: Sealing, clientId: string, secret: string): string {
  if (lengthOf(secret) < leastBytes.HS256)
    throw new RangeError(`a secret that signs must have at least ${leastBytes.HS256} bytes`)
  return tools.seal(secret, key, aboutOf(clientId))
}

function clientSecretJwtMethod(sealing: Sealing): ClientAuthentication {
  return {
    method: 'client_secret_jwt',
    algorithms: Object.keys(leastBytes),
    keepSecret: (clientId, secret) => ({ sealedSecret: sealClientSecret(sealing, clientId, secret) }),
    present: (_request, form) => presentAssertion(form, 'secret'),
    async verify(context, { client, proof, exchange }) {
      const claims = await verifySecretAssertion(proof, openSecret(sealing, client))
      if (client === undefined || claims === undefined)
        return failedAssertion('the secret of the client did not sign the assertion')
      return judgeAssertion(context, { client, exchange }, claims)
    },
  }
}

/** The same work is done for a client without a secret. */
async function verifySecretAssertion(
  assertion: string,
  secret: string | undefined,
): Promise<AssertionClaims | undefined> {
  const { alg = '' } = claimedHeader(assertion)
  if (!isHmac(alg) || (secret !== undefined && lengthOf(secret) < leastBytes[alg])) return undefined
  const key = new TextEncoder().encode(secret ?? nobodysSecret)
  const claims = await readAssertion(assertion, { key, algorithm: alg })
  return secret === undefined ? undefined : claims
}

const nobodysSecret = 'A'.repeat(leastBytes.HS512)

function isHmac(alg: string): alg is keyof typeof leastBytes {
  return Object.hasOwn(leastBytes, alg)
}

/** @throws {Error} where it was sealed with another key */
function openSecret({ tools, key }: Sealing, client: ClientRecord | undefined): string | undefined {
  if (client?.sealedSecret === undefined) return undefined
  const secret = tools.unseal(client.sealedSecret, key, aboutOf(client.clientId))
  if (secret === undefined)
    throw new Error(
      `the secret of client \`${client.clientId}\` was sealed with another sealing key than the one given`,
    )
  return secret
}

function aboutOf(clientId: string): string {
  return `client secret ${clientId}`
}

function lengthOf(secret: string): number {
  return new TextEncoder().encode(secret).length
}
