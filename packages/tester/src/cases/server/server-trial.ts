import { skipOf } from '../../catalogue/plan-on.ts'
import type { CaseText, Judgement, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import type { ProbeContext, ServerTools } from '../../run/probe-context.ts'
import type { ServerTarget, Target } from '../../target/target.ts'
import { inconclusive } from '../resource/guarded-call.ts'

/** What a trial against an authorization server works with. */
export type ServerContext = ProbeContext & { readonly server: ServerTools }

/** One thing that a case tries on an authorization server. */
export type ServerTrial = {
  /** Absent where the case tries one thing only. */
  readonly variant?: string
  /** Why it is not tried; the case's other trials are. */
  readonly unless?: string | undefined
  readonly isExclusive?: boolean
  readonly isLast?: boolean
  /** Whether it leaves something behind where nothing undoes it: a registered client. */
  readonly isWrite?: boolean
  readonly run: (context: ServerContext, server: ServerTarget) => Promise<Judgement>
}

/** Says what is tried on a server, or why nothing is. */
export type ServerTrialsOf = (server: ServerTarget, target: Target) => readonly ServerTrial[] | string

/** A case that is tried on the authorization server under test. */
export function caseOnServer(text: CaseText, trials: ServerTrialsOf): TestCase {
  return { ...text, plan: target => planOnServer(text, target, trials) }
}

function planOnServer({ id, level }: CaseText, target: Target, trials: ServerTrialsOf): readonly (Probe | Skip)[] {
  const { server } = target
  if (server?.isUnderTest !== true) return [{ caseId: id, reason: 'no authorization server is under test' }]
  const skip = skipOf({ id, level }, target)
  if (skip !== undefined) return [skip]
  const wanted = trials(server, target)
  if (typeof wanted === 'string') return [{ caseId: id, reason: wanted }]
  return wanted.map(({ variant, unless, isExclusive, isLast, isWrite = false, run }): Probe | Skip => {
    if (unless !== undefined) return { caseId: id, reason: variant === undefined ? unless : `${variant}: ${unless}` }
    return {
      caseId: id,
      ...(variant !== undefined && { variant }),
      isWrite,
      ...(isExclusive === true && { isExclusive }),
      ...(isLast === true && { isLast }),
      run: async context => {
        const { server: tools } = context
        if (tools === undefined) return inconclusive('the tester has no way to talk to the authorization server')
        return run({ ...context, server: tools }, server)
      },
    }
  })
}
