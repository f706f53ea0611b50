/** Values that work, for one operation. */
type OperationExamples = {
  /** By the parameter's name; fields of a Swagger 2.0 form as well. */
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

/**
 * What the configuration says of operations. An operation is named by its key (`GET /v1/pets/{id}`), by method and path as the
 * document has them (`GET /pets/{id}`), or by its `operationId`.
 */
export type OperationSettings = {
  /** Operations that are meant to be public. */
  readonly publicOperations?: readonly string[]
  /** `*` stands for each operation that has such a parameter. */
  readonly examples?: Readonly<Record<string, OperationExamples>>
  /** The policy's action that an operation is. */
  readonly actions?: Readonly<Record<string, string>>
  /** Where the action's object and input stand in the call. */
  readonly inputs?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Whether an operation changes something, where its method says otherwise. */
  readonly writes?: Readonly<Record<string, boolean>>
}

/** The settings of one operation. */
export type OwnSettings = {
  readonly isPublic: boolean
  readonly examples: { readonly parameters: Readonly<Record<string, unknown>>; readonly body?: unknown }
  readonly action?: string
  readonly inputs?: Readonly<Record<string, string>>
  readonly isWrite?: boolean
}

/** Picks what the configuration says of the operation that has these names. */
export function settingsOf(settings: OperationSettings, names: readonly string[]): OwnSettings {
  const own = found(settings.examples, names)
  const parameters = { ...settings.examples?.['*']?.parameters, ...own?.parameters }
  const action = found(settings.actions, names)
  const inputs = found(settings.inputs, names)
  const isWrite = found(settings.writes, names)
  return {
    isPublic: settings.publicOperations?.some(name => names.includes(name)) ?? false,
    examples: { parameters, ...(own?.body !== undefined && { body: own.body }) },
    ...(action !== undefined && { action }),
    ...(inputs !== undefined && { inputs }),
    ...(isWrite !== undefined && { isWrite }),
  }
}

function found<T>(values: Readonly<Record<string, T>> | undefined, names: readonly string[]): T | undefined {
  const name = names.find(each => values !== undefined && Object.hasOwn(values, each))
  return name === undefined ? undefined : values?.[name]
}

/** The names in the configuration that no operation has. */
export function unknownNames(settings: OperationSettings, known: ReadonlySet<string>): readonly string[] {
  const { publicOperations = [], examples, actions, inputs, writes } = settings
  const maps = [examples, actions, inputs, writes]
  const names = [...publicOperations, ...maps.flatMap(map => Object.keys(map ?? {}))]
  return [...new Set(names)].filter(name => name !== '*' && !known.has(name))
}
