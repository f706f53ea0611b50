import type { ExchangeResult, Issued, Spending, Store } from '@ambit/server'
import { sqliteStore } from '../node/sqlite-store.ts'

/** What the worker is told: open the file, or make these exchanges, each group of them in one turn of the event loop. */
export type WorkerOrder =
  | { readonly order: 'open' }
  | { readonly order: 'exchange'; readonly turns: readonly (readonly (readonly [Spending, Issued])[])[] }

/** What the worker answers; `started` comes unasked. */
export type WorkerAnswer =
  | { readonly answer: 'started' }
  | { readonly answer: 'opened' }
  | { readonly answer: 'exchanged'; readonly results: readonly ExchangeResult[] }
  | { readonly answer: 'failed'; readonly message: string }

const [, , path = ''] = process.argv
let store: Store | undefined

process.on('message', (message: unknown) => {
  carryOut(parseOrder(message)).then(answer, error => answer({ answer: 'failed', message: String(error) }))
})
process.on('disconnect', () => process.exit())
answer({ answer: 'started' })

async function carryOut(order: WorkerOrder): Promise<WorkerAnswer> {
  store ??= sqliteStore({ path })
  if (order.order === 'open') return { answer: 'opened' }
  return { answer: 'exchanged', results: await exchangeInTurns(store, order.turns) }
}

async function exchangeInTurns(
  { exchange }: Store,
  turns: readonly (readonly (readonly [Spending, Issued])[])[],
): Promise<readonly ExchangeResult[]> {
  const pending: Promise<ExchangeResult>[] = []
  for (const pairs of turns) {
    pending.push(...pairs.map(pair => exchange(...pair)))
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
