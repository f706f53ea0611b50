import type { TokenView } from '../decision.ts'

/** What a fact is loaded for. */
export type FactSubject = {
  readonly token: TokenView
  readonly resource: unknown
  readonly input: unknown
}

/** How a fact is fetched. */
export type FactSource = {
  readonly name: string
  /** In milliseconds. */
  readonly timeout: number
  /** Whether the fact depends on the input too, and is loaded again for another one. */
  readonly isPerInput: boolean
  /** Fetches the fact; the signal tells when nobody waits any more. */
  readonly load: (subject: FactSubject, signal: AbortSignal) => unknown
}

/** What came of loading a fact. Whatever needs one that could not be loaded is an error, and so denies. */
export type LoadedFact =
  | { readonly kind: 'loaded'; readonly value: unknown }
  | { readonly kind: 'failed' }
  | { readonly kind: 'late' }

/** Calls back after so many milliseconds, unless the function that it gives is called before. */
export type Timer = (milliseconds: number, callback: () => void) => () => void

/** The runtime's own timer. */
export const runtimeTimer: Timer = (milliseconds, callback) => {
  const id = setTimeout(callback, milliseconds)
  return () => clearTimeout(id)
}

type Entry = { readonly subject: FactSubject; readonly fact: Promise<LoadedFact> }

/**
 * Keeps the facts that were loaded while one request is served, so that several decisions about it load each fact once.
 * Make one per request, and forget it with the request.
 */
export class RequestFacts {
  readonly #loaded = new Map<FactSource, Map<unknown, Entry[]>>()

  /** Gives a fact, from before if it was loaded for the same token, object and, where it matters, input. */
  find(source: FactSource, subject: FactSubject, timer: Timer): Promise<LoadedFact> {
    const entries = this.#entriesOf(source, subject.resource)
    const known = entries.find(entry => isSameSubject(source, entry.subject, subject))
    if (known !== undefined) return known.fact
    const fact = loadFact(source, subject, timer)
    entries.push({ subject, fact })
    return fact
  }

  #entriesOf(source: FactSource, resource: unknown): Entry[] {
    const byResource = this.#loaded.get(source) ?? new Map<unknown, Entry[]>()
    this.#loaded.set(source, byResource)
    const entries = byResource.get(resource) ?? []
    byResource.set(resource, entries)
    return entries
  }
}

function isSameSubject({ isPerInput }: FactSource, known: FactSubject, subject: FactSubject): boolean {
  return known.token === subject.token && (!isPerInput || known.input === subject.input)
}

function loadFact({ load, timeout }: FactSource, subject: FactSubject, timer: Timer): Promise<LoadedFact> {
  const abort = new AbortController()
  return new Promise(resolve => {
    const cancel = timer(timeout, () => {
      resolve({ kind: 'late' })
      abort.abort()
    })
    const settle = (fact: LoadedFact) => {
      cancel()
      resolve(fact)
    }
    new Promise(start => start(load(subject, abort.signal))).then(
      value => settle({ kind: 'loaded', value }),
      () => settle({ kind: 'failed' }),
    )
  })
}
