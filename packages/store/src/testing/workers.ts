import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
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

/** Where workers find the store: a module with `openStore`, and what it is told. */
export type WorkerPlace = { readonly opener: URL; readonly place: string }

/** Starts processes that wait for orders; they have not opened the store yet. */
export async function startWorkers({ opener, place }: WorkerPlace, count: number): Promise<readonly Worker[]> {
  const script = fileURLToPath(new URL('worker.ts', import.meta.url))
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
    stop: async () => {
      const exit = once(child, 'exit')
      child.disconnect()
      await exit
    },
  }))
}

function ask(child: ChildProcess, order: WorkerOrder): Promise<WorkerAnswer> {
  const answer = nextAnswer(child)
  child.send(order)
  return answer
}

async function nextAnswer(child: ChildProcess): Promise<WorkerAnswer> {
  const answers: readonly unknown[] = await once(child, 'message')
  return parseAnswer(answers[0])
}

function parseAnswer(message: unknown): WorkerAnswer {
  const answer = message as WorkerAnswer
  if (answer.answer === 'failed') throw new Error(answer.message)
  return answer
}

function parseResults<Method extends StoreMethod>(answer: WorkerAnswer): readonly Answer<Method>[] {
  return (answer.answer === 'called' ? answer.results : []) as readonly Answer<Method>[]
}
