import { type AnyPolicy, catalogueOf, type Disagreement, findDisagreements, type OpenApiReading } from '@ambit/policy'
import { ConfigError } from '../../config/config-error.ts'
import { checkSound, loadOpenApi } from '../../openapi/load-openapi.ts'
import { loadPolicy, loadRoutes } from '../../policy/load-policy.ts'
import { type CliIo, type CommandInput, exitCodes, fail, printJson, type Run } from '../command.ts'
import { printTable } from '../table.ts'

/** Tells where a policy, an OpenAPI document and the guards in code say different things. */
export const checkAgreement: Run = async (input, io) => {
  const policy = await readOptionalPolicy(input, io)
  const reading = await readDocument(input, io)
  const code = input.list('code')
  const catalogue = policy?.model.catalogue ?? (reading && catalogueOf(reading))
  const given = [policy, reading, code.length > 0].filter(Boolean).length
  if (given < 2 || catalogue === undefined)
    return fail(io, 'two of `--policy`, `--openapi` and `--code` are wanted to be compared', exitCodes.usage)
  const routes = (await Promise.all(code.map(file => loadRoutes(io.folder, file)))).flat()
  const disagreements = findDisagreements({
    catalogue,
    ...(policy && { policy: policy.model }),
    ...(reading && { operations: reading.operations }),
    ...(code.length > 0 && { routes }),
    actionOf: readMapping(input),
  })
  if (input.flag('json')) printJson(io, disagreements)
  else print(io, disagreements)
  return disagreements.length === 0 ? exitCodes.done : exitCodes.failed
}

async function readOptionalPolicy(input: CommandInput, io: CliIo): Promise<AnyPolicy | undefined> {
  const file = input.text('policy')
  return file === undefined ? undefined : loadPolicy({ folder: io.folder, file, exportName: input.text('export') })
}

async function readDocument(input: CommandInput, io: CliIo): Promise<OpenApiReading | undefined> {
  const given = input.text('openapi')
  if (given === undefined) return undefined
  const loaded = await loadOpenApi(given, { folder: io.folder })
  checkSound(loaded)
  return loaded.reading
}

/** `--map listPets=pet.list` by `operationId`, or `--map "GET /pets=pet.list"`. */
function readMapping(input: CommandInput): Readonly<Record<string, string>> {
  return Object.fromEntries(
    input.list('map').map(each => {
      const [, operation, action] = /^([^=]+)=([^=]+)$/.exec(each) ?? []
      if (operation === undefined || action === undefined)
        throw new ConfigError(
          [{ path: '--map', message: `\`${each}\`: <operation>=<action> is wanted` }],
          'the question',
        )
      return [operation, action]
    }),
  )
}

function print(io: CliIo, disagreements: readonly Disagreement[]): void {
  if (disagreements.length === 0) return io.out('nothing differs\n')
  printTable(
    io,
    ['operation', 'differs', 'here', 'says', 'there', 'says'],
    disagreements.map(({ kind, operation, first, second }) => [
      operation,
      kind.replaceAll('_', ' '),
      `${first.source} ${first.at}`.trim(),
      first.says,
      `${second.source} ${second.at}`.trim(),
      second.says,
    ]),
  )
}
