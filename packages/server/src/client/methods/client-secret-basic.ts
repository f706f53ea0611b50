// RFC 6749 §2.3.1, RFC 7617 §2
import { type Refusal, refuse } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import { type ClientAuthentication, failedAuthentication, type ProofQuestion } from './method.ts'

/** The client's id and secret in the `Authorization` header, each percent-encoded first. @spec RFC 6749 §2.3.1 */
export const clientSecretBasic: ClientAuthentication = {
  method: 'client_secret_basic',
  present(request) {
    const header = request.headers['authorization']
    if (header === undefined) return undefined
    if (typeof header !== 'string') return refuse('invalid_request', 'the header `Authorization` came more than once')
    const credentials = decodeBase64(/^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1] ?? '')
    const colon = credentials.indexOf(':')
    const clientId = decodePart(credentials.slice(0, Math.max(0, colon)))
    const proof = decodePart(credentials.slice(colon + 1))
    if (!clientId || !proof)
      return refuse(
        'invalid_client',
        '`Authorization` must be of the scheme Basic, with client id and secret, each percent-encoded',
      )
    return { clientId, proof }
  },
  verify: verifyClientSecret,
}

const nobodysHash = 'A'.repeat(43)

/** Compares a secret with each that the client has; where there is no client, with one that nobody has. */
export async function verifyClientSecret(
  { crypto }: ServerContext,
  { client, proof }: ProofQuestion,
): Promise<Refusal<'invalid_client'> | undefined> {
  const hash = crypto.hash(proof)
  const stored = client === undefined || client.secretHashes.length === 0 ? [nobodysHash] : client.secretHashes
  let isRight = false
  for (const each of stored) if (crypto.isEqual(hash, each)) isRight = true
  if (!isRight) return refuse('invalid_client', failedAuthentication, 'the client secret is wrong')
  return undefined
}

function decodeBase64(text: string): string {
  try {
    return atob(text)
  } catch {
    return ''
  }
}

/** Form-decodes one part; what is not ASCII was not encoded. @spec RFC 6749 App. B */
function decodePart(text: string): string | undefined {
  if (/^[!-$&-*,-~]*$/.test(text)) return text
  if (/[^\x20-\x7e]/.test(text)) return undefined
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
