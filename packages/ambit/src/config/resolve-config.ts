import { checkConfig } from './check-config.ts'
import type { Config } from './config.ts'
import { ConfigError } from './config-error.ts'
import { loadFile } from './load-file.ts'
import { applyOverrides, misspeltVariables, type Override, overridesFrom } from './overrides.ts'

/** Where a configuration is looked for, and what goes before the file. */
export type ResolveOptions = {
  readonly folder: string
  /** The path that `--config` or `AMBIT_CONFIG` names. */
  readonly file?: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Values of command-line options, which go before the environment. */
  readonly overrides?: readonly Override[]
  /** Whether what contradicts the profile is a problem; yes, where it is left out. */
  readonly isProfileJudged?: boolean
}

/** The effective configuration, and what tells where each value came from. */
export type ResolvedConfig = {
  readonly config: Config
  readonly path: string
  /** As the file and the overrides give it, without defaults. */
  readonly raw: unknown
  readonly overrides: readonly Override[]
}

/**
 * Finds the file, lays the environment and the options over it, and checks the whole.
 * @throws {ConfigError} with all problems at once
 */
export async function resolveConfig(options: ResolveOptions): Promise<ResolvedConfig> {
  const { environment } = options
  const file = options.file ?? environment['AMBIT_CONFIG']
  const { path, directory, raw, problems } = await loadFile(options.folder, file || undefined)
  const overrides = [...overridesFrom(environment), ...(options.overrides ?? [])]
  const misspelt = misspeltVariables(environment)
  if (misspelt.length > 0) throw new ConfigError(misspelt.map(asProblem), 'the environment')
  const whole = applyOverrides(raw, overrides)
  const sourceOf = (at: string) => overrides.findLast(each => at.startsWith(each.path))?.source
  const { isProfileJudged = true } = options
  const reading = { environment, directory, sourceOf, problems, isProfileJudged, name: `\`${path}\`` }
  const config = checkConfig(whole, reading)
  return { config, path, raw: whole, overrides }
}

function asProblem({ name, meant }: { readonly name: string; readonly meant: string }) {
  return { path: name, message: `unknown variable; did you mean \`${meant}\`?` }
}
