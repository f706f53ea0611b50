import { lineAt, type SourceFile } from '../source/tree.ts'

/** Files in which words that must not appear are looked for. */
export const wordPatterns = [
  '*.{md,json,ts,mjs}',
  '.ci/*',
  '{packages,scripts,test,docs,bench,examples}/**/*.{ts,mjs,js,json,md,css,html,svg,yml,sh,sql}',
  'runtime/*.json',
] as const

const unfinished = ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X']

const words: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [
    new RegExp(`\\b(?:${unfinished.join('|')})\\b`, 'g'),
    'unfinished work; finish it, or write it down where work is planned',
  ],
  [/(?<![\w.:/-])\/(?:work|root|Users\/\w+|home\/\w+)\/[\w.-]/g, 'a path of one machine'],
  [/(?<![\w.])[A-Z]:\\\\?Users\\/g, 'a path of one machine'],
]

const lockedHost = /"resolved": "(?:https?|git\+\w+|git):\/\/[^"]*"/g

/** Finds words that must not stand in the repository: unfinished work, machine paths, hosts in a lockfile. */
export function findWords(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(file => {
    if (file.path.endsWith('package-lock.json'))
      return hits(file, lockedHost, 'a lockfile names no host; keep `omit-lockfile-registry-resolved` in .npmrc')
    return words.flatMap(([pattern, sentence]) => hits(file, pattern, sentence))
  })
}

function hits({ path, text }: SourceFile, pattern: RegExp, sentence: string): readonly string[] {
  return [...text.matchAll(pattern)].map(found => `${path}:${lineAt(text, found.index)}: \`${found[0]}\`: ${sentence}`)
}
