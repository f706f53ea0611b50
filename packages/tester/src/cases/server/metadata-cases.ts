// RFC 8414 §2, §3; OpenID Connect Discovery §4; RFC 9207 §3; RFC 9700 §2.1, §2.6

import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { getDocument } from '../../tokens/endpoint-request.ts'
import { type JsonObject, parseJsonObject, textIn, textsIn } from '../../tokens/json-object.ts'
import { isSecureUrl } from '../../tokens/secure-url.ts'
import { type Exchange, fieldValue } from '../../wire/exchange.ts'
import { inconclusive } from '../resource/guarded-call.ts'
import { appended, inserted, metadataPlaces } from './metadata-address.ts'
import { crossOriginCase } from './metadata-cors.ts'
import { keySetCase } from './metadata-keys.ts'
import { caseOnServer, type ServerContext } from './server-trial.ts'

const document: TestCase = caseOnServer(
  {
    id: 'AS-MET-01',
    title: 'the server’s description of itself',
    why: 'Clients find every address in this document. If it names another issuer or insecure addresses, they can be led to somebody else’s server.',
    remedy: 'Serve the metadata as JSON, with `issuer` exactly as clients write it and every endpoint by https.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 8414 §3.3', 'OpenID Connect Discovery §4.3', 'OWASP ASVS 5.0 §10.5.3'],
    tags: ['metadata'],
  },
  () =>
    metadataPlaces.map(({ name, at }) => ({
      variant: name,
      run: async context => {
        const issuer = issuerOf(context)
        const exchange = await context.send(getDocument(at(new URL(issuer))))
        if (exchange.kind === 'answered' && exchange.response.status === 404) {
          const others = metadataPlaces.filter(place => place.name !== name)
          for (const other of others)
            if (isFound(await context.send(getDocument(other.at(new URL(issuer))))))
              return { verdict: 'not_applicable', reason: 'the server describes itself at the other usual address' }
        }
        return judgeDocument(exchange, issuer)
      },
    })),
)

function isFound(exchange: Exchange): boolean {
  return exchange.kind === 'answered' && exchange.response.status === 200
}

function judgeDocument(exchange: Exchange, issuer: string): Judgement {
  if (exchange.kind === 'failed') return inconclusive(`the metadata could not be fetched: ${exchange.detail}`)
  const { status, headers, body } = exchange.response
  if (status === 429 || status === 503) return inconclusive(`the metadata were answered by ${status}`)
  const found = parseJsonObject(body)
  if (status !== 200 || found === undefined)
    return {
      verdict: 'fail',
      reason: `no metadata were found at the usual addresses (${status})`,
      complaint: 'no metadata',
    }
  if (found['issuer'] !== issuer)
    return {
      verdict: 'fail',
      reason: `the metadata name another issuer than \`${issuer}\``,
      complaint: 'another issuer',
    }
  const insecure = endpointsIn(found).filter(([, url]) => !isSecureUrl(url))
  if (insecure.length > 0) {
    const names = insecure.map(([name]) => `\`${name}\``).join(', ')
    return { verdict: 'fail', reason: `${names} can be reached without https`, complaint: 'insecure endpoints' }
  }
  if (!/^application\/json\b/i.test(fieldValue(headers, 'content-type') ?? ''))
    return { verdict: 'warn', reason: 'the metadata are not sent as `application/json`', complaint: 'not sent as JSON' }
  return { verdict: 'pass', reason: 'the metadata name the right issuer, and only secure addresses' }
}

function endpointsIn(found: JsonObject): readonly (readonly [name: string, url: string])[] {
  return Object.entries(found).flatMap(([name, value]): readonly (readonly [string, string])[] =>
    /(_endpoint|^jwks_uri)$/.test(name) && typeof value === 'string' ? [[name, value]] : [],
  )
}

function issuerOf({ target }: ServerContext): string {
  return target.server?.issuer ?? ''
}

const tenants: TestCase = caseOnServer(
  {
    id: 'AS-MET-03',
    title: 'the description of another tenant',
    why: 'If the server hands out its own description under any name, one tenant can be passed off as another.',
    remedy:
      'Answer 404 for metadata of issuers that do not exist, and let each document name the issuer that its address implies.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 8414 §3.1', 'RFC 8414 §3.3'],
    tags: ['metadata', 'tenant'],
  },
  () =>
    [
      { variant: 'inserted', at: (issuer: URL) => inserted(issuer, 'oauth-authorization-server') },
      { variant: 'inserted, OpenID', at: (issuer: URL) => inserted(issuer, 'openid-configuration') },
      { variant: 'appended', at: (issuer: URL) => appended(issuer, 'openid-configuration') },
    ].map(({ variant, at }) => ({
      variant,
      run: async context => {
        const other = new URL(`${issuerOf(context).replace(/\/$/, '')}/no-such-tenant`)
        const exchange = await context.send(getDocument(at(other)))
        if (exchange.kind === 'failed') return inconclusive(`no answer came: ${exchange.detail}`)
        const named =
          exchange.response.status === 200 ? textIn(parseJsonObject(exchange.response.body) ?? {}, 'issuer') : undefined
        if (named === undefined || named === other.href)
          return {
            verdict: 'pass',
            reason: `the metadata of a tenant that does not exist are not there (${exchange.response.status})`,
          }
        return {
          verdict: 'fail',
          reason: `the metadata of a tenant that does not exist were answered with those of \`${named}\``,
          complaint: 'metadata of another tenant',
        }
      },
    })),
)

/** A case that only reads the metadata that are known. */
function aboutMetadata(text: Omit<TestCase, 'plan' | 'level'>, judge: (metadata: JsonObject) => Judgement): TestCase {
  return caseOnServer({ ...text, level: 'L0' }, server => [{ run: async () => judge(server.metadata) }])
}

const challengeMethods = aboutMetadata(
  {
    id: 'AS-MET-04',
    title: 'how codes are protected, as the server says',
    why: 'Clients look here whether the server knows PKCE. `plain` protects nothing once the request is seen.',
    remedy: 'List `S256`, and only that, in `code_challenge_methods_supported`.',
    severity: 'medium',
    sources: ['RFC 9700 §2.1.1', 'RFC 8414 §2', 'RFC 7636 §4.2'],
    tags: ['metadata', 'pkce'],
  },
  metadata => {
    const methods = textsIn(metadata, 'code_challenge_methods_supported')
    if (methods === undefined)
      return {
        verdict: 'warn',
        reason: 'the metadata do not say whether the server knows PKCE',
        complaint: 'PKCE not announced',
      }
    if (!methods.includes('S256'))
      return { verdict: 'fail', reason: 'the metadata do not list `S256`', complaint: '`S256` is missing' }
    if (methods.includes('plain'))
      return { verdict: 'fail', reason: 'the metadata list `plain`', complaint: '`plain` is listed' }
    return { verdict: 'pass', reason: 'the metadata list `S256` and not `plain`' }
  },
)

const grants = aboutMetadata(
  {
    id: 'AS-MET-05',
    title: 'old ways to get tokens, as the server says',
    why: 'The password grant hands passwords to clients, and the implicit grant puts tokens in addresses, where they are seen and kept.',
    remedy: 'Switch both grants off, and list neither `password` nor response types with `token`.',
    severity: 'medium',
    sources: ['RFC 9700 §2.1.2', 'RFC 9700 §2.4', 'OWASP ASVS 5.0 §10.4.4'],
    tags: ['metadata', 'grant'],
  },
  metadata => {
    const types = textsIn(metadata, 'response_types_supported')
    // `implicit` alone may stand for ID tokens, which is another matter
    const bad = [
      ...(textsIn(metadata, 'grant_types_supported') ?? []).filter(grant => grant === 'password'),
      ...(types ?? []).filter(type => type.split(' ').includes('token')),
    ]
    if (bad.length > 0) {
      const names = bad.map(each => `\`${each}\``).join(', ')
      return { verdict: 'fail', reason: `the metadata list ${names}`, complaint: 'old grants are listed' }
    }
    if (types === undefined)
      return {
        verdict: 'warn',
        reason: 'the metadata do not list the response types, which every server must',
        complaint: 'response types not listed',
      }
    return { verdict: 'pass', reason: 'the metadata list neither the password grant nor tokens in the address' }
  },
)

const responseIssuer = aboutMetadata(
  {
    id: 'AS-MET-06',
    title: 'the promise to say who answers',
    why: 'A client of several servers must know which of them an answer comes from, or one can be played off against another.',
    remedy:
      'Send `iss` with each authorization response, and say so by `authorization_response_iss_parameter_supported`.',
    severity: 'low',
    sources: ['RFC 9207 §3', 'RFC 9700 §4.4', 'OWASP ASVS 5.0 §10.2.2'],
    tags: ['metadata', 'mix-up'],
  },
  metadata =>
    metadata['authorization_response_iss_parameter_supported'] === true
      ? { verdict: 'pass', reason: 'the metadata promise `iss` in authorization responses' }
      : {
          verdict: 'warn',
          reason: 'the metadata do not promise `iss`; that matters as soon as a client uses a second server',
          complaint: '`iss` is not promised',
        },
)

/** Cases about what the server says of itself. */
export const metadataCases: readonly TestCase[] = [
  document,
  keySetCase,
  tenants,
  challengeMethods,
  grants,
  responseIssuer,
  crossOriginCase,
]
