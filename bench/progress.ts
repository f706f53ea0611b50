/** Tells a waiting person what goes on: one line that changes on a terminal, one line for each sentence elsewhere. */
export type Progress = { readonly say: (sentence: string) => void; readonly clear: () => void }

/** Opens the display of progress on standard error. */
export function openProgress(): Progress {
  const { stderr } = process
  if (!stderr.isTTY) return { say: sentence => stderr.write(`${sentence}\n`), clear: () => {} }
  return { say: sentence => stderr.write(`\r\x1b[K${sentence}`), clear: () => stderr.write('\r\x1b[K') }
}
