/** Lets so many pieces of work in at once; one that is to be alone waits for all others, and all others for it. */
export type Gate = { readonly enter: <T>(work: () => Promise<T>, isAlone?: boolean) => Promise<T> }

/** Makes a gate of so many places. First come, first served, so that nobody who wants to be alone waits for ever. */
export function createGate(places: number): Gate {
  let free = places
  const queue: { readonly wants: number; readonly go: () => void }[] = []
  const admit = () => {
    for (let first = queue[0]; first !== undefined && first.wants <= free; first = queue[0]) {
      queue.shift()
      free -= first.wants
      first.go()
    }
  }
  return {
    enter: async (work, isAlone = false) => {
      const wants = isAlone ? places : 1
      await new Promise<void>(resolve => {
        queue.push({ wants, go: resolve })
        admit()
      })
      try {
        return await work()
      } finally {
        free += wants
        admit()
      }
    },
  }
}
