import { type ObserveGuard, UsageReporter } from '@ambit/resource'
import type { ShapedIssuer } from './guard-shape.ts'

/** What tells each authorization server that wants it which scopes its clients used. */
export type UsageReports = {
  /** Counts what a guard allows. */
  readonly observe: ObserveGuard
  /** Sends what has been counted, and stops. */
  readonly close: () => Promise<void>
}

/** Begins to report to those issuers of which the configuration says so; as whom is what it introspects as. */
export function reportUsage(issuers: readonly ShapedIssuer[], onFailure: (reason: string) => void): UsageReports {
  const reporters = issuers.flatMap(({ issuer, reportUsage: isWanted, introspection }) =>
    isWanted === true && introspection ? [new UsageReporter({ issuer, ...introspection, onFailure })] : [],
  )
  return {
    observe: event => {
      for (const reporter of reporters) reporter.observe(event)
    },
    close: async () => {
      await Promise.all(reporters.map(reporter => reporter.close()))
    },
  }
}
