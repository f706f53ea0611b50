import { Connection } from '../../bench/load/connection.ts'
import { expectMember, expectStatus } from '../../bench/load/expect.ts'
import { discover, parseObject, post, type Surface } from '../../bench/load/request.ts'
import { machine } from '../../bench/registration.ts'
import { factsOf, isInUse, type Population, secretText } from './population.ts'
import { credentialsOf, refreshRequest } from './work.ts'

/**
 * Uses grants that were made in bulk through the server: what lives is introspected, what may be refreshed is refreshed,
 * what was spent is presented again, and what was got is revoked. Answers how many answers were checked.
 * @throws {Error} with the first answer that is not what the store's own grants would have given
 */
export async function proveServed(
  origin: string,
  { population, grants }: { readonly population: Population; readonly grants: readonly number[] },
): Promise<number> {
  const surface = await discover(origin)
  const connection = await Connection.open(origin)
  let checked = 0
  try {
    for (const grant of grants) checked += await proveGrant({ surface, connection, population }, grant)
  } finally {
    connection.close()
  }
  return checked
}

type World = { readonly surface: Surface; readonly connection: Connection; readonly population: Population }

async function proveGrant({ surface, connection, population }: World, grant: number): Promise<number> {
  const { userId, clientId } = factsOf(population, grant)
  const introspect = async (token: string) => {
    const form = { token, client_id: machine.id, client_secret: machine.secret }
    const answer = await connection.send(post(surface, surface.introspection, form))
    expectStatus(answer, 200)
    return parseObject(answer.body)
  }
  const expectActive = async (token: string) => {
    const told = await introspect(token)
    if (told['active'] !== true || told['sub'] !== userId || told['client_id'] !== clientId)
      throw new Error(`grant ${grant}: its access token is introspected as ${JSON.stringify(told)}`)
  }
  const refresh = (token: string) => connection.send(refreshRequest(surface, grant, token))
  const isUsed = isInUse(grant)
  if (isUsed) await expectActive(secretText(population, 'access', grant))
  const answer = await refresh(secretText(population, isUsed ? 'second' : 'first', grant))
  expectStatus(answer, 200)
  await expectActive(expectMember(answer, 'access_token'))
  // the spent one is a replay, which ends the authorization; otherwise its client ends it
  if (isUsed) expectStatus(await refresh(secretText(population, 'first', grant)), 400)
  else {
    const form = { token: expectMember(answer, 'refresh_token'), ...credentialsOf(grant) }
    expectStatus(await connection.send(post(surface, '/revoke', form)), 200)
  }
  if ((await introspect(expectMember(answer, 'access_token')))['active'] !== false)
    throw new Error(`grant ${grant}: what was revoked lives on`)
  return isUsed ? 5 : 4
}
