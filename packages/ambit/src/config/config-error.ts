/** One thing that is wrong in the configuration. */
export type ConfigProblem = {
  /** Where it stands: `clients[0].redirectUris[1]`. Empty for the configuration as a whole. */
  readonly path: string
  readonly message: string
}

/** Thrown when a configuration cannot be used; it names all problems, not only the first. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[], source = 'the configuration', options?: ErrorOptions) {
    const lines = problems.map(({ path, message }) => (path === '' ? `  ${message}` : `  ${path}: ${message}`))
    super(
      `${source} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}\n${lines.join('\n')}`,
      options,
    )
    this.problems = problems
  }
}
