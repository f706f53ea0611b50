// RFC 7662
import { machine, resources } from '../registration.ts'
import { clientCredentialsRequest } from './client-credentials.ts'
import { Connection } from './connection.ts'
import { expectMember, expectStatus } from './expect.ts'
import { parseObject, post, type Surface } from './request.ts'
import type { Prepare } from './step.ts'

/** Tokens for each connection; all are introspected in turn, and together they are less than the peer's memory holds. */
const each = 128

/** Introspection of opaque tokens, each connection walking over all of them from another start. */
export const prepareIntrospection: Prepare = async (surface, connections) => {
  const batches = await Promise.all(Array.from({ length: connections }, () => makeRequests(surface)))
  const requests = batches.flat()
  return batches.map((_, at) => {
    let next = at * each
    return async (connection, isSampled) => {
      next = (next + 1) % requests.length
      const answer = await connection.send(requests[next] ?? '')
      expectStatus(answer, 200)
      if (isSampled && parseObject(answer.body).active !== true)
        throw new Error(`an active token is wanted: ${answer.body}`)
    }
  })
}

/** Gets opaque tokens and gives the requests that introspect them. */
async function makeRequests(surface: Surface): Promise<readonly string[]> {
  const asking = clientCredentialsRequest(surface, resources.opaque)
  const connection = await Connection.open(surface.origin)
  const requests: string[] = []
  while (requests.length < each) {
    const token = expectMember(await connection.send(asking), 'access_token')
    requests.push(post(surface, surface.introspection, { token, client_id: machine.id, client_secret: machine.secret }))
  }
  connection.close()
  return requests
}
