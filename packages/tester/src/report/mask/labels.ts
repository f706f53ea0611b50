/** Gives each hidden text a name that a reader can follow: the same text has the same label. */
export type Labels = {
  readonly label: (kind: string, text: string) => string
}

/** Beyond this many characters a label says how long the text was; below, its length is nobody's business. */
const notableLength = 4096

/** Starts counting. Texts are kept in memory only. */
export function createLabels(): Labels {
  const given = new Map<string, string>()
  const counts = new Map<string, number>()
  return {
    label: (kind, text) => {
      const before = given.get(text)
      if (before !== undefined) return before
      const count = (counts.get(kind) ?? 0) + 1
      counts.set(kind, count)
      const size = text.length >= notableLength ? `, ${Math.round(text.length / 1024)} kB` : ''
      const made = `[${kind} ${count}${size}]`
      given.set(text, made)
      return made
    },
  }
}
