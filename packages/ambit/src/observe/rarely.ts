/**
 * Lets through the first of a span, and holds the others back.
 * @returns asked at each occurrence: how many were held back since the last that was let through; `undefined` where this one is
 */
export function rarely(spanMillis: number, millis: () => number): () => number | undefined {
  let lastAt = Number.NEGATIVE_INFINITY
  let heldBack = 0
  return () => {
    const now = millis()
    if (now - lastAt < spanMillis) {
      heldBack++
      return undefined
    }
    const count = heldBack
    heldBack = 0
    lastAt = now
    return count
  }
}
