import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { runNode } from '../check/run.ts'
import type { Block } from './markdown.ts'

/** The file that a block becomes in a folder. */
export function blockFile(folder: string, { path, line }: Block): string {
  return join(folder, `${path.replaceAll('/', '--')}-${line}.ts`)
}

/** Writes a block to its file, each line at the number that it has on the page. */
export function writeBlock(folder: string, block: Block): void {
  writeFileSync(blockFile(folder, block), `${'\n'.repeat(block.line - 1)}${block.code}\nexport {}\n`)
}

/**
 * Runs a block that was written. It must end well, and every `console.log(x) // wanted` must print what it says:
 * the wanted lines must come in this order, other lines may stand between.
 */
export async function runBlock(folder: string, block: Block): Promise<readonly string[]> {
  const { code, output } = await runNode([blockFile(folder, block)], { folder, timeout: 20_000 })
  const place = `${block.path}:${block.line}`
  if (code !== 0) return [`${place}: the block fails\n${output}`]
  const printed = output.split('\n')
  return wantedLines(block).flatMap(({ line, text }) => {
    const index = printed.indexOf(text)
    if (index < 0) return [`${block.path}:${line}: \`${text}\` was wanted and not printed; this was:\n${output}`]
    printed.splice(0, index + 1)
    return []
  })
}

/** Runs blocks, as many at once as there are processors: each has its own time, and must not spend it waiting for the others. */
export async function runBlocks(folder: string, blocks: readonly Block[]): Promise<readonly (readonly string[])[]> {
  const waiting = blocks.entries()
  const results: (readonly string[])[] = []
  const lane = async () => {
    for (const [index, block] of waiting) results[index] = await runBlock(folder, block)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, lane))
  return results
}

function wantedLines(block: Block): readonly { readonly line: number; readonly text: string }[] {
  return block.code.split('\n').flatMap((code, index) => {
    const [, text] = /console\.log\(.*\)\s*\/\/ (.+)$/.exec(code) ?? []
    return text === undefined ? [] : [{ line: block.line + index, text: text.trim() }]
  })
}
