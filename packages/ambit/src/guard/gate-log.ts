import type { HttpRequest } from '@ambit/protocol'
import type { Log } from '../observe/log.ts'
import { maskSecrets } from '../observe/mask-secrets.ts'
import type { Passage, Stop } from './gate.ts'

/** Writes down what a gate decided; a line holds no token, and no query, in which one might stand. */
export function logDecision(log: Log, request: HttpRequest, decision: Passage | Stop): void {
  const members = { method: clean(request.method), path: clean(request.path), operation: nameOf(decision) }
  if (decision.kind === 'pass')
    log.say('debug', 'request passed', {
      ...members,
      client: decision.access?.clientId,
      subject: decision.access?.subject,
    })
  else
    log.say('info', 'request refused', { ...members, status: decision.response.status, reason: clean(decision.reason) })
}

function nameOf({ operation }: Passage | Stop): string | undefined {
  return operation?.operationId ?? (operation && `${operation.method} ${operation.path}`)
}

function clean(text: string): string {
  const masked = maskSecrets(text)
  return masked.length > 300 ? `${masked.slice(0, 300)}...` : masked
}
