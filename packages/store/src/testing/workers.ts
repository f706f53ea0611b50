import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { extname, join } from 'node:path'
import type { Store } from '@ambit/server'
import type { StoreMethod, WorkerAnswer, WorkerOrder } from './worker.ts'

/** What a method of the store is called with, and what it answers. */
type Arguments<Method extends StoreMethod> = Readonly<Parameters<Store[Method]>>
type Answer<Method extends StoreMethod> = Awaited<ReturnType<Store[Method]>>

/** Another process with its own connection to a store. */
export type Worker = {
  readonly open: () => Promise<void>
  /** Calls a method with each of the arguments, those of a group in one turn of the event loop; answers in the same order. */
  readonly call: <Method extends StoreMethod>(
    method: Method,
    turns: readonly (readonly Arguments<Method>[])[],
  ) => Promise<readonly Answer<Method>[]>
  readonly stop: () => Promise<void>
}

/** Where a worker finds the store. */
export type WorkerPlace = {
  /** A module that exports `openStore`, a function that takes the place and gives the store; each worker imports it. */
  readonly opener: URL
  /** What `openStore` is told, such as the path of a file or the URL of a database. */
  readonly place: string
}

const script = join(import.meta.dirname, `worker${extname(import.meta.filename)}`)

/** Starts processes that wait for orders; they have not opened the store yet. */
export async function startWorkers({ opener, place }: WorkerPlace, count: number): Promise<readonly Worker[]> {
  const children = Array.from({ length: count }, () =>
    fork(script, [opener.href, place], { serialization: 'advanced' }),
  )
  await Promise.all(children.map(nextAnswer))
  return children.map(child => ({
    open: async () => {
      await ask(child, { order: 'open' })
    },
    call: async <Method extends StoreMethod>(method: Method, turns: readonly (readonly Arguments<Method>[])[]) => {
      const answer = await ask(child, { order: 'call', method, turns })
      return parseResults<Method>(answer)
    },
    stop: () => end(child),
  }))
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  if (child.connected) child.disconnect()
  await exit
}

function ask(child: ChildProcess, order: WorkerOrder): Promise<WorkerAnswer> {
  const answer = nextAnswer(child)
  child.send(order)
  return answer
}

/** A process that ends instead of answering must not let the suite wait for ever. */
async function nextAnswer(child: ChildProcess): Promise<WorkerAnswer> {
  const waiting = new AbortController()
  const { signal } = waiting
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a process that shares the store ended with \`${code}\` and did not answer`)
  })
  try {
    const answers: readonly unknown[] = await Promise.race([once(child, 'message', { signal }), ended])
    return parseAnswer(answers[0])
  } finally {
    waiting.abort()
  }
}

function parseAnswer(message: unknown): WorkerAnswer {
  const answer = message as WorkerAnswer
  if (answer.answer === 'failed') throw new Error(answer.message)
  return answer
}

function parseResults<Method extends StoreMethod>(answer: WorkerAnswer): readonly Answer<Method>[] {
  return (answer.answer === 'called' ? answer.results : []) as readonly Answer<Method>[]
}
