import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { WorkerAnswer, WorkerOrder } from './worker.ts'

/** Another process with its own connection to a store file. */
export type Worker = {
  readonly ask: (order: WorkerOrder) => Promise<WorkerAnswer>
  readonly stop: () => Promise<void>
}

/** Starts processes that wait for orders; they have not opened the file yet. */
export async function startWorkers(path: string, count: number): Promise<readonly Worker[]> {
  const script = fileURLToPath(new URL('worker.ts', import.meta.url))
  const children = Array.from({ length: count }, () => fork(script, [path]))
  await Promise.all(children.map(nextAnswer))
  return children.map(child => ({
    ask: order => {
      const answer = nextAnswer(child)
      child.send(order)
      return answer
    },
    stop: async () => {
      const exit = once(child, 'exit')
      child.disconnect()
      await exit
    },
  }))
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
