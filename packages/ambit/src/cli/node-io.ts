import { text } from 'node:stream/consumers'
import type { CliIo } from './command.ts'

/** The terminal in front of which the program was started. */
export function nodeIo(): CliIo {
  const { stdin, stdout, stderr } = process
  // whoever reads, such as `head`, may stop early; what is being done is done to its end
  for (const stream of [stdout, stderr]) stream.on('error', ignoreClosedPipe)
  return {
    out: words => void stdout.write(words),
    err: words => void stderr.write(words),
    readInput: () => text(stdin),
    ...(stdin.isTTY && stderr.isTTY && { askSecret }),
    environment: process.env,
    folder: process.cwd(),
    isTerminal: stdout.isTTY === true,
    columns: () => stdout.columns ?? 80,
    onStop,
    abort: () => process.exit(1),
  }
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

function onStop(stop: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, stop)
  return () => {
    for (const signal of signals) process.off(signal, stop)
  }
}

/** Asks on the terminal and shows nothing of what is typed. */
async function askSecret(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises')
  const { Writable } = await import('node:stream')
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  process.stderr.write(question)
  try {
    return await reader.question('')
  } finally {
    reader.close()
    process.stderr.write('\n')
  }
}
