// RFC 8725 §2.2, §3.5; RFC 7518 §3.2
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { signatureOf } from '../../node/forge-jws.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import { goodJwt } from './good-jwt.ts'
import { isJudgement, notApplicable } from './guarded-call.ts'
import { caseOnGuards } from './guarded-case.ts'
import { commonSecrets } from './signature-common-secrets.ts'

/** Whether a real token is signed with a password that everybody tries first; nothing is sent. */
export const commonSecretCase: TestCase = caseOnGuards(
  {
    id: 'RS-JWT-09',
    title: 'a token signed with a common password',
    why: 'Whoever has one token can try passwords against its signature without sending anything. With the right one he signs tokens for anybody.',
    remedy:
      'Sign with a key pair. Where a shared secret must be, let a random generator make at least 32 bytes, and change it now.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 8725 §2.2', 'RFC 8725 §3.5', 'RFC 7518 §3.2'],
    tags: ['jwt', 'signature', 'offline'],
  },
  [{ run: tryCommonSecrets }],
)

async function tryCommonSecrets(context: ProbeContext, operation: ApiOperation): Promise<Judgement> {
  const good = await goodJwt(context, operation)
  if (isJudgement(good)) return good
  const { alg, jwt, token } = good
  if (!/^HS(256|384|512)$/.test(alg))
    return notApplicable(`tokens are signed by ${alg || 'an unknown algorithm'}, which needs no shared secret`)
  const input = token.accessToken.reveal().split('.').slice(0, 2).join('.')
  const place = commonSecrets.findIndex(secret => signatureOf(input, { secret }, alg) === jwt.signature)
  if (place < 0) return { verdict: 'pass', reason: `none of ${commonSecrets.length} common passwords signs the token` }
  const reason = `the token is signed with a common password, number ${place + 1} of ${commonSecrets.length} that were tried`
  return { verdict: 'fail', reason, complaint: 'common secret' }
}
