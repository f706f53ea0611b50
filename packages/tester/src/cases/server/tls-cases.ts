// RFC 6749 §3.1, §3.2; RFC 9325 §3.1.1; RFC 6797 §7.1
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { ServerTarget } from '../../target/target.ts'
import { getDocument, withQuery } from '../../tokens/endpoint-request.ts'
import { isLoopback } from '../../tokens/secure-url.ts'
import { fieldValue } from '../../wire/exchange.ts'
import { inconclusive, notApplicable } from '../resource/guarded-call.ts'
import { codeClient } from './server-case.ts'
import { authorizationRequest } from './server-flow.ts'
import { caseOnServer, type ServerContext, type ServerTrial } from './server-trial.ts'
import { serverOf } from './token-grant.ts'
import { finding, isBusy, pass } from './token-refusal.ts'
import { untried } from './token-trial.ts'

const text: CaseText = {
  id: 'AS-TLS-01',
  title: 'endpoints without good encryption',
  why: 'Passwords, codes and tokens pass through these addresses. Unencrypted, or encrypted by what is broken, whoever is on the way reads them.',
  remedy:
    'Serve every endpoint over TLS 1.2 or 1.3 only, and send `Strict-Transport-Security`, so that browsers never try without.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 6749 §3.1', 'RFC 9325 §3.1.1', 'RFC 6797 §7.1', 'OWASP ASVS 5.0 §12.1.1'],
  tags: ['transport', 'tls'],
}

/** The endpoints of a server: its metadata and all that they name. */
function endpointsOf({ issuer, metadata }: ServerTarget): readonly (readonly [name: string, url: string])[] {
  const named = Object.entries(metadata).filter(
    (entry): entry is [string, string] =>
      (entry[0].endsWith('_endpoint') || entry[0] === 'jwks_uri') &&
      typeof entry[1] === 'string' &&
      URL.canParse(entry[1]),
  )
  return [['issuer', issuer], ...named]
}

/** AS-TLS-01: addresses of http, plain http beside https, old versions, and the promise to browsers. */
const serverTransport: TestCase = caseOnServer(text, server => {
  const { hostname, protocol } = new URL(server.issuer)
  if (protocol !== 'https:' && isLoopback(hostname)) return 'the server is on loopback, where plain http is right'
  const isHere = isLoopback(hostname)
  return [
    { variant: 'addresses', run: async () => judgeAddresses(server) },
    isHere
      ? untried('plain http', 'on loopback nobody listens beside the server')
      : { variant: 'plain http', run: tryPlain },
    oldVersion('TLSv1', 'TLS 1.0'),
    oldVersion('TLSv1.1', 'TLS 1.1'),
    { variant: 'HSTS', run: tryPromise },
  ]
})

function judgeAddresses(server: ServerTarget): Judgement {
  const plain = endpointsOf(server).filter(([, url]) => new URL(url).protocol !== 'https:')
  if (plain.length === 0) return pass('every endpoint is an https address')
  const reason = `${plain.map(([name]) => `\`${name}\``).join(', ')} ${plain.length === 1 ? 'is' : 'are'} no https address`
  return finding('fail', { reason, complaint: 'plain http' })
}

/** Begins a good authorization over plain http; nothing in it is secret. */
async function tryPlain(context: ServerContext): Promise<Judgement> {
  const client = context.server.client(codeClient.fits)
  const endpoint = context.server.endpoint('authorization_endpoint')
  if (client === undefined || endpoint === undefined) return notApplicable(codeClient.lacks)
  const { hostname, port, protocol, pathname } = new URL(endpoint)
  if (protocol !== 'https:') return notApplicable('the endpoint itself is plain http, which another test tells')
  if (port !== '') return notApplicable('on this port there is nothing but https')
  const { pairs } = await authorizationRequest(context, client)
  const request = { ...getDocument(withQuery(endpoint, pairs)), origin: `http://${hostname}` }
  const exchange = await context.send(request, { timeout: 5_000 })
  if (exchange.kind === 'failed') return pass(`nothing answers over plain http: ${exchange.detail}`, exchange)
  const { status, headers } = exchange.response
  if (isBusy(status)) return inconclusive(`plain http was answered by ${status}`, exchange)
  const isUp = fieldValue(headers, 'location')?.startsWith(`https://${hostname}${pathname}`) === true
  if (isUp) return pass('plain http sends the browser to the same address with https', exchange)
  if (status >= 400) return pass(`plain http is refused by ${status}`, exchange)
  return finding(
    'fail',
    { reason: `the authorization endpoint works over plain http (${status})`, complaint: 'accepted' },
    exchange,
  )
}

function oldVersion(version: 'TLSv1' | 'TLSv1.1', variant: string): ServerTrial {
  return {
    variant,
    run: async context => {
      const request = getDocument(context.server.endpoint('token_endpoint') ?? serverOf(context).issuer)
      if (!request.origin.startsWith('https:'))
        return notApplicable('the endpoint is plain http, which another test tells')
      const modern = await context.send(request)
      if (modern.kind === 'failed') return inconclusive(`the server cannot be reached: ${modern.detail}`, modern)
      const exchange = await context.send(request, { tls: { version } })
      if (exchange.kind === 'answered')
        return finding('fail', { reason: `the server speaks ${variant}`, complaint: 'accepted' }, exchange)
      return exchange.failure === 'tls' || exchange.failure === 'reset'
        ? pass(`the server refuses ${variant}: ${exchange.detail}`, exchange)
        : inconclusive(`nobody can tell whether the server speaks ${variant}: ${exchange.detail}`, exchange)
    },
  }
}

async function tryPromise(context: ServerContext): Promise<Judgement> {
  const exchanges = []
  for (const [name, url] of endpointsOf(serverOf(context)))
    if (url.startsWith('https:')) exchanges.push({ name, exchange: await context.send(getDocument(url)) })
  const answered = exchanges.flatMap(({ name, exchange }) => (exchange.kind === 'answered' ? [{ name, exchange }] : []))
  if (answered.length === 0) return inconclusive('no endpoint answered')
  const without = answered.filter(
    ({ exchange }) => !isPromise(fieldValue(exchange.response.headers, 'strict-transport-security')),
  )
  if (without.length === 0) return pass('every endpoint sends `Strict-Transport-Security`')
  const reason = `${without.map(({ name }) => `\`${name}\``).join(', ')} ${without.length === 1 ? 'sends' : 'send'} no \`Strict-Transport-Security\``
  return finding('warn', { reason, complaint: 'no HSTS' }, ...without.map(({ exchange }) => exchange))
}

function isPromise(value: string | undefined): boolean {
  return /max-age="?[1-9]/i.test(value ?? '')
}

/** AS-TLS-01: transport. */
export const serverTransportCases: readonly TestCase[] = [serverTransport]
