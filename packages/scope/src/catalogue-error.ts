/** One thing that is wrong in a catalogue. */
export type CatalogueProblem = {
  /** Where it stands in the declaration: `scopes.order.implies`. */
  readonly path: string
  readonly message: string
}

/** Takes note of a problem; the check goes on. */
export type Report = (path: string, message: string) => void

/** Thrown when a catalogue cannot be used; it names all problems, not only the first. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError'
  readonly problems: readonly CatalogueProblem[]

  constructor(problems: readonly CatalogueProblem[]) {
    const lines = problems.map(({ path, message }) => `  ${path}: ${message}`)
    super(`the scope catalogue has ${problems.length} problem(s)\n${lines.join('\n')}`)
    this.problems = problems
  }
}
