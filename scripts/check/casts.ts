import { type Program, Visitor } from 'oxc-parser'
import { parseFile } from '../source/syntax.ts'
import { isTestPath, lineAt, type SourceFile } from '../source/tree.ts'

/** Files with casts that no rule explains, each with its reason. */
const excused: Readonly<Record<string, string>> = {}

/**
 * Finds `as` outside the places that may say what a value is: the file that declares the type, where its maker
 * stands, and functions whose name starts with `parse` or `is`, which look at the value first.
 */
export function findCasts(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => /^packages\/[^/]+\/src\//.test(path) && !isTestPath(path) && excused[path] === undefined)
    .flatMap(castsOfFile)
}

function castsOfFile(file: SourceFile): readonly string[] {
  const { program } = parseFile(file)
  const own = declaredTypes(program)
  const functions: string[] = []
  const problems: string[] = []
  const leave = () => void functions.pop()
  new Visitor({
    FunctionDeclaration: node => void functions.push(node.id?.name ?? ''),
    'FunctionDeclaration:exit': leave,
    VariableDeclarator: node => void functions.push(node.id.type === 'Identifier' ? node.id.name : ''),
    'VariableDeclarator:exit': leave,
    TSAsExpression({ typeAnnotation, start, end }) {
      const type = file.text.slice(typeAnnotation.start, typeAnnotation.end)
      if (type === 'const' || own.has(type.replace(/<.*/s, '')) || functions.some(isDoor)) return
      const line = lineAt(file.text, start)
      problems.push(`${file.path}:${line}: \`${file.text.slice(start, end).slice(0, 80)}\`: ${advice}`)
    },
  }).visit(program)
  return problems
}

const advice = 'parse the value, or let the file that declares the type make it'

function isDoor(name: string): boolean {
  return /^(parse|is)[A-Z]/.test(name)
}

function declaredTypes(program: Program): ReadonlySet<string> {
  const names = new Set<string>()
  new Visitor({
    TSTypeAliasDeclaration: node => void names.add(node.id.name),
    TSInterfaceDeclaration: node => void names.add(node.id.name),
    ClassDeclaration: node => void names.add(node.id?.name ?? ''),
  }).visit(program)
  return names
}
