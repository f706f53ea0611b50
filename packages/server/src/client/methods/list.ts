// RFC 6749 §2.3
import { clientSecretBasic } from './client-secret-basic.ts'
import { clientSecretPost } from './client-secret-post.ts'
import type { ClientAuthentication } from './method.ts'
import { none } from './none.ts'
import { privateKeyJwt } from './private-key-jwt.ts'

/** Every way in which a client can authenticate; a further one is a file and a line here. */
export const clientAuthentications: readonly ClientAuthentication[] = [
  clientSecretBasic,
  clientSecretPost,
  privateKeyJwt,
  none,
]
