import { closeSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs'
import type { Mask } from '../../report/mask/mask.ts'
import { type JournalHead, printHead, printResult, readJournal } from '../journal.ts'
import type { ProbeResult } from '../run-record.ts'

/** A journal on disk: what a cut run has done, and what goes on from there. */
export type JournalFile = {
  readonly done: readonly ProbeResult[]
  readonly append: (result: ProbeResult) => void
  /** Writes what is still held back. */
  readonly close: () => void
}

/** The journal, or why an existing file is not one that this run can go on with. */
export type JournalOpening =
  | { readonly kind: 'open'; readonly journal: JournalFile }
  | { readonly kind: 'refused'; readonly problem: string }

/** Results that are held back, so that masking looks for all secrets only so often. */
const atOnce = 20

/** Opens a journal that only its owner can read; what stands in it is masked before it is written. */
export function openJournalFile(path: string, head: JournalHead, mask: () => Mask): JournalOpening {
  const text = readIfThere(path)
  const reading = readJournal(text, head)
  if (reading.kind === 'refused') return { kind: 'refused', problem: `${path}: ${reading.problem}` }
  if (reading.kind === 'results') truncateSync(path, Buffer.byteLength(text.slice(0, reading.length)))
  const file = openSync(path, 'a', 0o600)
  if (reading.kind === 'empty') writeSync(file, printHead(head))
  const held: ProbeResult[] = []
  const write = () => {
    if (held.length === 0) return
    const known = mask()
    writeSync(
      file,
      held
        .splice(0)
        .map(result => printResult(result, known))
        .join(''),
    )
  }
  const append = (result: ProbeResult) => {
    held.push(result)
    if (held.length >= atOnce) write()
  }
  const close = () => {
    write()
    closeSync(file)
  }
  return { kind: 'open', journal: { done: reading.kind === 'results' ? reading.results : [], append, close } }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (problem) {
    if (problem instanceof Error && 'code' in problem && problem.code === 'ENOENT') return ''
    throw problem
  }
}
