import type { ServerTools } from '../run/probe-context.ts'

/** What servers without pushed, signed and proved requests make of requests: nothing. */
export const plainTools: Pick<ServerTools, 'seal' | 'show' | 'again'> = {
  seal: pairs => ({ kind: 'sealed', pairs }),
  show: request => request,
  again: () => undefined,
}
