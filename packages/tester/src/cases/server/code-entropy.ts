// RFC 6749 §10.10
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { TestClient } from '../../target/target.ts'
import { inconclusive } from '../resource/guarded-call.ts'
import { estimateEntropy } from './code-statistics.ts'
import { codeClient, withClient } from './server-case.ts'
import { obtainGoodCode } from './server-flow.ts'
import { caseOnServer, type ServerContext } from './server-trial.ts'

/** Codes that are looked at, and how few still tell something. */
const sample = { most: 200, least: 20 } as const
/** Milliseconds for getting them. */
const budget = 60_000
/** Bits that a value must have, and should have. @spec RFC 6749 §10.10 */
const wanted = { must: 128, should: 160 } as const

/** Whether codes can be guessed. */
export const codeEntropyCase: TestCase = caseOnServer(
  {
    id: 'AS-COD-06',
    title: 'codes that can be guessed',
    why: 'Whoever can guess a code, or tell the next from the last, logs in as somebody else.',
    remedy: 'Make codes of 160 random bits from a generator for cryptography.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 6749 §10.10'],
    tags: ['code', 'entropy'],
  },
  server => [withClient(server, { client: codeClient, hasControl: false, run: judgeCodes })],
)

async function judgeCodes(context: ServerContext, client: TestClient): Promise<Judgement> {
  const codes: string[] = []
  const endAt = context.now() + budget
  let reason = 'the time for it was over'
  while (codes.length < sample.most && context.now() < endAt) {
    const good = await obtainGoodCode(context, client, {}, { browser: 'entropy' })
    if (good.kind === 'failed') {
      reason = good.reason
      break
    }
    codes.push(good.code.reveal())
  }
  if (codes.length < sample.least)
    return inconclusive(`only ${codes.length} codes could be had, which is too few to judge: ${reason}`)
  return judgeSample(codes)
}

function judgeSample(codes: readonly string[]): Judgement {
  const { bits, most, pattern, isRepeated } = estimateEntropy(codes)
  const figures = { codes: codes.length, estimatedBits: Math.round(bits), mostBits: Math.round(most) }
  const evidence: Judgement['evidence'] = []
  if (isRepeated)
    return {
      verdict: 'fail',
      reason: `the same code came twice in ${codes.length}`,
      complaint: 'a code is repeated',
      figures,
      evidence,
    }
  if (pattern !== undefined)
    return {
      verdict: 'fail',
      reason: `the codes follow a pattern: ${pattern}`,
      complaint: 'codes follow a pattern',
      figures,
      evidence,
    }
  if (most < wanted.must)
    return {
      verdict: 'fail',
      reason: `codes of this length and alphabet have at most ${figures.mostBits} bits; ${wanted.must} are wanted`,
      complaint: 'codes are short',
      figures,
      evidence,
    }
  if (bits < wanted.must && codes.length < sample.most)
    return {
      verdict: 'inconclusive',
      reason: `${codes.length} codes show ${figures.estimatedBits} bits; more codes are needed to tell whether there are ${wanted.must}`,
      figures,
      evidence,
    }
  if (bits < wanted.must)
    return {
      verdict: 'fail',
      reason: `the codes show only ${figures.estimatedBits} bits that differ; ${wanted.must} are wanted`,
      complaint: 'codes are guessable',
      figures,
      evidence,
    }
  const remark = bits < wanted.should ? `, although ${wanted.should} would be better` : ''
  return {
    verdict: 'pass',
    reason: `${codes.length} codes show ${figures.estimatedBits} bits or more, and no pattern${remark}`,
    figures,
    evidence,
  }
}
