import type { Store } from '@ambit/server'
import { openAt } from './opener.ts'

/** The methods of a store that a worker can be told to call. */
export type StoreMethod = keyof Store

/** What a worker is told: open the store, or call one of its methods with these arguments, each group in one turn of the event loop. */
export type WorkerOrder =
  | { readonly order: 'open' }
  | {
      readonly order: 'call'
      readonly method: StoreMethod
      readonly turns: readonly (readonly (readonly unknown[])[])[]
    }

/** What the worker answers; `started` comes unasked. */
export type WorkerAnswer =
  | { readonly answer: 'started' }
  | { readonly answer: 'opened' }
  | { readonly answer: 'called'; readonly results: readonly unknown[] }
  | { readonly answer: 'failed'; readonly message: string }

const [, , opener = '', place = ''] = process.argv
let store: Store | undefined

process.on('message', (message: unknown) => {
  carryOut(parseOrder(message)).then(answer, error => answer({ answer: 'failed', message: String(error) }))
})
process.on('disconnect', () => process.exit())
answer({ answer: 'started' })

async function carryOut(order: WorkerOrder): Promise<WorkerAnswer> {
  if (order.order === 'open') {
    store = await openAt(opener, place)
    return { answer: 'opened' }
  }
  return { answer: 'called', results: await inTurns(order.turns, args => call(order.method, args)) }
}

async function call(method: StoreMethod, args: readonly unknown[]): Promise<unknown> {
  if (!store) throw new Error('the store is not open')
  return Reflect.apply(store[method], store, args)
}

async function inTurns<T, R>(
  turns: readonly (readonly T[])[],
  carryOutOne: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const pending: Promise<R>[] = []
  for (const items of turns) {
    pending.push(...items.map(carryOutOne))
    await new Promise(resolve => setImmediate(resolve))
  }
  return Promise.all(pending)
}

function parseOrder(message: unknown): WorkerOrder {
  return message as WorkerOrder
}

function answer(what: WorkerAnswer): void {
  process.send?.(what)
}
