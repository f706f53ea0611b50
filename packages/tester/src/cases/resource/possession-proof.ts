// RFC 9449 §4.2, §4.3, §6, §7.1
import type { TestCase } from '../../catalogue/test-case.ts'
import { ownKey } from './good-jwt.ts'
import { caseOnGuards } from './guarded-case.ts'
import {
  type BoundCall,
  badProof,
  changedProof,
  type ProofChange,
  proofFor,
  takenProof,
  urlOf,
  withProofs,
} from './possession-start.ts'

/** No proof, or more than one. */
export const oneProofCase: TestCase = caseOnGuards(
  {
    id: 'RS-POP-02',
    title: 'a token that is bound to a key, with no proof or with two',
    why: 'Without a proof anybody may send the token. With two, a gateway may check one and the API the other.',
    remedy: 'Demand exactly one `DPoP` header with each token in the scheme DPoP.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9449 §4.3', 'RFC 9449 §7.1'],
    tags: ['dpop', 'possession'],
  },
  [
    badProof({
      variant: 'none',
      sent: 'a token bound to a key, without a proof,',
      request: bound => withProofs(bound),
    }),
    badProof({
      variant: 'two',
      sent: 'a token bound to a key, with two good proofs,',
      request: bound => withProofs(bound, proofFor(bound), proofFor(bound)),
    }),
    badProof({
      variant: 'a word',
      sent: 'a token bound to a key, with a word in place of the proof,',
      request: bound => withProofs(bound, 'garbage'),
    }),
  ],
)

/** A proof by somebody who does not hold the key. */
export const otherKeyProofCase: TestCase = caseOnGuards(
  {
    id: 'RS-POP-03',
    title: 'a proof by another key',
    why: 'A proof shows that the sender holds a key. If that need not be the key of the token, a thief makes a key of his own.',
    remedy:
      'Compare the thumbprint of the key in the proof with `cnf.jkt` of the token, and verify the proof by that key.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9449 §4.3', 'RFC 9449 §6'],
    tags: ['dpop', 'possession'],
  },
  [
    changedProof('a proof of another key', 'a good proof of another key', bound => ({ key: strangeKey(bound) })),
    changedProof(
      'the right key named, another signs',
      'a proof that names the right key and is signed by another',
      bound => ({
        change: { key: strangeKey(bound) },
      }),
    ),
  ],
)

function strangeKey({ context }: BoundCall) {
  return ownKey('ES256', context.secrets)
}

const members: readonly (readonly [name: string, change: NonNullable<ProofChange['change']>])[] = [
  ['typ', { header: { typ: undefined } }],
  ['jwk', { header: { jwk: undefined } }],
  ['jti', { claims: { jti: undefined } }],
  ['htm', { claims: { htm: undefined } }],
  ['htu', { claims: { htu: undefined } }],
  ['iat', { claims: { iat: undefined } }],
  ['ath', { claims: { ath: undefined } }],
]

/** A proof that lacks something. */
export const missingMemberCase: TestCase = caseOnGuards(
  {
    id: 'RS-POP-04',
    title: 'a proof that lacks a member',
    why: 'Each member ties the proof to something: one call, one address, one moment, one token. What is missing ties it to nothing, and whoever sees the proof uses it elsewhere.',
    remedy: 'Demand `typ`, `jwk`, `jti`, `htm`, `htu`, `iat` and `ath` in each proof.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 9449 §4.2', 'RFC 9449 §4.3'],
    tags: ['dpop', 'possession'],
  },
  members.map(([name, change]) => changedProof(`without ${name}`, `a proof without \`${name}\``, () => ({ change }))),
)

/** A proof for something else. */
export const otherCallCase: TestCase = caseOnGuards(
  {
    id: 'RS-POP-05',
    title: 'a proof that was made for another call',
    why: 'A proof travels through proxies and logs. If it need not be for this very call, whoever sees one uses it for others.',
    remedy:
      'Compare `htm` with the method, `htu` with the address without query and fragment, and `ath` with the hash of the token.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9449 §4.3'],
    tags: ['dpop', 'possession'],
  },
  [
    changedProof('another method', 'a proof for another method', ({ call: { method } }) => ({
      method: method === 'POST' ? 'GET' : 'POST',
    })),
    changedProof('another host', 'a proof for another host', ({ call }) => ({
      url: `https://api.foreign.example${call.target}`,
    })),
    changedProof('another path', 'a proof for another path', ({ call: { origin, target } }) => ({
      url: `${origin}${target.replace(/[?#].*/s, '')}/other`,
    })),
    changedProof('another token', 'a proof for another token', () => ({
      change: { claims: { ath: 'A'.repeat(43) } },
    })),
    takenProof(
      'query and fragment in htu',
      'a proof whose address has a query and a fragment, which do not count,',
      ({ call }) => ({
        change: { claims: { htu: `${urlOf(call).replace(/[?#].*/s, '')}?a=b#c` } },
      }),
    ),
  ],
)

/** A proof that proves nothing. */
export const unsignedProofCase: TestCase = caseOnGuards(
  {
    id: 'RS-POP-08',
    title: 'a proof without a real signature, or with the private key in it',
    why: 'Without a signature by a key pair anybody makes proofs for any token. And a private key that travels is private no more.',
    remedy: 'Take proofs that are signed by a key pair only, and refuse those whose `jwk` has private members.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9449 §4.3'],
    tags: ['dpop', 'possession', 'signature'],
  },
  [
    changedProof('alg none', 'a proof with `alg` `none`', () => ({ change: { header: { alg: 'none' } } })),
    changedProof('HS256', 'a proof signed by HS256 with a secret that stands in it', ({ key }) => ({
      change: { header: { alg: 'HS256' }, key: { secret: JSON.stringify(key.publicJwk) } },
    })),
    changedProof('a private key in it', 'a proof with its private key in the header', ({ key }) => ({
      change: { header: { jwk: readJwk(key.privateJwk.reveal()) } },
    })),
  ],
)

function readJwk(text: string): unknown {
  return JSON.parse(text)
}
