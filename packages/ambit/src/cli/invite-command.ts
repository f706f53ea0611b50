// RFC 7591 §3
import type { CommandSpec } from './command.ts'

/** The command that makes initial access tokens. */
export const inviteCommand: CommandSpec = {
  name: 'client invite',
  summary: 'make a token by which clients can register themselves, printed once',
  options: [
    { flags: '--uses <number>', description: 'how many clients may register with it (default: 1)' },
    { flags: '--days <number>', description: 'how long it is good (default: 7)' },
    { flags: '--scope <scope>', description: "the ceiling of these clients, in quotes (default: the policy's)" },
    { flags: '--config <file>', description: 'the configuration file (default: ambit.config.ts)' },
    { flags: '--json', description: 'print JSON' },
  ],
  example: 'ambit client invite --uses 5 --scope "openid read_pets"',
  load: async () => (await import('./commands/client-invite.ts')).inviteClient,
}
