import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runTool } from '../check/run.ts'
import { root } from '../source/tree.ts'
import type { Block } from './markdown.ts'
import { blockFile, writeBlock } from './run-block.ts'

/** Checks the types of all blocks in one run of the compiler; unused names are fine in an example. */
export async function typeCheckBlocks(folder: string, blocks: readonly Block[]): Promise<readonly string[]> {
  if (blocks.length === 0) return []
  for (const block of blocks) writeBlock(folder, block)
  const config = {
    extends: `${relative(folder, root)}/tsconfig.json`,
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
    include: ['*.ts'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const { code, output } = await runTool('tsc', ['-p', folder, '--pretty', 'false'])
  if (code === 0) return []
  const pathOf = new Map(blocks.map(block => [relative(root, blockFile(folder, block)), block.path]))
  return output.split('\n').map(line => line.replace(/^(.*?)(?=\()/, file => pathOf.get(file) ?? file))
}
