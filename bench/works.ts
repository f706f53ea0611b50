import { authorizationServers, type Contender, featuredServers, guardedApis, workersAtWork } from './contenders.ts'
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
  /** Who takes part. */
  readonly contenders: readonly Contender[]
  /** Whether servers, load and database share all processors, as several workers must. */
  readonly isShared?: boolean
}

/** What servers are compared at with one process each, then with workers. */
const flows = [
  { id: 'jwt', title: 'client credentials, JWT ES256', prepare: prepareClientCredentials('jwt') },
  { id: 'opaque', title: 'client credentials, opaque', prepare: prepareClientCredentials('opaque') },
  { id: 'introspection', title: 'introspection, opaque', prepare: prepareIntrospection },
  { id: 'code', title: 'code + PKCE', prepare: prepareAuthorizationCode },
  { id: 'refresh', title: 'refresh with rotation', prepare: prepareRefresh },
] as const

const bareModes = {
  jwt: { bare: 'jwt', 'bare, nothing stored': 'jwt-unstored' },
  opaque: { bare: 'opaque' },
  introspection: { bare: 'opaque' },
  code: {},
  refresh: {},
} as const satisfies Record<(typeof flows)[number]['id'], Parameters<typeof authorizationServers>[0]>

/** All work, in the order in which it is measured. */
export const works: readonly Work[] = [
  ...flows.map(({ id, title, prepare }) => ({
    id,
    title,
    prepare: atSurface(prepare),
    contenders: authorizationServers(bareModes[id]),
  })),
  ...flows.map(({ id, title, prepare }) => ({
    id: `${id}-workers`,
    title: `${title}, processors shared`,
    prepare: atSurface(prepare),
    contenders: workersAtWork(),
    isShared: true,
  })),
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
    contenders: guardedApis(false),
  },
  {
    id: 'guard-known',
    title: 'guarded call, token seen before',
    prepare: prepareKnownTokens,
    contenders: guardedApis(true),
  },
]

function atSurface(prepare: Prepare): PrepareAt {
  return async (origin, connections) => prepare(await discover(origin), connections)
}
