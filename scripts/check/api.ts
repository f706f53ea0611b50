import { emitDeclarations } from '../api/emit.ts'
import { printSurface } from '../api/surface.ts'
import { readPackages } from '../source/packages.ts'
import { problemsOfGenerated } from './generated.ts'

/** Checks that the public surface of each package is the one in `api/`; `fix` accepts what it is now. */
export async function checkApi(fix: boolean): Promise<readonly string[]> {
  const emitted = await emitDeclarations()
  const snapshots = readPackages().map(({ name, folder, entries }) => ({
    path: `api/${folder.slice('packages/'.length)}.d.ts`,
    text: entries
      .map(([subpath, path]) => {
        const entry = `${folder}/${path.replace(/^\.\//, '').replace(/\.ts$/, '.d.ts')}`
        return `// ${name}${subpath.slice(1)}\n${printSurface(entry, emitted)}\n`
      })
      .join('\n'),
  }))
  return problemsOfGenerated(snapshots, { name: 'api', fix })
}
