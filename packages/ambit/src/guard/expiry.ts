// RFC 6750 §5.2
import type { Passage } from './gate.ts'

/** Calls back after some milliseconds, unless what it returns is called before. */
export type StartTimer = (milliseconds: number, expire: () => void) => () => void

/** The runtime's own timer, which keeps no program alive. */
export const runtimeTimer: StartTimer = (milliseconds, expire) => {
  const timer = setTimeout(expire, milliseconds).unref()
  return () => clearTimeout(timer)
}

// timers of Node hold no more
const longest = 2_147_483_647

/** Ends what a token opened when the token ends; what it returns calls that off. */
export function atEndOf(
  { now, timer }: { readonly now: () => number; readonly timer: StartTimer },
  { access }: Passage,
  end: () => void,
): () => void {
  const expiresAt = access?.expiresAt
  if (expiresAt === undefined) return () => {}
  const left = Math.max(0, (expiresAt - now()) * 1000)
  return left > longest ? () => {} : timer(left, end)
}
