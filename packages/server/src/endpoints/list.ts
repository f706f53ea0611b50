import type { Endpoint } from '../context.ts'
import { assetsEndpoint } from './assets.ts'
import { introspectionEndpoint } from './introspection.ts'
import { jwksEndpoint } from './jwks.ts'
import { revocationEndpoint } from './revocation.ts'
import { tokenEndpoint } from './token.ts'

/** Every endpoint of the server beside its metadata; a new one is one file and one line. */
export const endpoints: readonly Endpoint[] = [
  assetsEndpoint,
  introspectionEndpoint,
  jwksEndpoint,
  revocationEndpoint,
  tokenEndpoint,
]
