import { type Catalogue, textFor } from '@ambit/scope'
import { exitCodes, printJson, type Run } from '../command.ts'
import { readConfig } from '../open.ts'
import { printTable } from '../table.ts'

/** Lists the scopes of the catalogue. */
export const listScopes: Run = async (input, io) => {
  const { catalogue } = (await readConfig(input, io)).config
  const scopes = catalogue.names.flatMap(name => catalogue.definition(name) ?? [])
  if (input.flag('json')) {
    printJson(
      io,
      scopes.map(scope => ({ ...scope, reaches: reachOf(catalogue, scope.name) })),
    )
    return exitCodes.done
  }
  const rows = scopes.map(scope => [
    scope.name,
    textFor(scope.title, ['en']),
    scope.resource ?? '',
    scope.risk,
    scope.consent,
    scope.default ? 'yes' : '',
    reachOf(catalogue, scope.name).join(' '),
  ])
  printTable(io, ['scope', 'title', 'resource', 'risk', 'consent', 'default', 'also reaches'], rows)
  return exitCodes.done
}

/** What a declared scope opens beside itself; a parameterised one by its declared name. */
export function reachOf(catalogue: Catalogue, name: string): readonly string[] {
  const { scope } = catalogue.read([name])
  const reached = [...catalogue.expand(scope).tokens, ...catalogue.everyInstance(scope)]
  return reached.filter(each => each !== name)
}
