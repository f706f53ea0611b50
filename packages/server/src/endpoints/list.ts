import type { Endpoint } from '../context.ts'
import { accountGrantEndpoint, homeEndpoint } from './account.ts'
import { assetsEndpoint } from './assets.ts'
import { authorizationEndpoint, continueEndpoint } from './authorization.ts'
import { consentEndpoint } from './consent.ts'
import { endSessionEndpoint } from './end-session.ts'
import { introspectionEndpoint } from './introspection.ts'
import { jwksEndpoint } from './jwks.ts'
import { loginEndpoint } from './login.ts'
import { loginCodeEndpoint } from './login-code.ts'
import { revocationEndpoint } from './revocation.ts'
import { scopeUsageEndpoint } from './scope-usage.ts'
import { statusListEndpoint } from './status-list.ts'
import { tokenEndpoint } from './token.ts'
import { userinfoEndpoint } from './userinfo.ts'

/** Every endpoint of the server beside its metadata; a new one is one file and one line. */
export const endpoints: readonly Endpoint[] = [
  authorizationEndpoint,
  continueEndpoint,
  loginEndpoint,
  loginCodeEndpoint,
  consentEndpoint,
  homeEndpoint,
  accountGrantEndpoint,
  endSessionEndpoint,
  tokenEndpoint,
  introspectionEndpoint,
  revocationEndpoint,
  scopeUsageEndpoint,
  statusListEndpoint,
  jwksEndpoint,
  userinfoEndpoint,
  assetsEndpoint,
]
