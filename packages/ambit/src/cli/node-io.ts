import { text } from 'node:stream/consumers'
import { type CliIo, exitCodes } from './command.ts'

/** The terminal in front of which the program was started. */
export function nodeIo(): CliIo {
  const { stdin, stdout, stderr } = process
  // whoever reads, such as `head`, may stop early; what is being done is done to its end
  for (const stream of [stdout, stderr]) stream.on('error', ignoreNobody)
  return {
    out: words => void stdout.write(words),
    err: words => void stderr.write(words),
    readInput: () => text(stdin),
    ...(stdin.isTTY && stderr.isTTY && { askSecret }),
    environment: process.env,
    folder: process.cwd(),
    isTerminal: stdout.isTTY === true,
    // a terminal that nobody told its size says 0
    columns: () => stdout.columns || 80,
    onStop,
    ...(!stdout.isTTY && process.platform !== 'win32' && { onReload }),
    abort: (code = exitCodes.failed) => process.exit(code),
  }
}

// a pipe that is closed, a terminal that is gone
function ignoreNobody(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
}

function onStop(stop: () => void): () => void {
  // whoever closes the terminal stops what runs in it; what runs without one may outlive it, as with nohup
  const signals = process.stdout.isTTY ? (['SIGINT', 'SIGTERM', 'SIGHUP'] as const) : (['SIGINT', 'SIGTERM'] as const)
  for (const signal of signals) process.on(signal, stop)
  return () => {
    for (const signal of signals) process.off(signal, stop)
  }
}

function onReload(reload: () => void): () => void {
  process.on('SIGHUP', reload)
  return () => process.off('SIGHUP', reload)
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
