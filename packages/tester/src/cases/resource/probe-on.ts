import type { CaseText, Judgement, Probe, Skip } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'

/** What is said of a probe beside its operation. */
export type ProbeTraits = {
  readonly variant?: string
  /** `false` where the probe is itself about a good token, and no control says more. */
  readonly hasControl?: boolean
  /** What the operation says, unless it is given. */
  readonly isWrite?: boolean
  readonly isExclusive?: boolean
}

/** Makes a probe of a case on an operation; a pass of it means something only where a good token is accepted. */
export function probeOn(
  { id }: Pick<CaseText, 'id'>,
  operation: ApiOperation,
  traits: ProbeTraits,
  run: (context: ProbeContext) => Promise<Judgement>,
): Probe {
  const { variant, hasControl = true, isWrite = operation.isWrite, isExclusive } = traits
  return {
    caseId: id,
    operation: operation.key,
    ...(variant !== undefined && { variant }),
    isWrite,
    ...(hasControl && { control: operation.key }),
    ...(isExclusive !== undefined && { isExclusive }),
    run,
  }
}

/** Says why a case is not tried on an operation, or at all. */
export function skipOn({ id }: Pick<CaseText, 'id'>, reason: string, operation?: ApiOperation): Skip {
  return { caseId: id, reason, ...(operation !== undefined && { operation: operation.key }) }
}

/** A plan as it is, or the reason why it is empty. */
export function orSkip(
  text: Pick<CaseText, 'id'>,
  planned: readonly (Probe | Skip)[],
  reason: string,
): readonly (Probe | Skip)[] {
  return planned.length === 0 ? [skipOn(text, reason)] : planned
}
