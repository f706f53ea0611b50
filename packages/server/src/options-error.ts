/** One thing that is wrong with the options: where, and what is wanted there. */
export type OptionsProblem = { readonly path: string; readonly message: string }

/** Says everything that is wrong with the options at once. */
export class ServerOptionsError extends Error {
  readonly problems: readonly OptionsProblem[]

  constructor(problems: readonly OptionsProblem[]) {
    super(
      `the server's options cannot be used:\n${problems.map(({ path, message }) => `  ${path}: ${message}`).join('\n')}`,
    )
    this.name = 'ServerOptionsError'
    this.problems = problems
  }
}
