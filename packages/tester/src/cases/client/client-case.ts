import type { CaseText, Judgement, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ClientUnderTest, Target } from '../../target/target.ts'

/** One thing that is tried on a client. */
export type ClientTrial = {
  /** Absent where the case tries one thing only. */
  readonly variant?: string
  readonly run: (context: ProbeContext, client: ClientUnderTest) => Promise<Judgement>
}

/** Says what is tried on a client, or why nothing is. */
export type ClientTrialsOf = (client: ClientUnderTest, target: Target) => readonly (ClientTrial | Skip)[] | string

/** A case against a client that trusts a server which the tester plays. */
export function clientCase(text: CaseText, trials: readonly ClientTrial[] | ClientTrialsOf): TestCase {
  return {
    ...text,
    plan: target => {
      const { client } = target
      if (client === undefined) return [{ caseId: text.id, reason: 'no client is under test' }]
      const wanted = typeof trials === 'function' ? trials(client, target) : trials
      if (typeof wanted === 'string') return [{ caseId: text.id, reason: wanted }]
      return wanted.map((trial): Probe | Skip => {
        if (!('run' in trial)) return trial
        const { variant, run } = trial
        return {
          caseId: text.id,
          ...(variant !== undefined && { variant }),
          isWrite: false,
          run: context => run(context, client),
        }
      })
    },
  }
}
