import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A temporary folder whose files all have different names. */
export type Folder = { readonly path: string; readonly file: () => string; readonly remove: () => void }

/** Makes a temporary folder for store files. */
export function makeFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'ambit-store-'))
  let count = 0
  return {
    path,
    file: () => join(path, `${++count}.sqlite`),
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}
