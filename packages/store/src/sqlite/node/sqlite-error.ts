/** What went wrong, by SQLite's primary result code; `path` is the store's file. */
const sentences: Readonly<Record<number, (path: string) => string>> = {
  5: path => `the store \`${path}\` is locked by another process; wait for it to finish or stop it`,
  6: path => `the store \`${path}\` is locked by another process; wait for it to finish or stop it`,
  8: path => `the store \`${path}\` is read-only; make the file and its folder writable for this user`,
  10: path => `the store \`${path}\` could not be read or written; look at the disk`,
  11: path => `the store \`${path}\` is damaged; restore it from a backup`,
  13: path => `the store \`${path}\` cannot grow because the disk is full; free some space`,
  14: path => `the store \`${path}\` cannot be opened; its folder must exist and be writable for this user`,
  26: path => `\`${path}\` is not a store: it is not a SQLite file; name another file`,
}

/** The error with a sentence for an operator, its cause attached; errors that are no fault of the file pass as they are. */
export function explainSqliteError(error: unknown, path: string): unknown {
  const code = resultCode(error)
  const sentence = code === undefined ? undefined : sentences[code & 0xff]
  return sentence ? new Error(sentence(path), { cause: error }) : error
}

/** Whether another connection held the lock for longer than we wait. */
export function isBusy(error: unknown): boolean {
  return ((resultCode(error) ?? 0) & 0xff) === 5
}

function resultCode(error: unknown): number | undefined {
  const isCoded = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
  return isCoded ? Number(error.errcode) : undefined
}
