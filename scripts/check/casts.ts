import { type Program, type Span, Visitor } from 'oxc-parser'
import { parseFile } from '../source/syntax.ts'
import { isTestPath, lineAt, type SourceFile } from '../source/tree.ts'

/** Files with casts that no rule explains, each with its reason. */
const excused: Readonly<Record<string, string>> = {}

/**
 * Finds `as` where nothing vouches for it. Three places may say what a value is: the file that declares the type,
 * a maker (a function that returns exactly that type), and functions named `parse…` or `is…`, which look first.
 */
export function findCasts(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => /^packages\/[^/]+\/src\//.test(path) && !isTestPath(path) && excused[path] === undefined)
    .flatMap(castsOfFile)
}

function castsOfFile(file: SourceFile): readonly string[] {
  const { program } = parseFile(file)
  const own = declaredTypes(program)
  const around: string[] = []
  const problems: string[] = []
  const textOf = (node: Span | null | undefined) => (node ? file.text.slice(node.start, node.end) : '')
  const enter = (name: string, returns: string) => void around.push(name, returns)
  const leave = () => void around.splice(-2)
  new Visitor({
    FunctionDeclaration: node => enter(textOf(node.id), textOf(node.returnType?.typeAnnotation)),
    'FunctionDeclaration:exit': leave,
    FunctionExpression: node => enter('', textOf(node.returnType?.typeAnnotation)),
    'FunctionExpression:exit': leave,
    ArrowFunctionExpression: node => enter('', textOf(node.returnType?.typeAnnotation)),
    'ArrowFunctionExpression:exit': leave,
    VariableDeclarator: node => enter(node.id.type === 'Identifier' ? node.id.name : '', ''),
    'VariableDeclarator:exit': leave,
    TSAsExpression(node) {
      const type = textOf(node.typeAnnotation)
      if (type === 'const' || own.has(type.replace(/<.*/s, '')) || around.some(name => name === type || isDoor(name)))
        return
      const line = lineAt(file.text, node.start)
      problems.push(`${file.path}:${line}: \`${textOf(node).slice(0, 80)}\`: ${advice}`)
    },
  }).visit(program)
  return problems
}

const advice = 'parse the value, or make it where its type is declared'

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
