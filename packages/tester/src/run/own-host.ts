// RFC 8615 §3; RFC 1035 §3.3.14; RFC 2104
import type { Secret } from '../secret/secret.ts'
import type { Target } from '../target/target.ts'
import { isJsonObject } from '../tokens/json-object.ts'
import { isLoopback, isSecureUrl } from '../tokens/secure-url.ts'
import type { Send } from '../wire/exchange.ts'

/** Where a host shows that it is its owner who has it tested. */
export const proofPath = '/.well-known/ambit-tester'

/** What it takes to look for a proof. */
export type ProofParts = {
  /** Kept by the user and shown to nobody; what stands at the host is derived from it. */
  readonly token: Secret
  readonly send: Send
  /** The TXT records of a name, where there is somebody to ask. */
  readonly txtRecords?: (name: string) => Promise<readonly string[]>
}

/** Whether a host is the user's, and what to put where if that cannot be seen. */
export type HostProof =
  | { readonly kind: 'proven'; readonly host: string; readonly by: 'loopback' | 'file' | 'dns' }
  | { readonly kind: 'unproven'; readonly host: string; readonly reason: string }

/** What the host must show: it fits this host alone, so that nobody can use it for another. */
export async function proofFor(hostname: string, token: Secret): Promise<string> {
  const bytes = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', bytes.encode(token.reveal()), algorithm, false, ['sign'])
  const mac = await crypto.subtle.sign('HMAC', key, bytes.encode(`ambit-tester ${hostname}`))
  return `ambit-tester=${Array.from(new Uint8Array(mac), byte => byte.toString(16).padStart(2, '0')).join('')}`
}

/** Looks whether a host shows the user's proof: in a file, or in a TXT record of `_ambit-tester`. */
export async function proveHost(origin: string, { token, send, txtRecords }: ProofParts): Promise<HostProof> {
  const { hostname: host } = new URL(origin)
  if (isLoopback(host)) return { kind: 'proven', host, by: 'loopback' }
  const proof = await proofFor(host, token)
  const found = await send({ method: 'GET', origin, target: proofPath, headers: [['Accept', 'text/plain']] })
  const file = found.kind === 'answered' && found.response.status === 200 ? found.response.body : ''
  if (file.split(/\r?\n/).some(line => line.trim() === proof)) return { kind: 'proven', host, by: 'file' }
  const records = await recordsOf(`_ambit-tester.${host}`, txtRecords)
  if (records.includes(proof)) return { kind: 'proven', host, by: 'dns' }
  return {
    kind: 'unproven',
    host,
    reason: `nothing shows that \`${host}\` is yours: put the line \`${proof}\` in ${origin}${proofPath}, or in a TXT record of _ambit-tester.${host}`,
  }
}

/** A name without records is answered by an error in many resolvers. */
async function recordsOf(name: string, ask: ProofParts['txtRecords']): Promise<readonly string[]> {
  try {
    return (await ask?.(name)) ?? []
  } catch {
    return []
  }
}

/** The origins of a target that must be proven before anything is tried on them. */
export function originsToProve({ api, client, server }: Target): readonly string[] {
  const tested = [
    api?.origin,
    api?.plainOrigin,
    client?.startUrl,
    server?.isUnderTest === true ? server.issuer : undefined,
  ]
  const origins = tested.flatMap(url => (url === undefined ? [] : [new URL(url).origin]))
  return [...new Set(origins)].filter(origin => !isLoopback(new URL(origin).hostname))
}

/**
 * Where a run may send to: this machine, hosts that are proven, and a server that was configured to give tokens. `undefined`
 * where it may; otherwise why not.
 */
export function createHostRule(target: Target, proven: ReadonlySet<string>): (origin: string) => string | undefined {
  const servers = originsOfServer(target)
  return origin => {
    const url = URL.parse(origin)
    if (url === null) return `\`${origin}\` is no address`
    if (isLoopback(url.hostname) || proven.has(url.hostname) || servers.has(url.origin)) return undefined
    return `nothing is sent to \`${url.hostname}\`: it is neither this machine, nor proven to be yours, nor the configured server`
  }
}

/**
 * The origins of the endpoints of a server that is asked for tokens; one that is tested itself must be proven instead. Whatever
 * else its metadata names, such as its documentation, is somebody else's.
 */
function originsOfServer({ server }: Target): ReadonlySet<string> {
  if (server === undefined || server.isUnderTest) return new Set()
  const { mtls_endpoint_aliases: aliases, ...metadata } = server.metadata
  const members = [...Object.entries(metadata), ...Object.entries(isJsonObject(aliases) ? aliases : {})]
  const endpoints = members.flatMap(([name, value]) =>
    (name.endsWith('_endpoint') || name === 'jwks_uri') && typeof value === 'string' ? [value] : [],
  )
  const secure = [server.issuer, ...endpoints].filter(isSecureUrl)
  return new Set(secure.map(url => new URL(url).origin))
}
