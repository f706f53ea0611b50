import type { CaseId } from '../../catalogue/case-id.ts'

/** A defect that the planted API can have: what is wrong, and under which case it must be found. */
export type PlantedDefect = {
  readonly what: string
  readonly found: CaseId
  /** Findings that rightly stand beside it, each with the reason why it is another one. */
  readonly alsoFound?: Readonly<Partial<Record<CaseId, string>>>
}

/** Every defect, one switch each. */
export const defects = {
  // presence and transport
  'unguarded-operation': { what: 'the list of pets asks for no token', found: 'RS-TOK-01' },
  'no-challenge': { what: 'a 401 carries no challenge', found: 'RS-TOK-01' },
  'garbage-accepted': { what: 'a token that is no JWT is let in', found: 'RS-TOK-02' },
  'garbage-crashes': { what: 'a token that cannot be decoded ends in a 500', found: 'RS-TOK-03' },
  'empty-token-accepted': { what: '`Bearer` without a token is let in', found: 'RS-TOK-04' },
  'scheme-case-sensitive': { what: 'only `Bearer` in this case is known', found: 'RS-TOK-05' },
  'any-scheme': { what: 'the token counts whatever scheme is before it', found: 'RS-TOK-06' },
  'last-authorization-wins': { what: 'of two `Authorization` fields the last counts', found: 'RS-TOK-07' },
  'long-token-crashes': { what: 'a long token ends in a 500', found: 'RS-TOK-08' },
  'token-mended': { what: 'padding, spaces and strange dots in a token are mended', found: 'RS-TOK-09' },
  'plain-http-served': { what: 'the API answers over plain http', found: 'RS-TRN-01' },
  'plain-http-redirected': { what: 'plain http leads on to https with the token already sent', found: 'RS-TRN-01' },
  'old-tls': { what: 'old versions of TLS and any name are spoken', found: 'RS-TRN-02' },
  'token-in-query': { what: '`?access_token=` counts', found: 'RS-TRN-03' },
  'second-token-in-form': { what: 'a second token in the form is not minded', found: 'RS-TRN-04' },
  'form-over-header': { what: 'a token in the form counts, whatever is in the header', found: 'RS-TRN-04' },
  'token-in-cookie': { what: 'a cookie and `X-Access-Token` count', found: 'RS-TRN-05' },
  'cors-with-credentials': { what: 'any origin may read with credentials', found: 'RS-TRN-06' },

  // signature and header
  'alg-none': { what: 'a token without a signature is good', found: 'RS-JWT-01' },
  'signature-ignored': { what: 'the signature is not looked at', found: 'RS-JWT-02' },
  'public-key-as-secret': { what: 'HS256 with the public key as secret is good', found: 'RS-JWT-03' },
  'zero-signature': { what: 'an empty signature, or one of zeros, is good', found: 'RS-JWT-04' },
  'embedded-key': { what: 'the key in the `jwk` header is trusted', found: 'RS-JWT-05' },
  'jku-followed': { what: 'the key set that `jku` names is fetched and trusted', found: 'RS-JWT-06' },
  'x5c-trusted': { what: 'the certificate in the token is trusted', found: 'RS-JWT-07' },
  'kid-is-path': { what: '`kid` is read as the path of a file', found: 'RS-JWT-08' },
  'key-fetched-each-time': { what: 'each unknown `kid` makes the API fetch the key set', found: 'RS-JWT-08' },
  'weak-secret': { what: 'tokens are signed by HS256 with a secret out of a word list', found: 'RS-JWT-09' },
  'any-algorithm': { what: 'the key decides, and not the list of algorithms', found: 'RS-JWT-10' },
  'any-key-of-set': { what: 'keys for other uses are good too', found: 'RS-JWT-11' },
  'crit-ignored': { what: 'critical extensions that nobody knows are passed over', found: 'RS-JWT-12' },
  'typ-ignored': { what: 'tokens of any type are good', found: 'RS-JWT-13' },
  'duplicate-claims': { what: 'of two claims with one name the last counts', found: 'RS-JWT-14' },
  'bomb-inflated': { what: 'an encrypted token may cost seconds', found: 'RS-JWT-15' },
  'curve-crashes': { what: 'a point outside of its curve ends in a 500', found: 'RS-JWT-16' },
  'retired-key': { what: 'a key that was taken back is still good', found: 'RS-JWT-17' },
  'keys-kept': { what: 'a new key is never heard of', found: 'RS-JWT-17' },

  // claims
  'expiry-ignored': { what: '`exp` is not looked at', found: 'RS-CLM-01' },
  'large-skew': { what: 'clocks may differ by 90 seconds', found: 'RS-CLM-02' },
  'nbf-ignored': { what: '`nbf` is not looked at', found: 'RS-CLM-03' },
  'far-future': { what: 'tokens from tomorrow and for thousands of years are good', found: 'RS-CLM-04' },
  'issuer-loose': { what: 'the issuer is compared without case and last slash', found: 'RS-CLM-05' },
  'issuer-ignored': { what: 'the issuer is not looked at', found: 'RS-CLM-05' },
  'audience-ignored': { what: '`aud` is not looked at', found: 'RS-CLM-06' },
  'audience-prefix': { what: 'an audience that begins like ours is good', found: 'RS-CLM-06' },
  'audience-optional': { what: 'a token without `aud` is for everybody', found: 'RS-CLM-07' },
  'expiry-optional': { what: 'a token without `exp` is good for ever', found: 'RS-CLM-08' },
  'expiry-any-type': { what: '`exp` may be a text or a fraction', found: 'RS-CLM-08' },
  'subject-optional': { what: 'a token without `sub` or `client_id` is good', found: 'RS-CLM-09' },
  'subject-without-issuer': { what: 'users of two issuers with one `sub` are the same', found: 'RS-CLM-10' },
  'identity-by-email': { what: 'whoever has the address is the user', found: 'RS-CLM-11' },
  'client-as-user': { what: 'a client whose id is that of a user acts as this user', found: 'RS-CLM-12' },

  // kinds of tokens
  'id-token-accepted': { what: 'an ID token is good', found: 'RS-TYP-01' },
  'refresh-token-accepted': { what: 'a refresh token is good', found: 'RS-TYP-02' },
  'clients-see-all': { what: 'a client with a token of its own sees the orders of all', found: 'RS-TYP-04' },
  'assertion-accepted': { what: 'an assertion by which a client shows who it is is good', found: 'RS-TYP-03' },

  // scope
  'scope-optional': { what: 'a token without scope may do all', found: 'RS-SCP-02' },
  'challenge-without-scope': { what: 'a 403 does not say which scope is wanted', found: 'RS-SCP-02' },
  'any-scope': {
    what: 'any one scope opens all',
    found: 'RS-SCP-03',
  },
  'scope-any-of': { what: 'of several scopes one is enough', found: 'RS-SCP-04' },
  'scope-by-substring': { what: 'a scope is looked for as a piece of text', found: 'RS-SCP-05' },
  'scope-case-folded': { what: 'scopes are compared without case', found: 'RS-SCP-06' },
  'scope-first-only': { what: 'only as many scopes of a token count as are wanted', found: 'RS-SCP-08' },
  'scope-split-by-tab': { what: 'a tab separates scopes', found: 'RS-SCP-08' },
  'scope-array': { what: '`scope` may be an array, and `scp` and `roles` count', found: 'RS-SCP-09' },
  'write-with-read': {
    what: 'what reads may write',
    found: 'RS-SCP-10',
  },
  'scope-upward': { what: 'a part of a scope opens the whole', found: 'RS-SCP-11' },
  'scope-wildcard': { what: '`*` in a scope stands for anything', found: 'RS-SCP-12' },
  'permissions-claim': { what: '`permissions` stands in for scope', found: 'RS-SCP-13' },
  'batch-by-first': { what: 'of a list of items the first alone is looked at', found: 'RS-SCP-14' },
  'price-with-withdrawal': { what: 'a withdrawal may set the price too', found: 'RS-SCP-15' },

  // objects
  'other-users-order': { what: 'orders of others can be read', found: 'RS-OBJ-01' },
  'filter-without-owner': { what: 'asked for by id, the list shows orders of others', found: 'RS-OBJ-02' },
  'parent-ignored': { what: 'an item is found under any store', found: 'RS-OBJ-03' },
  'list-of-all': { what: 'the list shows orders of all', found: 'RS-OBJ-04' },
  'mass-assignment': { what: 'whoever orders may say in whose name', found: 'RS-OBJ-05' },
  'deleted-served': { what: 'an order that was cancelled is still shown', found: 'RS-OBJ-06' },
  'delete-without-owner': {
    what: 'anybody may cancel what only its owner may change',
    found: 'RS-OBJ-07',
  },

  // conditions, step-up, authorization details
  'condition-skipped': {
    what: 'whose store it is does not matter to who changes the stock',
    found: 'RS-CND-01',
  },
  'off-by-one': { what: 'one more than there is can be withdrawn', found: 'RS-CND-02' },
  'forbid-skipped': { what: 'the price of a locked item can be changed', found: 'RS-CND-03' },
  'missing-opens': { what: 'where the number is missing, the condition holds', found: 'RS-CND-04' },
  'store-from-caller': { what: 'the caller says in which store they work', found: 'RS-CND-05' },
  race: { what: 'between looking and taking there is time', found: 'RS-CND-06' },
  'step-up-ignored': { what: 'how strong the login was does not matter', found: 'RS-STP-01' },
  'old-login': { what: 'when the user logged in does not matter', found: 'RS-STP-02' },
  'level-from-caller': { what: 'the caller says how the user logged in', found: 'RS-STP-03' },
  'details-ignored': { what: 'of what type and for which place the details are is not looked at', found: 'RS-RAR-01' },
  'details-optional': { what: 'without details all is allowed', found: 'RS-RAR-02' },

  // possession
  'bound-as-bearer': { what: 'a token that is bound to a key is taken without a proof as Bearer', found: 'RS-POP-01' },
  'proof-optional': { what: 'a token that is bound to a key is taken without a proof', found: 'RS-POP-02' },
  'two-proofs': { what: 'of two proofs the first counts', found: 'RS-POP-02' },
  'proof-by-any-key': { what: 'a proof by any key is good', found: 'RS-POP-03' },
  'proof-members-optional': { what: 'what a proof lacks is not missed', found: 'RS-POP-04' },
  'proof-for-any-place': { what: '`htu` is not compared', found: 'RS-POP-05' },
  'proof-for-any-method': { what: '`htm` is not compared', found: 'RS-POP-05' },
  'proof-for-any-token': { what: '`ath` is not compared', found: 'RS-POP-05' },
  'proof-of-any-age': { what: 'the age of a proof does not matter', found: 'RS-POP-06' },
  'proof-replayed': { what: 'a proof is good twice', found: 'RS-POP-07' },
  'proof-unsigned': { what: 'a proof without a real signature is good', found: 'RS-POP-08' },
  'proof-with-private-key': { what: 'a proof may carry its private key', found: 'RS-POP-08' },
  'any-nonce': { what: 'a nonce is asked for, and any is good', found: 'RS-POP-09' },
  'certificate-ignored': { what: 'the certificate that a token is bound to is not asked for', found: 'RS-POP-10' },
  'certificate-from-header': { what: 'a header field stands in for the certificate', found: 'RS-POP-10' },

  // revocation and introspection
  'revoked-accepted': { what: 'a revoked token is good', found: 'RS-REV-01' },
  'grant-survives': { what: 'access tokens outlive their refresh token', found: 'RS-REV-02' },
  'introspection-failure-opens': { what: 'where nobody can be asked, the token is good', found: 'RS-REV-03' },
  'introspection-audience-ignored': { what: 'active is enough, whoever the token is for', found: 'RS-REV-04' },
  'introspection-expiry-ignored': { what: 'active is enough, whenever the token ended', found: 'RS-REV-04' },

  // routing
  'path-normalized': { what: 'a strange path reaches the operation past its guard', found: 'RS-ROU-01' },
  'path-decoded': { what: 'an encoded path reaches the operation past its guard', found: 'RS-ROU-02' },
  'method-override': { what: 'a header field changes the method behind the guard', found: 'RS-ROU-03' },
  'head-unguarded': { what: 'HEAD is answered without a token', found: 'RS-ROU-03' },
  'original-url': { what: '`X-Original-URL` changes the path behind the guard', found: 'RS-ROU-04' },
  'user-from-header': { what: '`X-User-Id` stands in for a token', found: 'RS-ROU-04' },
  'old-version': { what: 'the older version of the API has no guard', found: 'RS-ROU-05' },
  'stream-unguarded': { what: 'a WebSocket is opened without a token', found: 'RS-ROU-07' },

  // answers
  '401-for-403': { what: 'too little scope is told as a bad token', found: 'RS-ERR-01' },
  'stack-trace': { what: 'errors show where in the code they came about', found: 'RS-ERR-02' },
  'token-reflected': { what: 'bodies of errors show the token', found: 'RS-ERR-02' },
  'token-in-challenge': { what: 'challenges repeat the token', found: 'RS-ERR-04' },
  cacheable: { what: 'caches may keep what only the token opens', found: 'RS-ERR-03' },
  'bad-challenge': { what: 'the challenge is not written as its grammar wants', found: 'RS-ERR-04' },
  'metadata-not-named': { what: 'challenges do not name the metadata', found: 'RS-ERR-05' },
  'metadata-of-other': { what: 'the metadata are those of another resource', found: 'RS-ERR-05' },
  'metadata-scopes': { what: 'the metadata list scopes that there are not', found: 'RS-ERR-06' },
  'missing-differs': { what: 'an order of others is told apart from one that is not there', found: 'RS-ERR-08' },

  // the document
  'document-without-security': { what: 'the document asks nothing for an operation', found: 'RS-PRV-01' },
  'document-without-scope': { what: 'the document asks for no scope where something is written', found: 'RS-PRV-02' },
  'undeclared-scope': { what: 'an operation needs a scope that is not declared', found: 'RS-PRV-03' },
  'unused-scope': { what: 'a scope is declared that nothing needs', found: 'RS-PRV-03' },
  'guard-differs': { what: 'the code asks for another scope than the document says', found: 'RS-PRV-06' },
  'undocumented-operation': {
    what: 'the code serves, without a guard, what the document does not know',
    found: 'RS-ROU-06',
  },
  'read-scope-writes': { what: 'the document lets a scope to read write', found: 'RS-PRV-04' },

  // what clients do
  'client-asks-for-more': { what: 'a client asks for more scope than it uses', found: 'RS-PRV-05' },

  // load
  lockout: { what: 'after some bad tokens in a row the next good one is refused', found: 'RS-RAT-01' },
} as const satisfies Readonly<Record<string, PlantedDefect>>

/** The name of a defect. */
export type Defect = keyof typeof defects

/** Tells whether a defect is switched on. */
export type Has = (defect: Defect) => boolean

/** The names of all defects. */
export const defectNames: readonly Defect[] = Object.keys(defects).filter(isDefect)

function isDefect(name: string): name is Defect {
  return Object.hasOwn(defects, name)
}
