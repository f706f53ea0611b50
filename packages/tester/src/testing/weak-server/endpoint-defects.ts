import type { WeakDefect } from './defects.ts'

/** Weaknesses of the endpoints that machines talk to, and of devices, registration and logout. */
export const endpointDefects = {
  // the token endpoint
  'token-parameters-anywhere': {
    what: 'token requests may be made by GET, with secrets in the address',
    found: 'AS-TOK-01',
  },
  'token-from-json': { what: 'token requests may be JSON', found: 'AS-TOK-01' },
  'own-error-codes': { what: 'errors have names that nobody knows', found: 'AS-TOK-02', alsoFound: ['AS-TOK-05'] },
  'tokens-kept': { what: 'answers with tokens may be kept', found: 'AS-TOK-03' },
  'lifetime-untrue': { what: 'tokens live longer than is said', found: 'AS-TOK-04', alsoFound: ['AS-INT-02'] },
  'lifetime-days': { what: 'access tokens live for two days', found: 'AS-TOK-04' },
  'password-grant': { what: 'a password gives a token', found: 'AS-TOK-05' },
  'grant-for-anybody': { what: 'each client may use each grant', found: 'AS-TOK-06' },
  'machine-refreshes': { what: 'clients without users get refresh and ID tokens', found: 'AS-TOK-07' },
  'machine-as-user': { what: 'the tokens of clients have the subject of a user', found: 'AS-TOK-07' },
  'secret-unlimited': { what: 'secrets may be guessed without end', found: 'AS-TOK-08' },
  'secret-lockout': { what: 'wrong secrets lock the client out', found: 'AS-TOK-08' },

  // how clients authenticate
  'secret-optional': {
    what: 'the secret may be left out',
    found: 'AS-CLI-01',
    alsoFound: ['AS-INT-01', 'AS-PAR-01', 'AS-REV-02'],
  },
  'secret-ignored': {
    what: 'any secret is good',
    found: 'AS-CLI-01',
    alsoFound: ['AS-TOK-02', 'AS-TOK-08', 'AS-INT-01'],
  },
  'two-methods': { what: 'a client may authenticate in two ways at once', found: 'AS-CLI-02' },
  'method-downgrade': { what: 'a client that signs may send any secret instead', found: 'AS-CLI-03' },
  'assertion-unsigned': { what: 'the signature of statements is not verified', found: 'AS-CLI-04' },
  'assertion-expired': { what: 'statements are good after their time', found: 'AS-CLI-04' },
  'assertion-of-anybody': { what: 'a statement may be made by one and speak of another', found: 'AS-CLI-04' },
  'assertion-anywhere': { what: 'statements may be for any server', found: 'AS-CLI-04', alsoFound: ['AS-CLI-05'] },
  'assertion-for-address': { what: 'statements may name an address or a list', found: 'AS-CLI-05' },
  'assertion-replayed': { what: 'a statement is good twice', found: 'AS-CLI-06' },
  'certificate-any': { what: 'any certificate will do', found: 'AS-CLI-07' },
  'certificate-in-header': { what: 'a certificate in a header is believed', found: 'AS-CLI-07' },
  'public-machine': { what: 'public clients get tokens for themselves', found: 'AS-CLI-08' },
  'public-introspection': { what: 'public clients may ask about all tokens', found: 'AS-CLI-08' },

  // refresh tokens
  'refresh-reused': { what: 'a refresh token is good twice', found: 'AS-REF-01', alsoFound: ['AS-REF-02'] },
  'refresh-family-lives': { what: 'the grant outlives the second use of a refresh token', found: 'AS-REF-01' },
  'refresh-unrotated': {
    what: 'refresh tokens stay the same',
    found: 'AS-REF-01',
    alsoFound: ['AS-REF-03'],
    hides: 'how they are rotated',
  },
  'refresh-race': { what: 'a refresh token is spent some time after it was looked at', found: 'AS-REF-02' },
  'refresh-of-anybody': { what: 'a refresh token is good for each client', found: 'AS-REF-03' },
  'refresh-widened': { what: 'a refresh may ask for more', found: 'AS-REF-04' },
  'refresh-unnarrowed': { what: 'a refresh that asks for less gets all', found: 'AS-REF-05' },
  'refresh-endless': { what: 'refresh tokens have no last day', found: 'AS-REF-06' },
  'refresh-after-logout': { what: 'refresh tokens outlive the logout', found: 'AS-REF-06' },
  'refresh-unasked': {
    what: 'refresh tokens come unasked, and outlive the session',
    found: 'AS-REF-07',
    alsoFound: ['AS-REF-06'],
  },

  // scope
  'scope-unknown': { what: 'unknown scopes are granted', found: 'AS-SCP-01', alsoFound: ['AS-SCP-04'] },
  'scope-of-others': { what: 'a client gets scopes that it may not have', found: 'AS-SCP-02' },
  'scope-untold': { what: 'answers do not say what was granted', found: 'AS-SCP-03', alsoFound: ['AS-SCP-06'] },
  'scope-loosely-split': { what: 'scopes are split at whatever looks like a gap', found: 'AS-SCP-04' },
  'scope-upgraded': { what: 'the token request of a code may add scopes', found: 'AS-SCP-05' },
  'scope-choice-ignored': { what: 'what the user leaves out is granted', found: 'AS-SCP-06' },
  'resource-unknown': { what: 'tokens are made for APIs that nobody knows', found: 'AS-SCP-07' },
  'resource-ignored': { what: 'tokens are for all APIs', found: 'AS-SCP-07' },

  // revocation and introspection
  'revoke-nothing': {
    what: 'a revocation changes nothing',
    found: 'AS-REV-01',
    alsoFound: ['AS-REV-03', 'AS-INT-02'],
    hides: 'who may revoke',
  },
  'revoke-unknown-refused': { what: 'the revocation of an unknown token is an error', found: 'AS-REV-01' },
  'revoke-of-anybody': { what: 'any client may revoke any token', found: 'AS-REV-02' },
  'revoke-alone': { what: 'access tokens outlive their refresh token', found: 'AS-REV-03' },
  'introspection-open': {
    what: 'anybody may ask about tokens',
    found: 'AS-INT-01',
    alsoFound: ['AS-INT-02', 'AS-CLI-08'],
  },
  'introspection-of-others': {
    what: 'each client may ask about all tokens',
    found: 'AS-INT-02',
    alsoFound: ['AS-CLI-08'],
  },
  'introspection-tells': { what: 'dead tokens are described', found: 'AS-INT-02' },
  'introspection-of-the-dead': {
    what: 'expired tokens are said to be active',
    found: 'AS-INT-02',
  },

  // pushed and signed requests
  'push-open': { what: 'anybody may push requests', found: 'AS-PAR-01' },
  'push-nested': { what: 'a pushed request may refer to another', found: 'AS-PAR-01' },
  'reference-reused': { what: 'a reference is good twice', found: 'AS-PAR-02' },
  'reference-forever': { what: 'references do not expire', found: 'AS-PAR-02' },
  'reference-of-anybody': { what: 'a reference is good for each client', found: 'AS-PAR-02' },
  'push-only-announced': { what: 'the rule that requests must be pushed is not kept', found: 'AS-PAR-03' },
  'outside-wins': { what: 'parameters in the address win over pushed and signed ones', found: 'AS-PAR-04' },
  'object-unsigned': { what: 'the signature of requests is not verified', found: 'AS-JAR-01' },
  'object-expired': { what: 'signed requests are good after their time', found: 'AS-JAR-01' },
  'object-anywhere': { what: 'signed requests may be for another server', found: 'AS-JAR-01' },
  'object-fetched': { what: 'addresses of requests are fetched', found: 'AS-JAR-02' },

  // devices
  'device-hurry': { what: 'devices may ask as often as they like', found: 'AS-DEV-01' },
  'device-reused': { what: 'the code of a device is good twice', found: 'AS-DEV-01' },
  'device-forever': { what: 'codes of devices do not expire', found: 'AS-DEV-01' },
  'device-guessable': { what: 'codes of users may be guessed without end', found: 'AS-DEV-02' },
  'device-of-anybody': { what: 'the code of a device is good for each client', found: 'AS-DEV-02' },

  // registration and exchange
  'register-any-uri': { what: 'any redirect URI may be registered', found: 'AS-DCR-01' },
  'register-fetches': { what: 'the addresses of a registration are fetched', found: 'AS-DCR-01' },
  'register-everything': { what: 'whoever registers gets what it asks for', found: 'AS-DCR-02' },
  'exchange-widened': { what: 'an exchange may ask for more', found: 'AS-EXC-01' },
  'exchange-anywhere': { what: 'an exchange gives tokens for any API', found: 'AS-EXC-01' },
  'exchange-unverified': { what: 'the token that is exchanged is not verified', found: 'AS-EXC-01' },
  'exchange-impersonates': { what: 'an exchange gives the tokens of any user', found: 'AS-EXC-01' },
  'exchange-any-actor': { what: 'anybody may act for anybody', found: 'AS-EXC-01' },

  // proofs, identity, transport
  'proof-unverified': { what: 'the signature of proofs is not verified', found: 'AS-DPO-01' },
  'proof-elsewhere': { what: 'proofs may be for another request', found: 'AS-DPO-01' },
  'proof-replayed': { what: 'proofs may be used again', found: 'AS-DPO-01' },
  'refresh-unbound': { what: 'refresh tokens are bound to no key', found: 'AS-DPO-01' },
  'id-token-unsigned': { what: 'ID tokens are signed by nobody', found: 'AS-OID-01' },
  'id-token-nonce-lost': { what: 'ID tokens forget the nonce', found: 'AS-OID-01' },
  'id-token-hash-wrong': { what: 'ID tokens have the hash of something else', found: 'AS-OID-01' },
  'id-token-for-others': { what: 'ID tokens are for another client', found: 'AS-OID-01' },
  'logout-anywhere': { what: 'a logout leads anywhere', found: 'AS-OID-02' },
  'logout-unasked': { what: 'anybody can log the user out', found: 'AS-OID-02' },
  'endpoint-plain': { what: 'an endpoint is plain http', found: 'AS-TLS-01' },
  'plain-http': { what: 'endpoints answer without TLS', found: 'AS-TLS-01' },
  'tls-old': { what: 'old versions of TLS are spoken', found: 'AS-TLS-01' },
  'no-hsts': { what: 'browsers are not told to stay with https', found: 'AS-TLS-01' },
} as const satisfies Readonly<Record<string, WeakDefect>>
