// RFC 7517 §5, RFC 8414 §2
import { json } from '@ambit/protocol'
import type { Endpoint } from '../context.ts'

/** How long others may keep the keys, in seconds; far less than a new key is announced before it signs. */
const maxAge = 300

/** How old the keys may be that are served, in milliseconds: what another process signs with from now on must be among them. */
const greatestAge = 0

/** The keys by which everybody can verify what we sign. @spec RFC 7517 §5, RFC 8414 §2 (`jwks_uri`) */
export const jwksEndpoint: Endpoint = {
  path: '/jwks',
  methods: ['GET'],
  isCrossOrigin: true,
  async handle(context) {
    await context.signer.reread?.(greatestAge)
    const further = await Promise.all(context.mounted.publishedKeys.map(each => each(context)))
    const keys = [...context.signer.jwks().keys, ...further.flat()]
    return json(
      200,
      { keys },
      {
        'content-type': 'application/jwk-set+json',
        'cache-control': `public, max-age=${maxAge}`,
      },
    )
  },
  metadata: context => ({ jwks_uri: context.url('/jwks') }),
}
