import { makeClient, parseClientId } from '../../packages/store/src/testing/records.ts'
import type { Engine, Loading } from './engine.ts'
import { factSql, userRegistration } from './fact-sql.ts'
import { clientIds, clientsPerUser, factsOf, isInUse, type Population, userOf } from './population.ts'
import { type Part, writePart } from './records.ts'
import { markers, type PlainRow, type Registration, TemplateReader } from './template.ts'

/** Of which grants the rows of a part are. */
const partsOfGrants = {
  user: { divisor: clientsPerUser, isRemainder: true },
  used: { divisor: clientsPerUser, isRemainder: true },
  waiting: { divisor: clientsPerUser, isRemainder: false },
} as const satisfies Record<Part, Omit<Loading, 'template'>>

/** Makes the rows of a population in a place where the server has been started once, so that the clients are there. */
export async function populate(
  engine: Engine,
  place: string,
  { population, progress }: { readonly population: Population; readonly progress: (sentence: string) => void },
): Promise<void> {
  const loadings: Loading[] = []
  for (const part of ['user', 'used', 'waiting'] as const) {
    const templates = await readTemplates(engine, part)
    loadings.push(...templates.map(template => ({ template, ...partsOfGrants[part] })))
  }
  const registrations = registrationsOf(await engine.readTable(place, 'client')).clients
  const facts = factSql(
    population,
    engine.functions,
    clientIds.map(id => registrations.get(id) ?? ''),
  )
  await engine.load(place, loadings, { facts, grants: population.grants, progress })
}

let made = 0

/** What the store writes for a part: the rows that are there afterwards and were not before. */
async function readTemplates(engine: Engine, part: Part) {
  const place = await engine.create(`scratch${++made}`)
  const store = await engine.openStore(place)
  await store.saveClient(makeClient({ clientId: parseClientId(markers.clientId) }))
  if (part !== 'user') await writePart(store, 'user', markers)
  const before = await engine.readAll(place)
  await writePart(store, part, markers)
  const after = await engine.readAll(place)
  await store.close()
  const { users, clients } = registrationsOf(after)
  const reader = new TemplateReader(
    engine.functions,
    new Map<string, Registration>([
      ...[...users.values()].map(text => [text, 'userRegistration'] as const),
      ...[...clients.values()].map(text => [text, 'clientRegistration'] as const),
    ]),
  )
  return newRows(before, after).map(({ table, row }) => reader.read(table, row))
}

/** What the store gave users and clients to tell them from others of the same name; nothing where it gives numbers. */
function registrationsOf(rows: Rows) {
  const of = (table: string, key: string) =>
    new Map(
      (rows.get(table) ?? []).flatMap(row => {
        const text = row['registration']
        return typeof text === 'string' ? [[String(row[key]), text] as const] : []
      }),
    )
  return { users: of('account', 'user_id'), clients: of('client', 'client_id') }
}

/**
 * Has the store itself write some grants elsewhere, and looks for each row that it wrote among those that were made in bulk.
 * Answers how many rows were compared.
 * @throws {Error} with the first row that is not there
 */
export async function proveRows(
  engine: Engine,
  place: string,
  { population, grants }: { readonly population: Population; readonly grants: readonly number[] },
): Promise<number> {
  const scratch = await engine.create(`scratch${++made}`)
  const store = await engine.openStore(scratch)
  for (const id of clientIds) await store.saveClient(makeClient({ clientId: parseClientId(id) }))
  const before = await engine.readAll(scratch)
  for (const grant of grants) {
    await writePart(store, 'user', factsOf(population, userOf(grant)))
    await writePart(store, isInUse(grant) ? 'used' : 'waiting', factsOf(population, grant))
  }
  await store.close()
  const after = await engine.readAll(scratch)
  const inPlace = registrationsOf(await engine.readTable(place, 'client')).clients
  const rename = renaming(registrationsOf(after), { inPlace, population, grants })
  let compared = 0
  for (const { table, row } of newRows(before, after)) {
    compared++
    if ((await engine.count(place, table, rename(row))) !== 1)
      throw new Error(`the store would have written this row of ${table}, which is not there: ${JSON.stringify(row)}`)
  }
  return compared
}

type Registered = ReturnType<typeof registrationsOf>
type Renaming = {
  readonly inPlace: ReadonlyMap<string, string>
  readonly population: Population
  readonly grants: readonly number[]
}

/** Registrations are random, so a row that the store writes elsewhere has others. */
function renaming({ users, clients }: Registered, { inPlace, population, grants }: Renaming) {
  const byUser = grants.map(grant => [factsOf(population, grant).userId, userRegistration(grant)] as const)
  const wanted = new Map<string, string>([...inPlace, ...byUser])
  const names = new Map([...users, ...clients].map(([owner, text]) => [text, wanted.get(owner) ?? text]))
  const change = (text: string) =>
    text
      .split(' ')
      .map(word => names.get(word) ?? word)
      .join(' ')
  return (row: PlainRow): PlainRow =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        name === 'registration' && typeof value === 'string' ? change(value) : value,
      ]),
    )
}

type Rows = ReadonlyMap<string, readonly PlainRow[]>

/** The rows that are there afterwards and were not before. */
function newRows(before: Rows, after: Rows): readonly { readonly table: string; readonly row: PlainRow }[] {
  return [...after].flatMap(([table, rows]) => {
    const known = new Set(before.get(table)?.map(row => JSON.stringify(row)))
    return rows.filter(row => !known.has(JSON.stringify(row))).map(row => ({ table, row }))
  })
}
