import type { SourceFile } from '../source/tree.ts'

/** A fenced block of code. */
export interface Block {
  readonly path: string
  /** The line of the first line of code, counted from 1. */
  readonly line: number
  readonly language: string
  /** The words after the language, such as `no-run`. */
  readonly flags: readonly string[]
  readonly code: string
}

/** A link or an image, as it is written. */
interface Link {
  readonly line: number
  readonly target: string
}

/** What a Markdown file holds that a program can check. */
export interface Page {
  readonly path: string
  readonly blocks: readonly Block[]
  readonly links: readonly Link[]
  /** The anchors of the headings, as GitHub makes them. */
  readonly anchors: ReadonlySet<string>
}

/** The pages whose code, commands and links are checked. */
export const pagePatterns = ['*.md', 'docs/**/*.md', 'packages/*/*.md'] as const

const fence = /^(\s*)(`{3,}|~{3,})\s*([^\s`]*)\s*([^`]*)$/
const inlineLink = /!?\[[^\]]*\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/g
const htmlLink = /<(?:img|a)\b[^>]*?\b(?:src|href)="([^"]+)"/g

/** Reads a Markdown file. */
export function readPage({ path, text }: SourceFile): Page {
  const blocks: Block[] = []
  const prose: string[] = []
  let open: { readonly marker: string; readonly block: Block; readonly code: string[] } | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const [, indent = '', marker = '', language = '', flags = ''] = fence.exec(line) ?? []
    prose.push(open || marker ? '' : line)
    if (open && line.trim().startsWith(open.marker) && language === '') {
      blocks.push({ ...open.block, code: open.code.join('\n') })
      open = undefined
    } else if (open) open.code.push(line.slice(open.block.code.length))
    else if (marker) {
      const words = flags.split(/\s+/).filter(word => word !== '')
      open = { marker, code: [], block: { path, line: index + 2, language, flags: words, code: indent } }
    }
  }
  return { path, blocks, links: linksIn(prose), anchors: anchorsIn(prose) }
}

function linksIn(prose: readonly string[]): readonly Link[] {
  return prose.flatMap((text, index) => {
    const plain = text.replaceAll(/`[^`]*`/g, '``')
    return [...plain.matchAll(inlineLink), ...plain.matchAll(htmlLink)].map(found => ({
      line: index + 1,
      target: found[1] ?? '',
    }))
  })
}

function anchorsIn(prose: readonly string[]): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const line of prose) {
    const [, heading] = /^#{1,6}\s+(.+?)\s*#*$/.exec(line) ?? []
    if (heading === undefined) continue
    const slug = anchorOf(heading)
    const isTaken = (count: number) => anchors.has(count === 0 ? slug : `${slug}-${count}`)
    let count = 0
    while (isTaken(count)) count++
    anchors.add(count === 0 ? slug : `${slug}-${count}`)
  }
  return anchors
}

/** The anchor that GitHub gives a heading. */
export function anchorOf(heading: string): string {
  const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-')
}
