import type { SourceFile } from '../source.ts'

/** Finds the file that an import names; `undefined` where it is a package, or not among the files. */
export type Resolve = (from: string, specifier: string) => string | undefined

const endings = ['', '.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.jsx', '.json']
const indexes = endings.slice(1).map(ending => `/index${ending}`)

/** Makes the finder of imports for these files; `paths` of `tsconfig.json`, `imports` and the names of workspaces count. */
export function createResolver(files: readonly SourceFile[]): Resolve {
  const known = new Set(files.map(({ path }) => path))
  const aliases = files.flatMap(aliasesOf).toSorted((a, b) => b.folder.length - a.folder.length)
  const find = (path: string): string | undefined => {
    const base = normalizePath(path)
    const typed = base.replace(/\.([cm]?)jsx?$/, '.$1ts')
    const candidates = [...endings, ...indexes].map(ending => `${base}${ending}`)
    return [...candidates, typed, `${typed}x`].find(candidate => known.has(candidate))
  }
  return (from, specifier) => {
    if (/^\.{1,2}(?:\/|$)/.test(specifier)) return find(`${folderOf(from)}/${specifier}`)
    if (specifier.startsWith('/')) return find(specifier.slice(1))
    for (const { folder, prefix, targets, isExact } of aliases) {
      const isAbove = folder === '' || from.startsWith(`${folder}/`) || isExact === 'package'
      const isFitting = isExact === true ? specifier === prefix : specifier.startsWith(prefix)
      if (!isAbove || !isFitting) continue
      const rest = specifier.slice(prefix.length)
      for (const target of targets) {
        const found = find(`${target}${rest}`)
        if (found !== undefined) return found
      }
    }
    return undefined
  }
}

type Alias = {
  /** Whose imports it holds for. */
  readonly folder: string
  readonly prefix: string
  readonly targets: readonly string[]
  readonly isExact: boolean | 'package'
}

function aliasesOf({ path, text }: SourceFile): readonly Alias[] {
  const name = path.split('/').at(-1) ?? ''
  if (/^[jt]sconfig(?:\.\w+)*\.json$/.test(name)) return aliasesOfCompiler(folderOf(path), parseLoose(text))
  return name === 'package.json' ? aliasesOfPackage(folderOf(path), parseLoose(text)) : []
}

function aliasesOfCompiler(folder: string, config: unknown): readonly Alias[] {
  const options = memberOf(config, 'compilerOptions')
  const baseUrl = memberOf(options, 'baseUrl')
  const base = typeof baseUrl === 'string' ? normalizePath(`${folder}/${baseUrl}`) : folder
  const paths = Object.entries(objectOf(memberOf(options, 'paths'))).map(([pattern, targets]): Alias => {
    const listed: readonly unknown[] = Array.isArray(targets) ? targets : []
    const places = listed.filter(each => typeof each === 'string').map(each => `${base}/${each.replace(/\*$/, '')}`)
    return { folder, prefix: pattern.replace(/\*$/, ''), targets: places, isExact: !pattern.endsWith('*') }
  })
  const whole: readonly Alias[] =
    typeof baseUrl === 'string' ? [{ folder, prefix: '', targets: [`${base}/`], isExact: false }] : []
  return [...paths, ...whole]
}

function aliasesOfPackage(folder: string, manifest: unknown): readonly Alias[] {
  const imports = Object.entries(objectOf(memberOf(manifest, 'imports'))).flatMap(([pattern, target]): Alias[] => {
    const place = typeof target === 'string' ? target : memberOf(target, 'default')
    if (typeof place !== 'string') return []
    const targets = [`${folder}/${place.replace(/\*.*$/, '')}`]
    return [{ folder, prefix: pattern.replace(/\*.*$/, ''), targets, isExact: !pattern.includes('*') }]
  })
  const [name, main] = [memberOf(manifest, 'name'), memberOf(manifest, 'main')]
  if (typeof name !== 'string' || folder === '') return imports
  const entry = typeof main === 'string' ? [`${folder}/${main}`] : []
  const own = [...entry, `${folder}/src/index`, `${folder}/index`]
  return [
    ...imports,
    { folder: '', prefix: name, targets: own, isExact: true },
    { folder: '', prefix: `${name}/`, targets: [`${folder}/`, `${folder}/src/`], isExact: 'package' },
  ]
}

/** JSON as compilers take it: with comments and commas too many. */
function parseLoose(text: string): unknown {
  const plain = text
    .replaceAll(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, quoted: string | undefined) => quoted ?? '')
    .replaceAll(/,(\s*[}\]])/g, '$1')
  try {
    return JSON.parse(plain)
  } catch {
    return undefined
  }
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

function memberOf(value: unknown, name: string): unknown {
  return new Map<string, unknown>(Object.entries(objectOf(value))).get(name)
}

export function folderOf(path: string): string {
  const end = path.lastIndexOf('/')
  return end < 0 ? '' : path.slice(0, end)
}

/** A path without `.` and `..`, and without a slash at either end. */
export function normalizePath(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}
