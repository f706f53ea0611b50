/** An element's start tag, with its attributes as they are meant. */
type OutlineElement = { readonly name: string; readonly attributes: Readonly<Record<string, string>> }

/** What a page consists of: its start tags in their order, and its text. */
export type Outline = { readonly elements: readonly OutlineElement[]; readonly text: string }

// only what our templates write: attributes in double quotes or without a value, and nothing else between < and >
const token =
  /<!doctype html>|<\/(?<end>[a-z][a-z\d]*)>|<(?<name>[a-z][a-z\d]*)(?<attributes>(?:\s+[a-z][a-z-]*[A-Za-z-]*(?:="[^"<>]*")?)*)\s*\/?>|(?<text>[^<>]+)/gy

/** Reads HTML strictly; whatever our templates would never write is an error, so text that breaks out is seen. */
export function outlineOf(html: string): Outline {
  const elements: OutlineElement[] = []
  const open: string[] = []
  let text = ''
  token.lastIndex = 0
  while (token.lastIndex < html.length) {
    const at = token.lastIndex
    const groups = token.exec(html)?.groups
    if (groups === undefined) throw new SyntaxError(`not written by a template: ${html.slice(at, at + 60)}`)
    if (groups.text !== undefined) text += unescape(groups.text)
    if (groups.end !== undefined && open.pop() !== groups.end) throw new SyntaxError(`\`${groups.end}\` was not open`)
    if (groups.name === undefined) continue
    elements.push({ name: groups.name, attributes: attributesOf(groups.attributes ?? '') })
    if (!empty.has(groups.name) && !html.slice(at, token.lastIndex).endsWith('/>')) open.push(groups.name)
  }
  if (open.length > 0) throw new SyntaxError(`\`${open.join(' ')}\` is still open`)
  return { elements, text }
}

const empty = new Set(['meta', 'link', 'input', 'br', 'img'])

function attributesOf(source: string): Readonly<Record<string, string>> {
  const found = [...source.matchAll(/\s([A-Za-z-]+)(?:="([^"]*)")?/g)]
  const names = found.map(([, name]) => name)
  if (new Set(names).size !== names.length) throw new SyntaxError(`an attribute came twice: ${source}`)
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, unescape(value)]))
}

function unescape(text: string): string {
  if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(text)) throw new SyntaxError(`an ampersand that is not escaped: ${text}`)
  return text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => characters[name] ?? '')
}

const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
