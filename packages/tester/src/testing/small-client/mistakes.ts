import type { CaseId } from '../../catalogue/case-id.ts'

/** A mistake that the small client can make: what it is, and under which case it must be found. */
export type Mistake = { readonly what: string; readonly found: CaseId }

/** Every mistake, one switch each. */
export const mistakes = {
  'state-unchecked': { what: 'the client looks at no state', found: 'CL-STA-01' },
  'state-unbound': { what: 'a state is good in any browser', found: 'CL-STA-01' },
  'state-reusable': { what: 'a state is good twice', found: 'CL-STA-01' },
  'state-constant': { what: 'the state is always the same', found: 'CL-STA-02' },
  'state-counted': { what: 'states are counted', found: 'CL-STA-02' },
  'nonce-constant': { what: 'the nonce is always the same', found: 'CL-STA-02' },
  'iss-unchecked': { what: 'the client looks at no `iss`', found: 'CL-ISS-01' },
  'iss-optional': { what: 'the client does not miss `iss`', found: 'CL-ISS-01' },
  'nonce-unchecked': { what: 'the client looks at no nonce', found: 'CL-NON-01' },
  'aud-unchecked': { what: 'the client looks at no audience', found: 'CL-NON-01' },
  'signature-unchecked': { what: 'the client verifies no signature', found: 'CL-NON-01' },
  'expiry-unchecked': { what: 'the client takes old ID tokens', found: 'CL-NON-01' },
  'issuer-unchecked': { what: 'the client takes ID tokens of others', found: 'CL-NON-01' },
  'no-pkce': { what: 'the client sends no challenge', found: 'CL-COD-01' },
  'plain-pkce': { what: 'the client sends its verifier in clear', found: 'CL-COD-01' },
  'verifier-forgotten': { what: 'the client forgets its verifier', found: 'CL-COD-01' },
  greedy: { what: 'the client asks for more than it needs', found: 'CL-SCP-01' },
  'stays-at-callback': { what: 'the page stands at the address with the code', found: 'CL-LEK-01' },
  'token-in-address': { what: 'the token goes through the browser’s address', found: 'CL-LEK-01' },
  'token-in-query': { what: 'the client calls with the token in the address', found: 'CL-LEK-01' },
  'token-in-page': { what: 'the token stands in a page', found: 'CL-LEK-01' },
  'token-in-cookie': { what: 'the token stands in a cookie for scripts', found: 'CL-LEK-01' },
  'breaks-on-less': { what: 'the client breaks where it gets less', found: 'CL-GRA-01' },
  'asks-again': { what: 'the client asks again where it gets less', found: 'CL-GRA-01' },
} as const satisfies Readonly<Record<string, Mistake>>

/** The name of a mistake. */
export type MistakeName = keyof typeof mistakes
