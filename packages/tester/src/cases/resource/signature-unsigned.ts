// RFC 8725 §2.1, §3.1, §3.2, §3.3
import type { TestCase } from '../../catalogue/test-case.ts'
import { joinJws, publicKeyTexts, signJws, zeroSignatures } from '../../node/forge-jws.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import { changedJwt, type GoodJwt, publicKeysOf } from './good-jwt.ts'
import { inconclusive, isJudgement, notApplicable } from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'

/** A token that says of itself that it is not signed. */
export const noneCase: TestCase = caseOnGuards(
  {
    id: 'RS-JWT-01',
    title: 'a token that says it is not signed',
    why: 'A token names the way in which it is signed, and `none` is one of them. Where that is believed, anybody writes tokens for anybody.',
    remedy:
      'Tell the verifier which algorithms count, by name, and never let `none` be one of them, in whatever spelling.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 8725 §2.1', 'RFC 8725 §3.2', 'RFC 9068 §4', 'OWASP ASVS 5.0 §9.1.2', 'CVE-2015-2951'],
    tags: ['jwt', 'signature'],
  },
  [
    ...['none', 'None', 'NONE', 'nOnE'].map(alg => unsigned({ variant: `alg ${alg}`, alg, signature: () => '' })),
    unsigned({ variant: 'alg none with a signature', alg: 'none', signature: ({ jwt }) => jwt.signature }),
    unsigned({ variant: 'alg is empty', alg: '', signature: ({ jwt }) => jwt.signature }),
  ],
)

type Unsigned = {
  readonly variant: string
  readonly alg: string
  readonly signature: (good: GoodJwt) => string
}

function unsigned({ variant, alg, signature }: Unsigned): Trial {
  return changedJwt({
    variant,
    sent: `a token with \`alg\` \`${alg}\``,
    change: good => joinJws({ ...good.jwt.header, alg }, good.jwt.payloadText, signature(good)),
  })
}

/** A token that was changed after it was signed. */
export const tamperedCase: TestCase = caseOnGuards(
  {
    id: 'RS-JWT-02',
    title: 'a token that was changed after it was signed',
    why: 'Where the signature is not checked, whoever has one token gives himself any rights and any name by editing it.',
    remedy:
      'Verify the signature of each token before anything in it is believed. Decoding a token is not verifying it.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 8725 §2.1', 'RFC 7515 §5.2', 'OWASP ASVS 5.0 §9.1.1'],
    tags: ['jwt', 'signature'],
  },
  [
    changedJwt({
      variant: 'a claim more',
      sent: 'a token with a claim that its issuer did not sign',
      change: ({ jwt }) => joinJws(jwt.headerText, { ...jwt.payload, tampered: true }, jwt.signature),
    }),
    changedJwt({
      variant: 'a longer life',
      sent: 'a token whose life was made longer than its issuer signed',
      change: ({ jwt }) => joinJws(jwt.headerText, { ...jwt.payload, exp: later(jwt.payload.exp) }, jwt.signature),
    }),
    changedJwt({
      variant: 'another header',
      sent: 'a token with a header that its issuer did not sign',
      change: ({ jwt }) => joinJws({ ...jwt.header, tampered: true }, jwt.payloadText, jwt.signature),
    }),
  ],
)

function later(exp: unknown): unknown {
  return typeof exp === 'number' ? exp + 3600 : exp
}

/** A token whose shared secret is what everybody knows: the public key. */
export const confusionCase: TestCase = caseOnGuards(
  {
    id: 'RS-JWT-03',
    title: 'a token signed with the public key as if it were a password',
    why: 'The public key is public. A verifier that lets the token choose between key pairs and passwords takes it for a password, and anybody can sign.',
    remedy:
      'Tell the verifier which algorithms count: those of the key pair, and none of HS256, HS384 and HS512 beside them.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 8725 §2.1', 'RFC 8725 §3.1', 'OWASP ASVS 5.0 §9.1.2', 'CVE-2016-10555'],
    tags: ['jwt', 'signature'],
  },
  [
    confused('PEM', ({ pem }) => pem),
    confused('PEM without its last line break', ({ pem }) => pem.trimEnd()),
    confused('DER', ({ der }) => der),
    confused('JWK', ({ jwk }) => jwk),
  ],
)

type KeyTexts = ReturnType<typeof publicKeyTexts>

function confused(form: string, secretOf: (texts: KeyTexts) => string | Uint8Array): Trial {
  return changedJwt({
    variant: form,
    sent: `a token signed by HS256 with the public key (${form}) as the secret`,
    change: async (good, context) => {
      const key = await keyOfToken(context, good)
      if ('verdict' in key) return key
      const header = { ...good.jwt.header, alg: 'HS256' }
      return signJws({ header, payload: good.jwt.payloadText, key: { secret: secretOf(publicKeyTexts(key)) } })
    },
  })
}

/** The public key that the token names, or the first one where it names none. */
async function keyOfToken(context: ProbeContext, good: GoodJwt) {
  if (good.alg.startsWith('HS')) return notApplicable('the tokens are signed with a shared secret, so no key is public')
  const keys = await publicKeysOf(context, good)
  if (isJudgement(keys)) return keys
  const named = keys.find(key => 'kid' in key && key.kid === good.jwt.header.kid)
  return named ?? keys[0] ?? inconclusive('the key set of the issuer is empty')
}

/** A token whose signature is empty or made of zeros. */
export const zeroCase: TestCase = caseOnGuards(
  {
    id: 'RS-JWT-04',
    title: 'a token whose signature is empty or nothing but zeros',
    why: 'Some verifiers skip an empty signature, and some compute that zeros fit every message. Then no key is needed to sign.',
    remedy: 'Use a maintained library for signatures, keep it and the runtime up to date, and refuse empty signatures.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 8725 §3.3', 'CVE-2022-21449', 'CVE-2020-28042'],
    tags: ['jwt', 'signature'],
  },
  [
    ...zeroSignatures.map(({ variant, signature }) =>
      changedJwt({
        variant,
        sent: `a token whose signature is ${variant}`,
        change: ({ jwt }) => joinJws(jwt.headerText, jwt.payloadText, signature),
      }),
    ),
    changedJwt({
      variant: 'two parts',
      sent: 'a token of which the signature was cut off with its dot',
      change: ({ jwt }) => joinJws(jwt.headerText, jwt.payloadText, '').slice(0, -1),
    }),
  ],
)
