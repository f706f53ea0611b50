import { prepareAuthorizationCode } from './load/authorization-code.ts'
import { prepareClientCredentials } from './load/client-credentials.ts'
import { prepareIntrospection } from './load/introspection.ts'
import { prepareRefresh } from './load/refresh.ts'
import type { Prepare } from './load/step.ts'

/** A piece of work that servers are compared at. */
export type Work = {
  readonly id: string
  readonly title: string
  readonly prepare: Prepare
  /** The modes in which the bare server takes part, by the name under which it is reported. */
  readonly bare: Readonly<Record<string, BareMode>>
}

/** What the bare server mints and whether it keeps it. */
type BareMode = 'jwt' | 'jwt-unstored' | 'opaque'

/** All work, in the order in which it is measured. */
export const works: readonly Work[] = [
  {
    id: 'jwt',
    title: 'client credentials, JWT ES256',
    prepare: prepareClientCredentials('jwt'),
    bare: { bare: 'jwt', 'bare, nothing stored': 'jwt-unstored' },
  },
  {
    id: 'opaque',
    title: 'client credentials, opaque',
    prepare: prepareClientCredentials('opaque'),
    bare: { bare: 'opaque' },
  },
  { id: 'introspection', title: 'introspection, opaque', prepare: prepareIntrospection, bare: { bare: 'opaque' } },
  { id: 'code', title: 'code + PKCE', prepare: prepareAuthorizationCode, bare: {} },
  { id: 'refresh', title: 'refresh with rotation', prepare: prepareRefresh, bare: {} },
]
