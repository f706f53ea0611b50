// RFC 7517 §4, §9.2; RFC 7518 §3.3, §6

import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { getDocument } from '../../tokens/endpoint-request.ts'
import { isJsonObject, type JsonObject, parseJsonObject, textIn } from '../../tokens/json-object.ts'
import { inconclusive } from '../resource/guarded-call.ts'
import { caseOnServer } from './server-trial.ts'

/** The published keys. */
export const keySetCase: TestCase = caseOnServer(
  {
    id: 'AS-MET-02',
    title: 'the published keys',
    why: 'Whoever finds a private or symmetric key there can make any token. Keys without a name or a purpose get mixed up.',
    remedy: 'Publish only public keys, each with its own `kid`, with `use` and `alg`, RSA with 2048 bits or more.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 7517 §4.5', 'RFC 7517 §9.2', 'RFC 7518 §3.3', 'OWASP ASVS 5.0 §11.2'],
    tags: ['metadata', 'keys'],
  },
  server => {
    const address = textIn(server.metadata, 'jwks_uri')
    if (address === undefined) return 'the server publishes no keys'
    return [
      {
        run: async context => {
          const exchange = await context.send(getDocument(address))
          if (exchange.kind === 'failed') return inconclusive(`the keys could not be fetched: ${exchange.detail}`)
          const keys = parseJsonObject(exchange.response.body)?.['keys']
          if (exchange.response.status !== 200 || !Array.isArray(keys))
            return {
              verdict: 'fail',
              reason: `no keys were found at \`jwks_uri\` (${exchange.response.status})`,
              complaint: 'no keys',
            }
          return judgeKeys(keys.filter(isJsonObject))
        },
      },
    ]
  },
)

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

function judgeKeys(keys: readonly JsonObject[]): Judgement {
  const shown = keys.filter(key => key['kty'] === 'oct' || privateMembers.some(name => name in key))
  if (shown.length > 0) {
    const reason = `${shown.length} of ${keys.length} keys show what must stay secret`
    return { verdict: 'fail', reason, complaint: 'secret keys are published' }
  }
  const short = keys.map(bitsOfRsa).filter(bits => bits !== undefined && bits < 2048)
  if (short.length > 0)
    return { verdict: 'fail', reason: `an RSA key has only ${short[0]} bits; 2048 are wanted`, complaint: 'short keys' }
  const names = keys.map(key => key['kid'])
  if (names.includes(undefined) || new Set(names).size < names.length)
    return { verdict: 'warn', reason: 'not every key has a `kid` of its own', complaint: 'keys without a name' }
  if (keys.some(key => key['use'] === undefined && key['key_ops'] === undefined))
    return { verdict: 'warn', reason: 'not every key says what it is for (`use`)', complaint: 'keys without a use' }
  if (keys.some(key => key['alg'] === undefined))
    return {
      verdict: 'warn',
      reason: 'not every key says its algorithm (`alg`)',
      complaint: 'keys without an algorithm',
    }
  return { verdict: 'pass', reason: `${keys.length} public keys are published, each with its name and purpose` }
}

/** @spec RFC 7518 §6.3.1.1 */
function bitsOfRsa(key: JsonObject): number | undefined {
  const modulus = key['kty'] === 'RSA' ? textIn(key, 'n') : undefined
  return modulus === undefined ? undefined : Math.floor((modulus.length * 6) / 8) * 8
}
