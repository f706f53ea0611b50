import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runTool } from '../check/run.ts'
import { readFiles, root, type SourceFile } from '../source/tree.ts'

/** Compiles all packages to `.d.ts` in a folder of their own, and reads what came out. */
export async function emitDeclarations(): Promise<readonly SourceFile[]> {
  mkdirSync(join(root, '.ambit'), { recursive: true })
  const folder = mkdtempSync(join(root, '.ambit', 'api-'))
  try {
    const up = relative(folder, root)
    const config = {
      extends: `${up}/tsconfig.json`,
      compilerOptions: { noEmit: false, declaration: true, emitDeclarationOnly: true, outDir: '.', rootDir: up },
      include: [`${up}/packages/*/src/**/*.ts`],
      exclude: [`${up}/packages/*/src/**/*.test.ts`],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    await runTool('tsc', ['-p', folder])
    return readFiles(['packages/**/*.d.ts'], folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
