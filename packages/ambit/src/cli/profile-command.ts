import type { CommandSpec } from './command.ts'

/** The command that holds a configuration to a profile. */
export const profileCommand: CommandSpec = {
  name: 'profile check',
  summary: 'tell each rule of a profile, where it comes from, and what to change; exits 1 where a rule is broken',
  options: [
    {
      flags: '--profile <name>',
      description: 'a profile, such as `fapi2-security` (default: the one of the configuration)',
    },
    { flags: '--broken', description: 'only the rules that are broken' },
    { flags: '--config <file>', description: 'the configuration file (default: ambit.config.ts)' },
    { flags: '--json', description: 'print JSON' },
  ],
  example: 'ambit profile check --profile fapi2-security',
  load: async () => (await import('./commands/profile-check.ts')).checkProfile,
}
