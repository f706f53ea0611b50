import type { CaseId, Verdict } from '@ambit/tester'

/** What a case must come to on a server. A case is as bad as the worst of its variants. */
export type ExpectedVerdict =
  | { readonly verdict: 'pass' }
  | {
      readonly verdict: Exclude<Verdict, 'pass'>
      /** The variants that come to it; absent where the case has none, or all do. */
      readonly variants?: readonly string[]
      readonly because: string
    }

/** What each case must come to, by its id. */
export type VerdictTable = Readonly<Partial<Record<CaseId, ExpectedVerdict>>>

/** The case passes: each variant that can be tried does. */
export const passes: ExpectedVerdict = { verdict: 'pass' }
