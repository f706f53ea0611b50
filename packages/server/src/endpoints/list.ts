import type { Endpoint } from '../context.ts'
import { assetsEndpoint } from './assets.ts'
import { authorizationEndpoint, continueEndpoint } from './authorization.ts'
import { consentEndpoint } from './consent.ts'
import { loginEndpoint } from './login.ts'
import { tokenEndpoint } from './token.ts'

/** Every endpoint of the server beside its metadata; a new one is one file and one line. */
export const endpoints: readonly Endpoint[] = [
  authorizationEndpoint,
  continueEndpoint,
  loginEndpoint,
  consentEndpoint,
  tokenEndpoint,
  assetsEndpoint,
]
