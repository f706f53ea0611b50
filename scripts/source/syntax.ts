import { parseSync, Visitor } from 'oxc-parser'
import type { SourceFile } from './tree.ts'

/** One module that a file names in an import, an export-from, a dynamic import or an import type. */
export interface ModuleReference {
  readonly specifier: string
  readonly offset: number
}

/** Parses a TypeScript file. A file that does not parse throws: the type check says more about it. */
export function parseFile(file: SourceFile) {
  const parsed = parseSync(file.path, file.text)
  const [error] = parsed.errors
  if (error) throw new SyntaxError(`${file.path}: ${error.message}`)
  return parsed
}

/** Lists every module a file refers to, types included, in the order of the text. */
export function moduleReferences(file: SourceFile): readonly ModuleReference[] {
  const { module, program } = parseFile(file)
  const references: ModuleReference[] = [
    ...module.staticImports.map(item => item.moduleRequest),
    ...module.staticExports.flatMap(item => item.entries.flatMap(entry => entry.moduleRequest ?? [])),
  ].map(request => ({ specifier: request.value, offset: request.start }))
  new Visitor({
    ImportExpression({ source }) {
      if (source.type === 'Literal' && typeof source.value === 'string')
        references.push({ specifier: source.value, offset: source.start })
    },
    TSImportType({ source }) {
      references.push({ specifier: source.value, offset: source.start })
    },
  }).visit(program)
  return references.sort((a, b) => a.offset - b.offset)
}
