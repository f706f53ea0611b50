import type { CopyEvent } from '@ambit/store'
import type { CliIo } from '../cli/command.ts'

const redrawEvery = 200
const sayEvery = 5_000

/** Shows how far a copy is: one line that is drawn again on a terminal, a line every few seconds elsewhere. */
export function copyDisplay(
  io: CliIo,
  millis: () => number,
): { readonly onEvent: (event: CopyEvent) => void; readonly end: () => void } {
  const state = { total: 0, copied: 0, checked: 0, began: millis(), saidAt: millis(), before: 0 }
  const every = io.isTerminal ? redrawEvery : sayEvery
  const draw = (text: string) => io.err(io.isTerminal ? `\r\u001b[K${text}` : `ambit: ${text}\n`)
  return {
    onEvent: event => {
      if (event.kind === 'begun')
        Object.assign(state, { total: event.rows, copied: event.copied, before: event.copied })
      else if (event.kind === 'copied') state.copied += event.rows
      else state.checked += event.rows
      const now = millis()
      if (event.kind !== 'begun' && now - state.saidAt < every) return
      state.saidAt = now
      draw(sentenceOf(state, now))
    },
    end: () => io.err(io.isTerminal ? '\r\u001b[K' : ''),
  }
}

type State = {
  readonly total: number
  readonly copied: number
  readonly checked: number
  readonly began: number
  readonly before: number
}

function sentenceOf({ total, copied, checked, began, before }: State, now: number): string {
  if (checked > 0) return `compared ${checked} of ${total} rows`
  const rate = (copied - before) / Math.max(0.001, (now - began) / 1_000)
  const left = rate > 0 ? `, ${Math.ceil((total - copied) / rate)} s left` : ''
  return `copied ${copied} of ${total} rows, ${Math.round(rate)} a second${left}`
}
