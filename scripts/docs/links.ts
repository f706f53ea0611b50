import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { root } from '../source/tree.ts'
import type { Page } from './markdown.ts'

/** Finds relative links to files that do not exist, and links to headings that do not exist. */
export function findBrokenLinks(pages: readonly Page[], exists = existsInRepository): readonly string[] {
  return pages.flatMap(page =>
    page.links.flatMap(({ line, target }) => {
      const sentence = judge(page, target, { pages, exists })
      return sentence ? [`${page.path}:${line}: ${sentence}`] : []
    }),
  )
}

interface Surroundings {
  readonly pages: readonly Page[]
  readonly exists: (path: string) => boolean
}

function judge(page: Page, target: string, { pages, exists }: Surroundings): string | undefined {
  if (/^[a-z][a-z\d+.-]*:/i.test(target)) return undefined
  const [file = '', anchor] = target.split('#', 2)
  const path = file === '' ? page.path : posix.join(posix.dirname(page.path), decodeURI(file))
  if (path.startsWith('..')) return `the link \`${target}\` leaves the repository`
  if (!exists(path)) return `the link \`${target}\` leads nowhere`
  const other = pages.find(candidate => candidate.path === path)
  if (anchor && other && !other.anchors.has(anchor)) return `${path} has no heading \`#${anchor}\``
  return undefined
}

function existsInRepository(path: string): boolean {
  return existsSync(join(root, path))
}
