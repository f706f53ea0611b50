import type { ExchangeResult, Issued, SecretRef, Spending, Store } from '@ambit/server'
import { sqliteStore } from '../node/sqlite-store.ts'

/** What the worker is told: open the file, or make these exchanges, or take these tickets, each group in one turn of the event loop. */
export type WorkerOrder =
  | { readonly order: 'open' }
  | { readonly order: 'exchange'; readonly turns: readonly (readonly (readonly [Spending, Issued])[])[] }
  | { readonly order: 'take'; readonly kind: string; readonly turns: readonly (readonly SecretRef[])[] }

/** What the worker answers; `started` comes unasked. */
export type WorkerAnswer =
  | { readonly answer: 'started' }
  | { readonly answer: 'opened' }
  | { readonly answer: 'exchanged'; readonly results: readonly ExchangeResult[] }
  | { readonly answer: 'taken'; readonly hashes: readonly string[] }
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
  const { exchange, takeTicket } = store
  if (order.order === 'exchange')
    return { answer: 'exchanged', results: await inTurns(order.turns, pair => exchange(...pair)) }
  const taken = await inTurns(order.turns, ref => takeTicket(ref, order.kind))
  return { answer: 'taken', hashes: taken.flatMap(ticket => ticket?.ref.hash ?? []) }
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
