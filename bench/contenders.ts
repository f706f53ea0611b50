import { fileURLToPath } from 'node:url'
import type { Work } from './works.ts'

/** A server that takes part at some work: its name in the report and the command that starts it. */
export type Contender = { readonly name: string; readonly command: readonly string[] }

/** The contenders at a work. `folder` is where one that stores may put its files; each gets a fresh one. */
export function contendersAt(work: Work, folder: string): readonly Contender[] {
  const bare = Object.entries(work.bare).map(([name, mode], at) => ({
    name,
    command: nodeCommand('bare/main.ts', mode, `${folder}/bare-${at}.sqlite`),
  }))
  return [
    { name: 'ambit', command: nodeCommand('ours/main.ts', `${folder}/ambit.sqlite`) },
    { name: 'oidc-provider 9', command: nodeCommand('oidc-provider/main.ts') },
    ...bare,
  ]
}

function nodeCommand(program: string, ...args: readonly string[]): readonly string[] {
  const path = fileURLToPath(new URL(program, import.meta.url))
  return [process.execPath, '--disable-warning=ExperimentalWarning', path, ...args]
}
