import { authorizationRequest, codeOf, redemption } from '../../bench/load/authorization-code.ts'
import { prepareClientCredentials } from '../../bench/load/client-credentials.ts'
import { expectMember, expectStatus } from '../../bench/load/expect.ts'
import { discover, get, parseObject, post, type Surface } from '../../bench/load/request.ts'
import type { PrepareAt, Step } from '../../bench/load/step.ts'
import { machine, resources, scope } from '../../bench/registration.ts'
import { desk, grantSecret } from './clients.ts'
import {
  clientIds,
  clientsPerUser,
  composeSecret,
  factsOf,
  firstOfProof,
  type Population,
  secretText,
  userOf,
} from './population.ts'
import { randomFrom } from './random.ts'

/** What is measured on a population. */
export type GrowthWork = {
  readonly id: string
  readonly title: string
  readonly prepare: (population: Population) => PrepareAt
  /** For how many seconds in all it can be measured, since the smallest population has no more users for it. */
  readonly most?: number
}

/** One step of each connection; `pick` gives a grant by chance, and `next` one that was not given before, both of users whom no other connection is given. */
type StepOf = (world: {
  readonly surface: Surface
  readonly population: Population
  readonly pick: () => number
  readonly next: () => number
}) => Step

/** A prime, so that steps of as much meet each user once before they meet one again. */
const stride = 7919

/** All that is measured through the server, in this order: the last ends what others need. */
export const growthWorks: readonly GrowthWork[] = [
  { id: 'introspection', title: 'introspection', prepare: stepwise(introspect) },
  { id: 'refresh', title: 'refresh with rotation', prepare: stepwise(refresh) },
  { id: 'code', title: 'code + PKCE, by any user', prepare: stepwise(redeemCode) },
  {
    id: 'credentials',
    title: 'client credentials, opaque',
    prepare: () => async (origin, connections) =>
      prepareClientCredentials('opaque')(await discover(origin), connections),
  },
  { id: 'list', title: 'page of what a user granted', prepare: stepwise(listGrants) },
  { id: 'revocation', title: 'revocation of all of a user', prepare: stepwise(revokeUser, 2), most: 5 },
]

function stepwise(stepOf: StepOf, most = Number.POSITIVE_INFINITY): GrowthWork['prepare'] {
  return population => async (origin, connections) => {
    const surface = await discover(origin)
    const count = Math.min(connections, most)
    return Array.from({ length: count }, (_, lane) => {
      const random = randomFrom(lane + 1)
      const users = Math.floor(firstOfProof(population) / clientsPerUser / count)
      const grantOf = (user: number) => (user * count + lane) * clientsPerUser
      let taken = 0
      return stepOf({
        surface,
        population,
        pick: () => grantOf(Math.floor(random() * users)),
        next: () => grantOf((taken++ * stride) % users),
      })
    })
  }
}

function introspect({ surface, population, pick }: Parameters<StepOf>[0]): Step {
  return async (connection, isSampled) => {
    const token = secretText(population, 'access', pick())
    const form = { token, client_id: machine.id, client_secret: machine.secret }
    const answer = await connection.send(post(surface, surface.introspection, form))
    expectStatus(answer, 200)
    if (isSampled && parseObject(answer.body)['active'] !== true)
      throw new Error(`an active token is wanted: ${answer.body}`)
  }
}

/** A grant that is met again is refreshed by the token that came out of it. */
function refresh({ surface, population, pick }: Parameters<StepOf>[0]): Step {
  const current = new Map<number, string>()
  return async connection => {
    const grant = pick() + 1
    const token = current.get(grant) ?? secretText(population, 'first', grant)
    const answer = await connection.send(refreshRequest(surface, grant, token))
    expectStatus(answer, 200)
    current.set(grant, expectMember(answer, 'refresh_token'))
  }
}

/** The request of a grant's client for its next tokens. */
export function refreshRequest(surface: Surface, grant: number, token: string): string {
  return post(surface, surface.token, {
    grant_type: 'refresh_token',
    refresh_token: token,
    resource: resources.opaque,
    ...credentialsOf(grant),
  })
}

/** What the client of a grant authenticates with. */
export function credentialsOf(grant: number): { readonly client_id: string; readonly client_secret: string } {
  return { client_id: clientIds[grant % clientsPerUser] ?? '', client_secret: grantSecret }
}

/** What a browser sends in which the user of a grant is logged in. */
function cookiesOf(population: Population, grant: number): string {
  const browser = composeSecret('br_', population.at, `browser${userOf(grant)}`)
  return `ambit_session=${secretText(population, 'session', grant)}; ambit_browser=${browser}`
}

function redeemCode({ surface, population, pick }: Parameters<StepOf>[0]): Step {
  return async connection => {
    const grant = pick() + 2
    const { client_id: id, client_secret: secret } = credentialsOf(grant)
    const { target, verifier } = authorizationRequest(surface, { id, secret }, scope)
    const redirect = await connection.send(get(surface, target, cookiesOf(population, grant)))
    expectStatus(redirect, 302, 303)
    const code = codeOf(/\r\nlocation: *([^\r]+)/i.exec(redirect.head)?.[1] ?? '')
    const answer = await connection.send(redemption(surface, { id, secret }, { code, verifier }))
    expectStatus(answer, 200)
  }
}

function listGrants({ surface, population, pick }: Parameters<StepOf>[0]): Step {
  return async (connection, isSampled) => {
    const answer = await connection.send(get(surface, '/', cookiesOf(population, pick())))
    expectStatus(answer, 200)
    if (!isSampled) return
    for (const id of clientIds) if (!answer.body.includes(id)) throw new Error(`the page does not name \`${id}\``)
  }
}

function revokeUser({ surface, population, next }: Parameters<StepOf>[0]): Step {
  const credentials = Buffer.from(`${desk.id}:${desk.secret}`).toString('base64')
  return async connection => {
    const { userId } = factsOf(population, next())
    const body = JSON.stringify({ sub_id: { format: 'opaque', id: userId } })
    const answer = await connection.send(
      `POST /global-token-revocation HTTP/1.1\r\nHost: ${new URL(surface.origin).host}\r\nAuthorization: Basic ${credentials}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    expectStatus(answer, 204)
  }
}
