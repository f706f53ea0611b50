import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { root } from '../source/tree.ts'

/** What a program printed, and its exit code. */
export interface Outcome {
  readonly code: number
  readonly output: string
}

/** Where the installed tools start, each run by this Node. */
const tools = {
  tsc: 'typescript/bin/tsc',
  biome: '@biomejs/biome/bin/biome',
  oxlint: 'oxlint/bin/oxlint',
  knip: 'knip/bin/knip.js',
  publint: 'publint/src/cli.js',
  attw: '@arethetypeswrong/cli/dist/index.js',
} as const

/** How a program runs: where, and for how many milliseconds at most. */
export interface RunOptions {
  readonly folder?: string
  readonly timeout?: number
}

/** Runs an installed tool to its end, standard output and error together. */
export async function runTool(
  tool: keyof typeof tools,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  return runNode([join(root, 'node_modules', tools[tool]), ...args], options)
}

/** Runs a program with this Node to its end, standard output and error together. */
export async function runNode(args: readonly string[], { folder = root, timeout }: RunOptions = {}): Promise<Outcome> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', NODE_TEST_CONTEXT: undefined },
    ...(timeout === undefined ? {} : { timeout }),
  })
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  const cut =
    child.signalCode === null ? '' : `\nended by ${child.signalCode}${timeout ? `, after ${timeout} ms at most` : ''}`
  return { code: child.exitCode ?? 1, output: `${output}${errors}${cut}`.trim() }
}

/** Runs a tool whose output is the list of problems: nothing when it succeeds. */
export async function problemsOfTool(tool: keyof typeof tools, args: readonly string[]): Promise<readonly string[]> {
  const { code, output } = await runTool(tool, args)
  return code === 0 ? [] : [output || `${tool} ended with exit code ${code}`]
}
