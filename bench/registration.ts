/** What every server of the bench is set up with, so that each does the same work for the same client. */

/** A confidential client that authenticates with `client_secret_post`. */
export type BenchClient = { readonly id: string; readonly secret: string }

/** The machine client: client credentials, and the caller of introspection. */
export const machine: BenchClient = {
  id: 'bench-machine',
  secret: 'k3cNqmEJ0oT8mUBhJrv5YzH2xWd7sQaLf1pGuXiZ9bA',
}

/** The web app that logs people in: authorization code with PKCE, no refresh. */
export const app: BenchClient = {
  id: 'bench-app',
  secret: 'u8rTqYwP4kLzXcVbNm1aSdFgHj2KeRtY6uIoP0lMnBv',
}

/** The web app that keeps access: authorization code with PKCE, then refresh with rotation. */
export const offline: BenchClient = {
  id: 'bench-offline',
  secret: 'd5GtRfVbNhYmJuKiLoP0q1WsEdCrFvTgByHnUjMkI9o',
}

/** Where the web apps are sent back to; nothing listens there, the bench reads the code from the redirect. */
export const redirectUri = 'https://app.bench.test/callback'

/** The one user who logs in, once for each connection. */
export const user = { name: 'bench-user', password: 'correct horse battery staple' } as const

/** The two protected resources (RFC 8707): one takes JWT access tokens, the other opaque ones. */
export const resources = { jwt: 'https://jwt.bench.test/', opaque: 'https://opaque.bench.test/' } as const

/** The one scope of both resources. */
export const scope = 'read'

/** How long every access token lives, in seconds. */
export const accessTokenTtl = 3600
