import type { Framework } from './frameworks/router.ts'
import { gap } from './machine/value.ts'

const most = 32

/**
 * The paths that a framework's pattern stands for, as a document writes them: parameters in braces, `{*}` for any number of
 * segments, one path for each choice of optional parts.
 * @example
 * routePaths('/pets/:id(\\d+)?', 'express') // ['/pets', '/pets/{id}']
 */
export function routePaths(pattern: string, framework: Framework): readonly string[] {
  const known = pattern.startsWith(gap) ? pattern.slice(1) : pattern
  const paths = expand(known, framework).map(cleaned)
  return [...new Set(paths)].slice(0, most)
}

/** A path with one slash between segments, one at the beginning and none at the end. */
export function cleaned(path: string): string {
  const single = `/${path}`.replaceAll(/\/{2,}/g, '/')
  return single.length > 1 && single.endsWith('/') ? single.slice(0, -1) : single
}

type Piece = { readonly forms: readonly string[]; readonly length: number; readonly isOptional?: boolean }

function expand(pattern: string, framework: Framework): readonly string[] {
  let forms: readonly string[] = ['']
  for (let index = 0; index < pattern.length; ) {
    const piece = pieceAt(pattern, index, framework)
    const choices = piece.isOptional === true ? [undefined, ...piece.forms] : piece.forms
    forms = forms
      .flatMap(form => choices.map(choice => (choice === undefined ? withoutSlash(form) : `${form}${choice}`)))
      .slice(0, most)
    index += Math.max(1, piece.length)
  }
  return forms
}

/** Where an optional segment is left out, the slash before it is, too. */
function withoutSlash(form: string): string {
  return form.endsWith('/') ? form.slice(0, -1) : form
}

function pieceAt(pattern: string, index: number, framework: Framework): Piece {
  const rest = pattern.slice(index)
  const character = rest.charAt(0)
  if (character === '\\') return { forms: [rest.charAt(1)], length: 2 }
  if (character === gap) return { forms: ['{unknown}'], length: 1 }
  if (framework === 'fastify' && rest.startsWith('::')) return { forms: [':'], length: 2 }
  if (character === ':') return parameterAt(rest, framework)
  if (character === '*') return { forms: ['{*}'], length: /^\*\w*/.exec(rest)?.[0].length ?? 1 }
  if (character === '{' && framework !== 'hono' && framework !== 'fastify') return groupAt(rest, framework)
  if (character === '(') return expressionAt(rest)
  if (character === '?' && framework !== 'fastify') return { forms: [''], length: 1 }
  return { forms: [character], length: 1 }
}

function parameterAt(rest: string, framework: Framework): Piece {
  const [whole, name] = /^:(\w+)/.exec(rest) ?? []
  if (whole === undefined || name === undefined) return { forms: [':'], length: 1 }
  let length = whole.length
  const open = rest.charAt(length)
  if (open === '(' || (open === '{' && framework === 'hono')) length += balanced(rest.slice(length))
  const modifier = rest.charAt(length)
  const isMany = modifier === '*' || modifier === '+'
  const isOptional = modifier === '?' || modifier === '*'
  if (isMany || isOptional) length += 1
  return { forms: [isMany ? '{*}' : `{${name}}`], length, isOptional }
}

/** `{/:id}` of Express 5 and of what is built like it: there or not. */
function groupAt(rest: string, framework: Framework): Piece {
  const length = balanced(rest)
  const forms = expand(rest.slice(1, length - 1), framework)
  const isMarked = rest.charAt(length) === '?'
  return { forms: ['', ...forms], length: length + (isMarked ? 1 : 0) }
}

/** An expression without a name: `(.*)`, `(\\d+)`. */
function expressionAt(rest: string): Piece {
  const length = balanced(rest)
  const inner = rest.slice(1, length - 1)
  const isOptional = rest.charAt(length) === '?'
  const isPlain = /^[\w/|-]+$/.test(inner)
  const forms = isPlain ? inner.split('|') : [inner.includes('.*') || inner.includes('.+') ? '{*}' : '{value}']
  return { forms, length: length + (isOptional ? 1 : 0), isOptional }
}

/** How long what begins with a bracket is, up to the one that closes it. */
function balanced(text: string): number {
  const [open, close] = text.startsWith('{') ? ['{', '}'] : ['(', ')']
  let depth = 0
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1
    else if (text[index] === open) depth += 1
    else if (text[index] === close) depth -= 1
    if (depth === 0) return index + 1
  }
  return text.length
}
