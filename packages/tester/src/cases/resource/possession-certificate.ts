// RFC 8705 §3; RFC 9440 §2
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { judgeAcceptance, judgeRefusal } from '../../judge/judge-refusal.ts'
import { makeShownCertificate } from '../../node/self-signed.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { Target } from '../../target/target.ts'
import { type SentRequest, type ShownCertificate, withField } from '../../wire/exchange.ts'
import { forgedCall, startForging } from './forged-token.ts'
import { goodCall, isAccepted, isJudgement, notApplicable } from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'

/** Tokens that are bound to a client's certificate. */
export const certificateCase: TestCase = caseOnGuards(
  {
    id: 'RS-POP-10',
    title: 'a token that is bound to a certificate, without it or with another',
    why: 'A token is bound to a certificate so that a thief cannot use it. And where a header is taken for the certificate, anybody writes that header.',
    remedy:
      'Compare `cnf.x5t#S256` with the certificate of the TLS connection. Where a proxy hands it on, let the proxy remove the header from what comes from outside.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 8705 §3', 'RFC 9700 §4.13', 'OWASP ASVS 5.0 §4.1.3'],
    tags: ['mtls', 'possession'],
  },
  (_operation, _api, target) => {
    if (!target.levels.has('L1') && certificateOf(target) === undefined)
      return 'neither a test issuer nor a client with a certificate is configured'
    return [
      misused('no certificate', 'without it,', ({ bare }) => bare),
      misused('another certificate', 'with another one,', ({ bare, context }) => ({
        ...bare,
        certificate: newCertificate(context),
      })),
      ...headers.map(inHeader),
    ]
  },
)

/** A call with a token that is bound to a certificate. */
type CertifiedCall = {
  readonly context: ProbeContext
  readonly bare: SentRequest
  readonly certificate: ShownCertificate
  readonly isFromServer: boolean
}

/** How proxies hand on certificates. */
const headers: readonly (readonly [name: string, write: (der: string, pem: string) => string])[] = [
  ['X-Client-Cert', (_, pem) => encodeURIComponent(pem)],
  ['X-SSL-Client-Cert', (_, pem) => encodeURIComponent(pem)],
  ['SSL-Client-Cert', (_, pem) => encodeURIComponent(pem)],
  ['X-Forwarded-Client-Cert', (_, pem) => `Cert="${encodeURIComponent(pem)}"`],
  ['Client-Cert', der => `:${der}:`],
]

/** Taken for the certificate only where the token is refused without any. */
function inHeader([name, write]: (typeof headers)[number]): Trial {
  return {
    variant: `certificate in ${name}`,
    run: async (context, operation) => {
      const call = await certifiedCall(context, operation)
      if (isJudgement(call)) return call
      const { bare, certificate } = call
      const field = [name, write(derOf(certificate), certificate.certificate)] as const
      const exchange = await context.send(withField(bare, field))
      const sent = `a token bound to a certificate, with the certificate in the header \`${name}\` only,`
      const judgement = judgeRefusal(exchange, { statuses: [401], sent })
      if (!isAccepted(exchange)) return judgement.verdict === 'inconclusive' ? judgement : onlyIfTaken(call, judgement)
      if (!isAccepted(await context.send(bare))) return judgement
      return notApplicable('the API does not look at certificates at all, so it takes nothing for one')
    },
  }
}

function misused(variant: string, how: string, misuse: (call: CertifiedCall) => SentRequest): Trial {
  return {
    variant,
    run: async (context, operation) => {
      const call = await certifiedCall(context, operation)
      if (isJudgement(call)) return call
      const exchange = await context.send(misuse(call))
      const judgement = judgeRefusal(exchange, { statuses: [401], sent: `a token bound to a certificate, ${how}` })
      if (isAccepted(exchange)) return bindsTokens(call) ? judgement : notApplicable(boundByNobody)
      return judgement.verdict === 'inconclusive' ? judgement : onlyIfTaken(call, judgement)
    },
  }
}

const boundByNobody = 'the authorization server binds no tokens to certificates, and so the API need not look for one'

/** A refusal means something only where the token is taken with its certificate. */
async function onlyIfTaken({ context, bare, certificate }: CertifiedCall, judgement: Judgement): Promise<Judgement> {
  const exchange = await context.send({ ...bare, certificate })
  if (isAccepted(exchange)) return judgement
  const { reason } = judgeAcceptance(exchange, 'a token bound to a certificate, with it,')
  return { ...notApplicable(`the API takes no tokens bound to certificates here: ${reason}`), evidence: [exchange] }
}

/** Whether tokens are bound to certificates in earnest, and not only in this test. @spec RFC 8705 §3.3 */
function bindsTokens({ context, isFromServer }: CertifiedCall): boolean {
  return isFromServer || context.target.server?.metadata.tls_client_certificate_bound_access_tokens === true
}

async function certifiedCall(context: ProbeContext, operation: ApiOperation): Promise<CertifiedCall | Judgement> {
  const own = certificateOf(context.target)
  if (own !== undefined) {
    const good = await goodCall(context, operation, { binding: 'mtls' })
    if (!isJudgement(good))
      return { context, bare: context.withToken(good.call, good.token), certificate: own, isFromServer: true }
  }
  const forging = await startForging(context, operation)
  if (isJudgement(forging)) return forging
  const certificate = newCertificate(context)
  const cnf = { 'x5t#S256': await thumbprintOf(certificate) }
  return { context, bare: forgedCall(forging, { claims: { cnf } }), certificate, isFromServer: false }
}

/** The certificate of the first client that shows one. */
function certificateOf({ server }: Target): ShownCertificate | undefined {
  for (const { credential } of server?.clients ?? []) if ('certificate' in credential) return credential.certificate
  return undefined
}

function newCertificate({ secrets }: ProbeContext): ShownCertificate {
  return makeShownCertificate({ commonName: 'tester' }, secrets)
}

/** @spec RFC 8705 §3.1 */
async function thumbprintOf(certificate: ShownCertificate): Promise<string> {
  const der = Uint8Array.from(atob(derOf(certificate)), character => character.charCodeAt(0))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', der))
  return btoa(String.fromCharCode(...digest))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** The certificate in base64. */
function derOf({ certificate }: ShownCertificate): string {
  return certificate.replaceAll(/-----[A-Z ]+-----|\s/g, '')
}
