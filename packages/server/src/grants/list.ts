// RFC 6749 §4
import { authorizationCode } from './authorization-code.ts'
import { clientCredentials } from './client-credentials.ts'
import type { Grant } from './grant.ts'
import { passwordGrant } from './password.ts'
import { refreshToken } from './refresh-token.ts'

/** The grants that the server has of itself; a further one is a file and a line here. */
export const ownGrants: readonly Grant[] = [authorizationCode, refreshToken, clientCredentials, passwordGrant]
