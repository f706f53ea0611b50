import { runNode } from '../check/run.ts'

const program = 'packages/ambit/src/main.ts'

/** Asks the program itself which commands it has, and which those have: `client`, `client add`, … */
export async function readAmbitCommands(): Promise<readonly string[]> {
  const names = await commandsOf([])
  const inner = await Promise.all(names.map(async name => (await commandsOf([name])).map(word => `${name} ${word}`)))
  return [...names, ...inner.flat()]
}

async function commandsOf(words: readonly string[]): Promise<readonly string[]> {
  const { output } = await runNode([program, ...words, '--help'])
  const [, list = ''] = output.split(/^Commands:\n/m)
  return list.split('\n').flatMap(line => /^ {2}([a-z][\w-]*)/.exec(line)?.[1] ?? [])
}
