import { type HttpResponse, json } from '@ambit/protocol'
import { isLoopback } from '../config/values.ts'
import type { Metrics } from '../observe/metrics.ts'

/** What the probes look at. */
export type ProbeSubject = {
  readonly isClosing: () => boolean
  /** Rejects where the store cannot be read and written. */
  readonly ping: () => Promise<void>
  readonly keyCount: () => number
  /** What an operator should look at, although requests are wanted. */
  readonly notes: () => readonly string[]
  readonly metrics: Pick<Metrics, 'print' | 'setReady'>
  /** Whether `/metrics` is answered here at all. */
  readonly hasMetrics: boolean
}

/** A probe's question: the path, and the address that asks. */
export type ProbeRequest = { readonly path: string; readonly peer: string }

/** Answers `/healthz`, `/readyz` and `/metrics`; `undefined` for every other path. */
export async function answerProbe(
  subject: ProbeSubject,
  { path, peer }: ProbeRequest,
): Promise<HttpResponse | undefined> {
  if (path === '/healthz') return json(200, { status: 'ok' }, uncached)
  if (path === '/readyz') return answerReady(subject)
  if (path === '/metrics' && subject.hasMetrics && isLoopbackAddress(peer)) return answerMetrics(subject.metrics)
  return undefined
}

/** The metrics in Prometheus' text format. */
export async function answerMetrics(metrics: Pick<Metrics, 'print'>): Promise<HttpResponse> {
  const { contentType, body } = await metrics.print()
  return { status: 200, headers: { 'content-type': contentType, ...uncached }, body }
}

const uncached = { 'cache-control': 'no-store' } as const

async function answerReady(subject: ProbeSubject): Promise<HttpResponse> {
  const problem = await findProblem(subject)
  subject.metrics.setReady(problem === undefined)
  const notes = subject.notes()
  const told = notes.length > 0 && { notes }
  if (problem === undefined) return json(200, { status: 'ready', ...told }, uncached)
  return json(503, { status: 'not ready', because: problem, ...told }, uncached)
}

async function findProblem(subject: ProbeSubject): Promise<string | undefined> {
  if (subject.isClosing()) return 'shutting down'
  if (subject.keyCount() === 0) return 'no signing key is loaded'
  try {
    await subject.ping()
    return undefined
  } catch {
    return 'the store cannot be read and written'
  }
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || isLoopback(address.replace(/^::ffff:/, ''))
}
