import type { TestCase } from '../../catalogue/test-case.ts'
import { cachedAnswers } from './answers-caching.ts'
import { metadataContent, metadataNamed } from './answers-metadata.ts'
import { challengeSyntax, forbiddenNotUnauthorized, talkativeRefusals } from './answers-refusals.ts'
import { missingOrForbidden, refusalTimes } from './answers-timing.ts'

/** RS-ERR-01 to RS-ERR-08: what answers say, and what they should not. */
export const answerCases: readonly TestCase[] = [
  forbiddenNotUnauthorized,
  talkativeRefusals,
  cachedAnswers,
  challengeSyntax,
  metadataNamed,
  metadataContent,
  refusalTimes,
  missingOrForbidden,
]
