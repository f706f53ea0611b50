/** One thing that is wrong in a policy. */
export type PolicyProblem = {
  /** Where it stands in the declaration: `item.updatePrice.when("own store")`. */
  readonly path: string
  readonly message: string
}

/** Takes note of a problem; the check goes on. */
export type Report = (path: string, message: string) => void

/** Thrown when a policy cannot be used; it names all problems, not only the first. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'
  readonly problems: readonly PolicyProblem[]

  constructor(problems: readonly PolicyProblem[]) {
    const lines = problems.map(({ path, message }) => `  ${path}: ${message}`)
    super(`the policy has ${problems.length} problem(s)\n${lines.join('\n')}`)
    this.problems = problems
  }
}
