// RFC 6749 App. A.4, §3.3
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { TestClient } from '../../target/target.ts'
import { askFrom, judgeScope } from './scope-request.ts'
import { codeClient } from './server-case.ts'
import type { ServerContext } from './server-trial.ts'
import { apiScopesOf } from './token-ask.ts'
import { machineClient, serverCase } from './token-trial.ts'

const text: CaseText = {
  id: 'AS-SCP-04',
  title: 'characters that no scope may have',
  why: 'A value that two programs split in two ways means one thing to whoever checks it and another to whoever uses it.',
  remedy:
    'Take scopes of the characters that the standard allows, split at single spaces, and refuse all else by `invalid_scope`.',
  severity: 'medium',
  level: 'L0',
  sources: ['RFC 6749 App. A.4', 'RFC 6749 §3.3'],
  tags: ['scope', 'characters'],
}

const characters = [
  ['a quotation mark', '"'],
  ['a backslash', '\\'],
  ['a no-break space', '\u00a0'],
  ['a tab', '\t'],
] as const

/** AS-SCP-04: each character between two scopes, or at the end of one. */
export const scopeCharacters: TestCase = serverCase(text, [
  ...characters.map(([variant, character]) => ({
    variant,
    client: codeClient,
    run: (context: ServerContext, client: TestClient) =>
      tryCharacter(context, client, { variant, character, isForClient: false }),
  })),
  ...characters.map(([variant, character]) => ({
    variant: `client_credentials, ${variant}`,
    client: machineClient,
    run: (context: ServerContext, client: TestClient) =>
      tryCharacter(context, client, { variant, character, isForClient: true }),
  })),
])

type Trying = { readonly variant: string; readonly character: string; readonly isForClient: boolean }

async function tryCharacter(
  context: ServerContext,
  client: TestClient,
  { variant, character, isForClient }: Trying,
): Promise<Judgement> {
  const [first = 'openid', second = first] = apiScopesOf(client, context.target)
  const answer = await askFrom(context, { client, scope: `${first}${character}${second}`, isForClient })
  return judgeScope(answer, {
    sent: `a scope with ${variant} in it`,
    forbidden: [second, `${first}${character}${second}`],
    asked: [],
    mustRefuse: true,
    errors: ['invalid_scope', 'invalid_request'],
  })
}
