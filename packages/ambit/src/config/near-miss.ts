const farthest = 2

/** The known word that a misspelt one was probably meant to be: at most two typing errors away. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const measured = known.map(each => ({ each, distance: distanceBetween(word.toLowerCase(), each.toLowerCase()) }))
  const near = measured.filter(({ each, distance }) => distance <= Math.min(farthest, each.length / 2))
  return near.toSorted((a, b) => a.distance - b.distance)[0]?.each
}

/** Counts the insertions, deletions and replacements that lead from one word to the other (Levenshtein). */
function distanceBetween(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1]
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (letter === b[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
