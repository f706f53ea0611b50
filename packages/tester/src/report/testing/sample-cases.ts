import type { CaseText } from '../../catalogue/test-case.ts'

/** The words of the sample's cases. */
export const sampleTexts = {
  'RS-TOK-01': [
    'a request without a token',
    'Whoever leaves the token out reads everything that this operation gives away.',
    'Put the same guard in front of this operation that the others have.',
    'critical',
    'RFC 6750 §3',
    'presence',
  ],
  'RS-JWT-01': [
    'a token without a signature',
    'Anybody can write such a token, so anybody can be anybody.',
    'Name the algorithms that you accept when you verify a token, and never take the one that the token itself names.',
    'critical',
    'RFC 8725 §3.2',
    'signature',
  ],
  'RS-SCP-03': [
    'each scope alone on each operation',
    'A token opens more than the person who allowed it was told.',
    'Compare the whole name of a scope, and check it in front of each operation.',
    'high',
    'RFC 6749 §3.3',
    'scope',
  ],
  'RS-ERR-01': [
    'the status of a refusal',
    'A program that reads 401 throws a good token away and asks the user to log in again.',
    'Answer 403 where the token is good and only its scope is too small.',
    'low',
    'RFC 6750 §3.1',
    'answers',
  ],
  'RS-PRV-03': [
    'scopes that are declared and never needed',
    'People are asked for a permission that opens nothing.',
    'Remove the scope, or require it where it was meant to be required.',
    'medium',
    'OWASP ASVS 10.4.11',
    'privilege',
  ],
  'RS-REV-01': [
    'a token that was taken back',
    'A stolen token stays usable although its owner took it back.',
    'Ask the authorization server about tokens, or read its list of revoked ones.',
    'high',
    'RFC 7009 §2',
    'revocation',
  ],
  'RS-OBJ-01': [
    "another user's object",
    'One customer reads what belongs to another.',
    'Compare the owner of the object with the user of the token.',
    'critical',
    'OWASP API1:2023',
    'objects',
  ],
  'RS-CND-01': [
    'a condition that does not hold',
    'A limit that the policy sets is not kept.',
    'Check the condition where the decision is made.',
    'high',
    'OWASP ASVS 8.2.4',
    'conditions',
  ],
  'RS-PRF-01': [
    'how long answers take',
    'A guard that is slow at noon is switched off at noon.',
    'Keep verified tokens for a short while.',
    'low',
    'OWASP API4:2023',
    'load',
  ],
} as const satisfies Partial<
  Record<CaseText['id'], readonly [string, string, string, CaseText['severity'], string, string]>
>

/** A case of the sample. */
export type SampleCase = keyof typeof sampleTexts

/** The cases of the sample. */
export const sampleCases: readonly CaseText[] = Object.entries(sampleTexts).map(([id, text]) => caseText(id, text))

function caseText(id: string, [title, why, remedy, severity, source, tag]: (typeof sampleTexts)[SampleCase]): CaseText {
  const level = id === 'RS-CND-01' ? 'L2' : id === 'RS-PRV-03' ? 'S' : 'L0'
  return { id: idOf(id), title, why, remedy, severity, level, sources: [source], tags: [tag] }
}

function idOf(id: string): SampleCase {
  for (const known of [
    'RS-TOK-01',
    'RS-JWT-01',
    'RS-SCP-03',
    'RS-ERR-01',
    'RS-PRV-03',
    'RS-REV-01',
    'RS-OBJ-01',
    'RS-CND-01',
    'RS-PRF-01',
  ] as const)
    if (known === id) return known
  throw new Error(`no case \`${id}\``)
}
