import type { Block, Page } from './markdown.ts'

/** What a reader may type in this repository. */
export interface Commands {
  /** The scripts of the root's `package.json`. */
  readonly scripts: readonly string[]
  /** The commands of `ambit`, those inside a command as `client add`. */
  readonly ambit: readonly string[]
  readonly exists: (path: string) => boolean
}

const languages = new Set(['sh', 'bash', 'shell', 'console'])
const npmCommands = new Set(['ci', 'install', 'i', 'pack', 'exec', 'init'])
const shorthands = new Set(['start', 'test', 'stop', 'restart'])
const programs = new Set(
  'cat cd chmod cp curl docker echo export git grep head jq kill ls mkdir mv openssl psql rm sleep sqlite3 tail tar'.split(
    ' ',
  ),
)

/** Finds commands in shell blocks that name no script, no `ambit` command and no known program. */
export function findUnknownCommands(pages: readonly Page[], known: Commands): readonly string[] {
  const blocks = pages.flatMap(page => page.blocks).filter(block => languages.has(block.language))
  return blocks.flatMap(block => {
    const sentences = commandsIn(block).map(words => judge(words, known))
    return sentences.flatMap(sentence => (sentence ? [`${block.path}:${block.line}: ${sentence}`] : []))
  })
}

/** Each command as its words, without prompt, comments and assignments; in a `console` block only after a prompt. */
function commandsIn({ code, language }: Block): readonly (readonly string[])[] {
  const joined = code.replaceAll(/\\\n\s*/g, ' ').replaceAll(/'[^']*'|"(?:\\.|[^"\\])*"/g, 'text')
  const lines = joined.split('\n').filter(line => language !== 'console' || line.startsWith('$ '))
  return lines
    .map(line => line.replace(/^\$ /, '').replace(/(^|\s)#.*$/, ''))
    .flatMap(line => line.split(/&&|\|\|?|;|(?<!>)&(?!>)/))
    .map(command => command.trim().split(/\s+/))
    .map(words => words.slice(words.findIndex(word => !/^[A-Za-z_]\w*=/.test(word))))
    .filter(words => words[0] !== '' && words[0] !== undefined)
}

function judge(words: readonly string[], known: Commands): string | undefined {
  const [program = '', ...rest] = words
  if (program === 'npm') return judgeNpm(rest, known)
  if (program === 'npx') return rest[0] === 'ambit' ? judgeAmbit(rest.slice(1), known) : undefined
  if (program === 'ambit') return judgeAmbit(rest, known)
  const file = program === 'node' ? rest.find(word => !word.startsWith('-')) : program
  if (file === undefined || programs.has(file)) return undefined
  if (/^\.?[\w-]*\//.test(file) || program === 'node')
    return known.exists(file) ? undefined : `\`${file}\` does not exist`
  return `\`${program}\` is no command that a reader is known to have`
}

function judgeNpm(rest: readonly string[], known: Commands): string | undefined {
  const words = rest.filter((word, index) => !word.startsWith('-') || rest[index - 1] === '--' || word === '--')
  const [command = '', ...more] = words
  const isRun = command === 'run'
  if (!isRun && !shorthands.has(command))
    return npmCommands.has(command) ? undefined : `\`npm ${command}\` is no npm command that the docs use`
  const script = isRun ? (more[0] ?? '') : command
  if (!known.scripts.includes(script)) return `package.json has no script \`${script}\``
  const dashes = words.indexOf('--')
  return script === 'ambit' && dashes > 0 ? judgeAmbit(words.slice(dashes + 1), known) : undefined
}

function judgeAmbit(rest: readonly string[], known: Commands): string | undefined {
  const [command, inner] = rest
  if (command === undefined || command.startsWith('-')) return undefined
  if (!known.ambit.some(name => name.split(' ')[0] === command)) return `\`ambit\` has no command \`${command}\``
  const inside = known.ambit.filter(name => name.startsWith(`${command} `))
  if (inside.length === 0 || inner === undefined || inner.startsWith('-')) return undefined
  return inside.includes(`${command} ${inner}`) ? undefined : `\`ambit ${command}\` has no command \`${inner}\``
}
