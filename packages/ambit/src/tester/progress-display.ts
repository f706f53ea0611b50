// ECMA-48 §8.3.20, §8.3.39
import { initialProgress, liveLines, type Progress, plainLine, progressAfter, type RunEvent } from '@ambit/tester'

/** How progress is shown. */
export type DisplaySettings = {
  readonly write: (text: string) => void
  /** `live`: lines that are drawn again and again. `plain`: one behind the other. */
  readonly kind: 'live' | 'plain' | 'none'
  /** Columns of the terminal. */
  readonly width: () => number
  readonly hasColor: boolean
  readonly locale: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Calls back again and again until it is told to stop by what it gives back. */
  readonly every: (milliseconds: number, draw: () => void) => () => void
  /** Makes a text safe to be shown. */
  readonly conceal: (text: string) => string
}

/** The display of a run. */
export type Display = {
  readonly onEvent: (event: RunEvent) => void
  /** Says something between the events. */
  readonly say: (line: string) => void
  /** Gives the terminal back as it was. */
  readonly close: () => void
}

const drawEvery = 120
const hideCursor = '\u001b[?25l'
const showCursor = '\u001b[?25h'

/** Opens the display of a run. */
export function openDisplay(settings: DisplaySettings): Display {
  const { kind, write, conceal, now } = settings
  let progress: Progress = initialProgress(now())
  if (kind === 'live') return openLive(settings)
  const line = (text: string) => {
    if (kind === 'plain') write(`${conceal(text)}\n`)
  }
  return {
    onEvent: event => {
      progress = progressAfter(progress, event, now())
      const text = plainLine(event, progress)
      if (text !== undefined) line(text)
    },
    say: line,
    close: () => {},
  }
}

function openLive({ write, width, hasColor, locale, now, every, conceal }: DisplaySettings): Display {
  let progress = initialProgress(now())
  let drawn = 0
  let isOpen = true
  const erase = () => {
    if (drawn > 0) write(`\u001b[${drawn}A\u001b[J`)
    drawn = 0
  }
  const draw = () => {
    erase()
    const shown = concealed(progress, conceal)
    const lines = liveLines(shown, { now: now(), width: Math.max(20, width() - 1), hasColor, locale })
    write(lines.map(each => `${each}\n`).join(''))
    drawn = lines.length
  }
  write(hideCursor)
  const stop = every(drawEvery, draw)
  return {
    onEvent: event => {
      progress = progressAfter(progress, event, now())
    },
    say: text => {
      erase()
      write(`${conceal(text)}\n`)
    },
    close: () => {
      if (!isOpen) return
      isOpen = false
      stop()
      erase()
      write(showCursor)
    },
  }
}

// before it is cut to the terminal's width: half a secret would not be known for one
function concealed(progress: Progress, conceal: (text: string) => string): Progress {
  const { running, slowed, cleaning } = progress
  return {
    ...progress,
    running: running.map(conceal),
    ...(slowed && { slowed: { ...slowed, why: conceal(slowed.why) } }),
    ...(cleaning !== undefined && { cleaning: conceal(cleaning) }),
  }
}
