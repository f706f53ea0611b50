import {
  closeSync,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import type { Mask } from '../../report/mask/mask.ts'
import { type JournalHead, printHead, printResult, readJournal } from '../journal.ts'
import type { ProbeResult } from '../run-record.ts'
import { lockJournal } from './journal-lock.ts'

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

/** Opens a journal that only its owner can read, for one run at a time; what stands in it is masked before it is written. */
export function openJournalFile(path: string, head: JournalHead, mask: () => Mask): JournalOpening {
  const lock = lockJournal(path)
  if (lock.kind === 'held') {
    const hint = `if there is none, delete ${lock.file}`
    return { kind: 'refused', problem: `${path}: another run (process ${lock.by}) goes on with it; ${hint}` }
  }
  try {
    const opening = openLocked(path, { head, mask, release: lock.release })
    if (opening.kind === 'refused') lock.release()
    return opening
  } catch (problem) {
    lock.release()
    throw problem
  }
}

type Parts = { readonly head: JournalHead; readonly mask: () => Mask; readonly release: () => void }

function openLocked(path: string, { head, mask, release }: Parts): JournalOpening {
  const text = readIfThere(path)
  const reading = readJournal(text, head)
  if (reading.kind === 'refused') return { kind: 'refused', problem: `${path}: ${reading.problem}` }
  if (reading.kind === 'results') truncateSync(path, Buffer.byteLength(text.slice(0, reading.length)))
  const file = openSync(path, 'a', 0o600)
  fchmodSync(file, 0o600)
  if (reading.kind === 'empty') writeWhole(file, printHead(head))
  let held: readonly ProbeResult[] = []
  const write = () => {
    const known = mask()
    writeWhole(file, held.map(result => printResult(result, known)).join(''))
    held = []
  }
  const append = (result: ProbeResult) => {
    held = [...held, result]
    if (held.length >= atOnce) write()
  }
  const close = () => {
    try {
      if (held.length > 0) write()
    } finally {
      closeSync(file)
      release()
    }
  }
  return { kind: 'open', journal: { done: reading.kind === 'results' ? reading.results : [], append, close } }
}

/** Writes all or nothing: half a line in the middle would make the whole journal unreadable. */
function writeWhole(file: number, text: string): void {
  const { size } = fstatSync(file)
  try {
    writeFileSync(file, text)
  } catch (problem) {
    ftruncateSync(file, size)
    throw problem
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (problem) {
    if (problem instanceof Error && 'code' in problem && problem.code === 'ENOENT') return ''
    throw problem
  }
}
