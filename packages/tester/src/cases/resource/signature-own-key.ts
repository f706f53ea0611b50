// RFC 7515 §4.1.2, §4.1.3, §4.1.5, §4.1.6
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { judgeRefusal, unauthorized } from '../../judge/judge-refusal.ts'
import { type SigningKey, signJws } from '../../node/forge-jws.ts'
import { selfSigned, x5cOf } from '../../node/self-signed.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { KeyPair } from '../../target/target.ts'
import { changedJwt, type GoodJwt, goodJwt, ownKey, pairAlg } from './good-jwt.ts'
import { isJudgement, withTokenText } from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'

/** A key of the tester's own, and what a header says to make it count. */
type Brought = { readonly key: KeyPair; readonly header: Readonly<Record<string, unknown>> }

/** The token, signed by another key than its issuer's. */
function resigned({ jwt }: GoodJwt, header: Readonly<Record<string, unknown>>, key: SigningKey): string {
  return signJws({ header: { ...jwt.header, ...header }, payload: jwt.payloadText, key })
}

/** A token that brings the key by which it is to be verified. */
export const embeddedKeyCase: TestCase = caseOnGuards(
  {
    id: 'RS-JWT-05',
    title: 'a token that brings its own key',
    why: 'A key that comes with a token vouches for nothing: whoever makes a token makes the key as well.',
    remedy: 'Take keys from the key set of the issuer alone, and ignore or refuse the header member `jwk`.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 7515 §4.1.3', 'OWASP ASVS 5.0 §9.1.3', 'CVE-2018-0114'],
    tags: ['jwt', 'signature'],
  },
  [
    changedJwt({
      variant: "under the issuer's `kid`",
      sent: 'a token with a key of its own in the header',
      change: (good, context) => {
        const alg = pairAlg(good.alg)
        const key = ownKey(alg, context.secrets)
        return resigned(good, { alg, jwk: { ...key.publicJwk, kid: good.jwt.header.kid } }, key)
      },
    }),
    changedJwt({
      variant: 'under a `kid` of its own',
      sent: 'a token with a key of its own, and its own name for it, in the header',
      change: (good, context) => {
        const alg = pairAlg(good.alg)
        const key = ownKey(alg, context.secrets)
        return resigned(good, { alg, kid: 'own', jwk: { ...key.publicJwk, kid: 'own' } }, key)
      },
    }),
  ],
)

/** A token with a certificate that it signed itself. */
export const embeddedCertificateCase: TestCase = caseOnGuards(
  {
    id: 'RS-JWT-07',
    title: 'a token that brings its own certificate',
    why: 'A certificate that nobody trusted signed says no more than a key in the token: anybody makes one.',
    remedy: 'Take keys from the key set of the issuer alone, and ignore or refuse the header member `x5c`.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 7515 §4.1.6', 'RFC 8725 §3.10', 'OWASP ASVS 5.0 §9.1.3'],
    tags: ['jwt', 'signature'],
  },
  [
    changedJwt({
      sent: 'a token with a certificate of its own in the header',
      change: (good, context) => {
        const alg = certificateAlg(good.alg)
        const key = ownKey(alg, context.secrets)
        return resigned(good, { alg, x5c: x5cOf(certificateOf(key)) }, key)
      },
    }),
  ],
)

/** Certificates are made for two kinds of key. */
function certificateAlg(alg: string): string {
  const wanted = pairAlg(alg)
  return wanted === 'ES256' || /^[RP]S/.test(wanted) ? wanted : 'ES256'
}

function certificateOf(key: KeyPair): Uint8Array {
  return selfSigned(key, { commonName: 'tester' })
}

/** A token that says where its key can be fetched. */
export const fetchedKeyCase: TestCase = caseOnGuards(
  {
    id: 'RS-JWT-06',
    title: 'a token that says where to fetch its key',
    why: 'Whoever makes the token serves the key. And an API that fetches any address can be sent to addresses behind its firewall.',
    remedy:
      'Take keys from the one configured address of the issuer, and never fetch what `jku` or `x5u` of a token name.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 8725 §2.9', 'RFC 8725 §3.10', 'RFC 7515 §4.1.2', 'OWASP ASVS 5.0 §9.1.3', 'OWASP API7:2023'],
    tags: ['jwt', 'signature', 'ssrf'],
  },
  [fetched('jku', serveKeySet), fetched('x5u', serveCertificate)],
)

type Serve = (context: ProbeContext, good: GoodJwt, url: string) => Brought

function serveKeySet({ canary, secrets }: ProbeContext, { alg: given, jwt }: GoodJwt, url: string): Brought {
  const alg = pairAlg(given)
  const key = ownKey(alg, secrets)
  const keys = [{ ...key.publicJwk, kid: jwt.header.kid, alg, use: 'sig' }]
  canary.answer(url, { contentType: 'application/jwk-set+json', body: JSON.stringify({ keys }) })
  return { key, header: { alg, jku: url } }
}

function serveCertificate({ canary, secrets }: ProbeContext, { alg: given }: GoodJwt, url: string): Brought {
  const alg = certificateAlg(given)
  const key = ownKey(alg, secrets)
  const [text] = x5cOf(certificateOf(key))
  const body = `-----BEGIN CERTIFICATE-----\n${text.replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
  canary.answer(url, { contentType: 'application/pem-certificate-chain', body })
  return { key, header: { alg, x5u: url } }
}

/** Milliseconds in which an API that answers first and fetches later has fetched. */
const patience = 500

function fetched(member: 'jku' | 'x5u', serve: Serve): Trial {
  return {
    variant: member,
    run: async (context, operation) => {
      const good = await goodJwt(context, operation)
      if (isJudgement(good)) return good
      const url = context.canary.url(member)
      const { key, header } = serve(context, good, url)
      const exchange = await context.send(withTokenText(context, good, resigned(good, header, key)))
      const judgement = judgeRefusal(exchange, {
        ...unauthorized,
        sent: `a token whose \`${member}\` names a server of the tester`,
      })
      if (judgement.verdict === 'fail') return judgement
      await context.wait(patience)
      return context.canary.hits(url) === 0 ? judgement : wasFetched(member, judgement)
    },
  }
}

function wasFetched(member: string, judgement: Judgement): Judgement {
  const reason = `the API refused the token, but fetched the address that its \`${member}\` names`
  return { ...judgement, verdict: 'fail', reason, complaint: 'fetches what a token names' }
}
