import type { CaseId } from '../../catalogue/case-id.ts'
import { endpointDefects } from './endpoint-defects.ts'

/** A weakness that the weak server can have: what is wrong, and under which case it must be found. */
export type WeakDefect = {
  readonly what: string
  readonly found: CaseId
  /** Cases that rightly tell of it too, because the same weakness breaks what they ask. */
  readonly alsoFound?: readonly CaseId[]
  /** What it keeps from being seen where other weaknesses are on as well. */
  readonly hides?: string
}

/** Every weakness, one switch each. */
export const defects = {
  // metadata
  'issuer-differs': { what: 'the metadata name another issuer', found: 'AS-MET-01' },
  'metadata-no-json': { what: 'the metadata are not sent as JSON', found: 'AS-MET-01' },
  'private-key-published': { what: 'the key set shows a private key', found: 'AS-MET-02' },
  'keys-without-id': { what: 'keys have neither an identifier nor a use', found: 'AS-MET-02' },
  'metadata-for-any-path': { what: 'any path in front of it gives the same metadata', found: 'AS-MET-03' },
  'plain-announced': { what: 'the metadata announce `plain`', found: 'AS-MET-04' },
  'implicit-announced': { what: 'the metadata announce the implicit and the password grant', found: 'AS-MET-05' },
  'iss-not-announced': { what: 'the metadata do not promise `iss`', found: 'AS-MET-06' },
  'metadata-without-cors': { what: 'scripts may not read the metadata', found: 'AS-MET-07' },
  'cors-everywhere': {
    what: 'scripts may read the answers of the authorization endpoint',
    found: 'AS-MET-07',
    alsoFound: ['AS-AUT-11'],
  },

  // redirect URIs
  'redirect-any': {
    what: 'any redirect URI is taken',
    found: 'AS-RED-01',
    alsoFound: ['AS-RED-02', 'AS-RED-03', 'AS-RED-05', 'AS-RED-07'],
  },
  'redirect-prefix': { what: 'a redirect URI need only begin like a registered one', found: 'AS-RED-02' },
  'redirect-case-folded': { what: 'redirect URIs are compared without case', found: 'AS-RED-02' },
  'redirect-normalized': { what: 'redirect URIs are compared after they were tidied up', found: 'AS-RED-02' },
  'redirect-same-domain': { what: 'of a redirect URI only the domain counts', found: 'AS-RED-02' },
  'redirect-fixed-port': { what: 'the port of a loopback redirect URI must be the registered one', found: 'AS-RED-03' },
  'redirect-last-wins': { what: 'of two redirect URIs the last counts', found: 'AS-RED-04' },
  'redirect-first-wins': {
    what: 'of two redirect URIs the first counts',
    found: 'AS-RED-04',
  },
  'error-before-check': { what: 'errors are sent to redirect URIs that nobody registered', found: 'AS-RED-05' },
  'error-to-stranger': { what: 'errors go at once to a client that registered itself', found: 'AS-RED-05' },
  'redirect-307': { what: 'the redirect after the login repeats the password', found: 'AS-RED-06' },
  'redirect-script': { what: 'redirect URIs may be scripts', found: 'AS-RED-07' },

  // authorization
  'response-type-optional': { what: 'a missing `response_type` means `code`', found: 'AS-AUT-01' },
  'state-lost': { what: 'errors come without `state`', found: 'AS-AUT-01' },
  'parameter-twice': {
    what: 'of a parameter that comes twice the first counts',
    found: 'AS-AUT-02',
    alsoFound: ['AS-AUT-01'],
  },
  'unknown-parameter-refused': { what: 'parameters that nobody knows are refused', found: 'AS-AUT-02' },
  'state-mangled': { what: '`state` comes back changed', found: 'AS-AUT-03' },
  'iss-missing': { what: 'the answer does not say who gives it', found: 'AS-AUT-04' },
  'iss-missing-in-errors': { what: 'an error does not say who gives it', found: 'AS-AUT-04' },
  'frames-allowed': { what: 'the pages may stand in a frame', found: 'AS-AUT-05' },
  'referrer-sent': { what: 'pages tell others their address', found: 'AS-AUT-06' },
  'third-party-content': { what: 'pages load things from elsewhere', found: 'AS-AUT-06' },
  'consent-without-csrf': { what: 'anybody can send the consent form', found: 'AS-AUT-07' },
  'consent-skipped': {
    what: 'nobody is asked for consent',
    found: 'AS-AUT-08',
    hides: 'what is wrong with the consent page',
  },
  'consent-of-silence': { what: '`prompt=none` counts as the user’s agreement', found: 'AS-AUT-08' },
  'consent-unclear': {
    what: 'the consent page names neither client nor scope',
    found: 'AS-AUT-09',
    hides: 'what becomes of the user’s choice',
  },
  'implicit-granted': { what: 'tokens come in the address', found: 'AS-AUT-10' },

  // PKCE
  'pkce-optional': { what: 'a code may be had without a challenge', found: 'AS-PKC-01' },
  'pkce-plain': { what: '`plain` is taken', found: 'AS-PKC-02' },
  'verifier-optional': { what: 'the verifier may be left out', found: 'AS-PKC-03' },
  'verifier-ignored': { what: 'any verifier is good', found: 'AS-PKC-04', alsoFound: ['AS-PKC-03', 'AS-PKC-06'] },
  'pkce-downgraded': { what: 'the challenge is good as verifier', found: 'AS-PKC-04' },
  'verifier-without-challenge': {
    what: 'a verifier counts although there was no challenge',
    found: 'AS-PKC-05',
    alsoFound: ['AS-PKC-01'],
  },
  'verifier-any-form': { what: 'verifiers may be of any length and alphabet', found: 'AS-PKC-06' },

  // codes
  'code-reused': { what: 'a code is good twice', found: 'AS-COD-01', alsoFound: ['AS-COD-02'] },
  'tokens-survive-reuse': { what: 'tokens outlive the second use of their code', found: 'AS-COD-01' },
  'code-race': { what: 'a code is spent only some time after it was looked at', found: 'AS-COD-02' },
  'code-forever': { what: 'codes never expire', found: 'AS-COD-03' },
  'code-minutes': { what: 'codes are good for five minutes', found: 'AS-COD-03' },
  'code-of-anybody': { what: 'a code is good for any client', found: 'AS-COD-04' },
  'redirect-uri-forgotten': { what: 'the redirect URI of the code is not compared', found: 'AS-COD-05' },
  'code-guessable': { what: 'codes are short and counted', found: 'AS-COD-06' },
  'code-binding-forgotten': { what: 'the key that a code is bound to is not compared', found: 'AS-COD-07' },

  ...endpointDefects,
} as const satisfies Readonly<Record<string, WeakDefect>>

/** The name of a weakness. */
export type WeakDefectName = keyof typeof defects

/** Tells whether a weakness is switched on. */
export type Has = (defect: WeakDefectName) => boolean

/** The names of all weaknesses. */
export const weakDefectNames: readonly WeakDefectName[] = Object.keys(defects).filter(isWeakDefect)

function isWeakDefect(name: string): name is WeakDefectName {
  return Object.hasOwn(defects, name)
}
