import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root, type SourceFile } from '../source/tree.ts'

/** Compares generated files with what is committed; with `fix` it writes them instead. */
export function problemsOfGenerated(
  files: readonly SourceFile[],
  { name, fix }: { readonly name: string; readonly fix: boolean },
): readonly string[] {
  const stale = files.filter(({ path, text }) => textAt(join(root, path)) !== text)
  if (!fix) return stale.map(({ path }) => `${path} is not up to date; \`npm run check -- ${name} --fix\` writes it`)
  for (const { path, text } of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return []
}

function textAt(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}
