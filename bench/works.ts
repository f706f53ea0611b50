import { authorizationServers, type Contender, featuredServers, guardedApis } from './contenders.ts'
import { prepareAuthorizationCode, preparePushedCode } from './load/authorization-code.ts'
import { prepareClientCredentials } from './load/client-credentials.ts'
import { prepareBoundCredentials } from './load/dpop.ts'
import { prepareKnownTokens, prepareNewTokens } from './load/guarded.ts'
import { prepareIntrospection } from './load/introspection.ts'
import { prepareRefresh } from './load/refresh.ts'
import { discover } from './load/request.ts'
import type { Prepare, PrepareAt } from './load/step.ts'

/** A piece of work that servers are compared at. */
export type Work = {
  readonly id: string
  readonly title: string
  readonly prepare: PrepareAt
  /** Who takes part; the folder is fresh, for those that store. */
  readonly contenders: (folder: string) => readonly Contender[]
}

/** All work, in the order in which it is measured. */
export const works: readonly Work[] = [
  {
    id: 'jwt',
    title: 'client credentials, JWT ES256',
    prepare: atSurface(prepareClientCredentials('jwt')),
    contenders: authorizationServers({ bare: 'jwt', 'bare, nothing stored': 'jwt-unstored' }),
  },
  {
    id: 'opaque',
    title: 'client credentials, opaque',
    prepare: atSurface(prepareClientCredentials('opaque')),
    contenders: authorizationServers({ bare: 'opaque' }),
  },
  {
    id: 'introspection',
    title: 'introspection, opaque',
    prepare: atSurface(prepareIntrospection),
    contenders: authorizationServers({ bare: 'opaque' }),
  },
  {
    id: 'code',
    title: 'code + PKCE',
    prepare: atSurface(prepareAuthorizationCode),
    contenders: authorizationServers({}),
  },
  {
    id: 'refresh',
    title: 'refresh with rotation',
    prepare: atSurface(prepareRefresh),
    contenders: authorizationServers({}),
  },
  {
    id: 'dpop',
    title: 'client credentials, JWT ES256, bound by DPoP',
    prepare: atSurface(prepareBoundCredentials),
    contenders: featuredServers('no proof', atSurface(prepareClientCredentials('jwt'))),
  },
  {
    id: 'par',
    title: 'code + PKCE, pushed request',
    prepare: atSurface(preparePushedCode),
    contenders: featuredServers('not pushed', atSurface(prepareAuthorizationCode)),
  },
  {
    id: 'guard-new',
    title: 'guarded call, token never seen',
    prepare: prepareNewTokens,
    contenders: () => guardedApis(false),
  },
  {
    id: 'guard-known',
    title: 'guarded call, token seen before',
    prepare: prepareKnownTokens,
    contenders: () => guardedApis(true),
  },
]

function atSurface(prepare: Prepare): PrepareAt {
  return async (origin, connections) => prepare(await discover(origin), connections)
}
