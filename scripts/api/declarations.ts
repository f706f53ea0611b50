import { posix } from 'node:path'
import { type Node, type Program, type Span, Visitor } from 'oxc-parser'
import { parseFile } from '../source/syntax.ts'
import type { SourceFile } from '../source/tree.ts'

/** A name in a file of the same package, or in another package. */
export interface Target {
  readonly path: string
  readonly name: string
}

/** One statement that declares something: its text without comments, and the names it mentions. */
interface Declaration {
  readonly text: string
  readonly mentions: ReadonlySet<string>
}

/** What one `.d.ts` file declares, takes from other files, and gives away. */
export interface DeclarationFile {
  readonly declarations: ReadonlyMap<string, readonly Declaration[]>
  /** Local names that come from elsewhere. The name is `*` for a namespace. */
  readonly imports: ReadonlyMap<string, Target>
  /** Exported names; the path is the file's own where it declares them. */
  readonly exports: ReadonlyMap<string, Target>
  /** Files all of whose names are given away. */
  readonly stars: readonly string[]
}

/** Reads a `.d.ts` file as the compiler emits it. */
export function readDeclarations(file: SourceFile): DeclarationFile {
  const { program, module, comments } = parseFile(file)
  const plain = blankOut(file.text, comments)
  const declarations = new Map<string, Declaration[]>()
  for (const statement of program.body)
    for (const name of declaredNames(statement)) {
      const found = declarations.get(name) ?? []
      declarations.set(name, [
        ...found,
        { text: tidy(plain.slice(statement.start, statement.end)), mentions: mentionsOf(program, statement) },
      ])
    }
  const resolve = (specifier: string) => resolvePath(file.path, specifier)
  const entries = module.staticExports.flatMap(item => item.entries)
  return {
    declarations,
    imports: new Map(
      module.staticImports.flatMap(({ moduleRequest, entries: taken }) =>
        taken.map(entry => [
          entry.localName.value,
          { path: resolve(moduleRequest.value), name: entry.importName.name ?? '*' },
        ]),
      ),
    ),
    exports: new Map(
      entries.flatMap(({ exportName, importName, localName, moduleRequest }) => {
        if (exportName.name === null) return []
        const path = moduleRequest ? resolve(moduleRequest.value) : file.path
        return [[exportName.name, { path, name: (moduleRequest ? importName.name : localName.name) ?? '*' }]]
      }),
    ),
    stars: entries.flatMap(({ exportName, moduleRequest }) =>
      exportName.name === null && moduleRequest ? [resolve(moduleRequest.value)] : [],
    ),
  }
}

function resolvePath(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier
  return posix.join(posix.dirname(from), specifier).replace(/\.ts$/, '.d.ts')
}

function declaredNames(statement: Node): readonly string[] {
  if (statement.type === 'ExportNamedDeclaration')
    return statement.declaration ? declaredNames(statement.declaration) : []
  if (statement.type === 'VariableDeclaration')
    return statement.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  if (!('id' in statement) || statement.id === null || statement.id === undefined) return []
  return statement.id.type === 'Identifier' ? [statement.id.name] : []
}

function mentionsOf(program: Program, statement: Program['body'][number]): ReadonlySet<string> {
  const names = new Set<string>()
  new Visitor({ Identifier: node => void names.add(node.name) }).visit({ ...program, body: [statement] })
  return names
}

/** Replaces comments by spaces, so that offsets stay what they are. */
function blankOut(text: string, comments: readonly Span[]): string {
  return comments.reduce(
    (rest, { start, end }) => rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end),
    text,
  )
}

function tidy(text: string): string {
  const lines = text.split('\n').map(line => line.trimEnd())
  return lines
    .filter(line => line !== '')
    .join('\n')
    .replace(/^export (?!default)/, '')
}
