import type { CommandSpec, OptionSpec } from './command.ts'

const config: OptionSpec = {
  flags: '--config <file>',
  description: 'the configuration file (default: ambit.config.ts)',
}
const json: OptionSpec = { flags: '--json', description: 'print JSON' }

/** The commands that are about the store as a whole. */
export const storeCommands: readonly CommandSpec[] = [
  {
    name: 'store migrate',
    summary: 'bring the schema of the store up to date; servers may go on meanwhile',
    options: [{ flags: '--dry-run', description: 'tell what would be done, and stop' }, config, json],
    example: 'ambit store migrate --dry-run',
    details: [
      'JSON: { found, known, pending, applied }. Exit code 0 also where `--dry-run` finds versions to be applied.',
    ],
    load: async () => (await import('./commands/store.ts')).migrateConfigured,
  },
  {
    name: 'store check',
    summary: 'count what the store holds, and look for what does not go together',
    options: [config, json],
    example: 'ambit store check --json',
    details: [
      'Digests of two stores are the same where they hold the same. Nothing is changed by looking.',
      'JSON: { sheets, problems }. Exit code 1 where something does not go together, or there is no store to look at.',
    ],
    load: async () => (await import('./commands/store.ts')).checkConfigured,
  },
  {
    name: 'store copy',
    summary: 'copy everything to another store that is empty, and compare the two; servers must be stopped',
    options: [
      {
        flags: '--from <store>',
        description: 'a SQLite file, the URL of a database, or `env:NAME` of a variable with one',
      },
      { flags: '--to <store>', description: 'the same (default: the store of the configuration)' },
      config,
      json,
    ],
    example: 'ambit store copy --from ambit.db --to env:DATABASE_URL',
    details: [
      'A copy that was broken off goes on when the same command is given again; until it is whole, no server starts on it.',
      'JSON: { rows, seconds, sheets }. Exit code 1 where it was refused or broken off, 2 where a store was not named.',
    ],
    load: async () => (await import('./commands/store.ts')).copyConfigured,
  },
]
