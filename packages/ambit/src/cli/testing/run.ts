import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { CliIo } from '../command.ts'
import { runProgram } from '../program.ts'

/** How a command ended, and what it printed. */
type CliResult = { readonly code: number; readonly out: string; readonly err: string }

/** What stands around a command. */
type CliSetting = {
  readonly input?: string
  /** Answers to questions, in order; without it nobody is there to ask. */
  readonly answers?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly isTerminal?: boolean
  readonly onStop?: CliIo['onStop']
  /** Sees what is printed as it comes. */
  readonly onOut?: (text: string) => void
}

/** Runs commands in a folder that is removed when the test ends. */
export type Cli = {
  readonly folder: string
  readonly run: (words: string, setting?: CliSetting) => Promise<CliResult>
}

/** A small configuration with a store in a file; `more` is laid over it. */
export const smallConfig = {
  store: 'test.db',
  log: { level: 'silent' },
  resources: [{ resource: 'https://api.example', name: 'API' }],
  catalogue: {
    scopes: {
      read_pets: { title: 'See the pets', default: true },
      write_pets: { title: 'Change the pets', implies: ['read_pets'], risk: 'sensitive' },
    },
  },
  clients: [
    { clientId: 'app', redirectUris: ['http://127.0.0.1:8000/cb'], scope: ['openid', 'write_pets'] },
    { clientId: 'job', secret: 'a-secret-of-a-job', scope: ['read_pets'] },
  ],
  users: [{ username: 'ada', password: 'correct horse' }],
}

/** A folder with a configuration file in it, unless there is to be none. */
export function testCli(test: TestContext, config: object | 'none' = smallConfig): Cli {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-cli-'))
  test.after(() => rmSync(folder, { recursive: true, force: true }))
  if (config !== 'none') writeFileSync(join(folder, 'ambit.config.json'), JSON.stringify(config))
  return { folder, run: (words, setting = {}) => run(folder, words, setting) }
}

async function run(folder: string, words: string, setting: CliSetting): Promise<CliResult> {
  const [out, err]: [string[], string[]] = [[], []]
  const answers = setting.answers && [...setting.answers]
  const io: CliIo = {
    out: text => {
      out.push(text)
      setting.onOut?.(text)
    },
    err: text => void err.push(text),
    readInput: () => Promise.resolve(setting.input ?? ''),
    ...(answers && { askSecret: () => Promise.resolve(answers.shift() ?? '') }),
    environment: setting.environment ?? {},
    folder,
    isTerminal: setting.isTerminal ?? false,
    onStop: setting.onStop ?? (() => () => {}),
    abort: () => void err.push('aborted'),
  }
  const code = await runProgram(split(words), io)
  return { code, out: out.join(''), err: err.join('') }
}

/** Words at spaces, as a shell does; quotes hold words together. */
function split(words: string): readonly string[] {
  return [...words.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}
