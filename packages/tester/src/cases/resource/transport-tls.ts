// RFC 9325 §3.1.1, §3.1.2, §6.1; RFC 6750 §5.2, §5.3
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { ApiTarget } from '../../target/target.ts'
import { isLoopback } from '../../tokens/secure-url.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { callOf, goodCall, inconclusive, isAccepted, isJudgement } from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'

const onLoopback = 'the API under test is called over plain http, which is right on loopback only'

/** The same call without TLS. */
export const plainCase: TestCase = caseOnGuards(
  {
    id: 'RS-TRN-01',
    title: 'the same call over plain http',
    why: 'A token that travels unencrypted is read by whoever is on the way. A redirect to https comes too late: the token was sent by then, and nobody notices the mistake.',
    remedy: 'Close the plain-http port of the API, or refuse every call there; redirect people, never programs.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 6750 §5.3', 'OWASP ASVS 5.0 §12.2.1', 'OWASP ASVS 5.0 §4.1.2'],
    tags: ['transport', 'tls'],
  },
  (_, api) => {
    if (isPlain(api)) return onLoopback
    const origin = plainOriginOf(api)
    if (origin === undefined) return 'no plain-http address of the API is configured'
    return [{ run: (context, operation) => judgePlain(context, operation, origin) }]
  },
)

function isPlain({ origin }: ApiTarget): boolean {
  return !origin.startsWith('https:')
}

function plainOriginOf({ origin, plainOrigin }: ApiTarget): string | undefined {
  if (plainOrigin !== undefined) return plainOrigin
  const { port, hostname } = new URL(origin)
  return port === '' ? `http://${hostname}` : undefined
}

/** Sends a token that is thrown away afterwards: it travels where anybody may read it. */
async function judgePlain(context: ProbeContext, operation: ApiOperation, origin: string): Promise<Judgement> {
  const good = await goodCall(context, operation, { isFresh: true })
  if (isJudgement(good)) return good
  context.onEnd('a token that was sent over plain http', async () => {
    await context.tokens.revoke(good.token.accessToken, 'access_token')
  })
  const exchange = await context.send(context.withToken({ ...good.call, origin }, good.token), { timeout: 5_000 })
  const evidence = [exchange]
  if (exchange.kind === 'failed')
    return { verdict: 'pass', reason: `nothing answers over plain http: ${exchange.detail}`, evidence }
  const { status } = exchange.response
  if (status === 429 || status === 503) return inconclusive(`plain http was answered by ${status}`, exchange)
  if (isAccepted(exchange))
    return { verdict: 'fail', reason: `the call succeeded over plain http: the answer is ${status}`, evidence }
  if (status >= 300 && status < 400) {
    const reason = `plain http was answered by a redirect (${status}), after the token had been sent in clear`
    return { verdict: 'warn', reason, complaint: 'redirect', evidence }
  }
  return { verdict: 'pass', reason: `the call was refused over plain http by ${status}`, evidence }
}

/** Old versions of TLS, and a certificate for the name that is called. */
export const tlsCase: TestCase = caseOnGuards(
  {
    id: 'RS-TRN-02',
    title: 'old versions of TLS and another name',
    why: 'TLS 1.0 and 1.1 have known weaknesses, and a certificate for another name lets somebody else answer in place of the API.',
    remedy: 'Offer TLS 1.2 and 1.3 only, with a certificate that names the host that clients call.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 9325 §3.1.1', 'OWASP ASVS 5.0 §12.1.1'],
    tags: ['transport', 'tls'],
  },
  (_, api) => {
    if (isPlain(api)) return onLoopback
    const versions = [oldVersion('TLSv1', 'TLS 1.0'), oldVersion('TLSv1.1', 'TLS 1.1')]
    // on this machine itself the tester looks at no certificate
    return isLoopback(new URL(api.origin).hostname)
      ? versions
      : [...versions, { variant: 'certificate', run: judgeCertificate }]
  },
)

/** A handshake with an old version, with a call that carries no token. */
function oldVersion(version: 'TLSv1' | 'TLSv1.1', variant: string): Trial {
  return {
    variant,
    run: async (context, operation) => {
      const call = callOf(context, operation)
      if (isJudgement(call)) return call
      const modern = await context.send(call)
      if (modern.kind === 'failed') return inconclusive(`the API cannot be reached: ${modern.detail}`, modern)
      const exchange = await context.send(call, { tls: { version } })
      const evidence = [exchange]
      if (exchange.kind === 'answered')
        return { verdict: 'fail', reason: `the API speaks ${variant}`, complaint: 'accepted', evidence }
      if (exchange.failure === 'tls' || exchange.failure === 'reset')
        return { verdict: 'pass', reason: `the API refuses ${variant}: ${exchange.detail}`, evidence }
      return inconclusive(`nobody can tell whether the API speaks ${variant}: ${exchange.detail}`, exchange)
    },
  }
}

async function judgeCertificate(context: ProbeContext, operation: ApiOperation): Promise<Judgement> {
  const call = callOf(context, operation)
  if (isJudgement(call)) return call
  return judgeHandshake(await context.send(call))
}

function judgeHandshake(exchange: Exchange): Judgement {
  const evidence = [exchange]
  if (exchange.kind === 'answered')
    return { verdict: 'pass', reason: 'the certificate is for the host that was called, and is trusted', evidence }
  if (exchange.failure !== 'tls' || !/CERT|ISSUER|VERIFY/.test(exchange.detail))
    return inconclusive(`the API cannot be reached: ${exchange.detail}`, exchange)
  return { verdict: 'fail', reason: `the certificate of the API does not hold: ${exchange.detail}`, evidence }
}
