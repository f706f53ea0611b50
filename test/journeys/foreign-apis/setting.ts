import type { RequestListener } from 'node:http'

/** What an API is told of the authorization server when it is set up. */
export type Setting = {
  readonly issuer: string
  readonly jwksUri: string
  readonly introspection: { readonly endpoint: string; readonly clientId: string; readonly clientSecret: string }
}

/** The resource whose tokens are JWTs, and the one whose tokens are opaque. */
export const jwtResource = 'https://api.example/notes'
export const opaqueResource = 'https://api.example/depot'

/** What a token must hold to look, and to change something. */
export const scopes = {
  [jwtResource]: { read: 'read_notes', write: 'write_notes' },
  [opaqueResource]: { read: 'read_depot', write: 'write_depot' },
} as const

/** An API that somebody else wrote, ready to be served. */
export type ForeignApi = {
  readonly listener: RequestListener
  readonly close?: () => void | Promise<void>
}

/** Sets up an API. */
export type MakeApi = (setting: Setting) => ForeignApi | Promise<ForeignApi>
