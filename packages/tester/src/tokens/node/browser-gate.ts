// RFC 8252 §7.3; OAuth 2.0 Form Post Response Mode §2
import type { Page } from 'playwright-core'
import type { AuthorizationOutcome } from '../../run/probe-context.ts'
import type { SecretLedger } from '../../secret/secret.ts'
import { redirectedTo, redirectedWith } from '../front-channel.ts'

/** Where a real browser would have gone, had it not been stopped. */
export type Gate = {
  /** The outcome, once the browser was stopped before an address of the client. */
  readonly stopped: () => AuthorizationOutcome | undefined
}

/** Stops a real browser before addresses; also where a redirect leads there, so that nobody need listen at a redirect URI. */
export async function installGate(
  page: Page,
  { stopAt, secrets }: { readonly stopAt: (url: string) => boolean; readonly secrets: SecretLedger },
): Promise<Gate> {
  let outcome: AuthorizationOutcome | undefined
  const session = await page.context().newCDPSession(page)
  session.on('Fetch.requestPaused', ({ requestId, request }) => {
    const url = `${request.url}${request.urlFragment ?? ''}`
    if (!stopAt(url)) return void session.send('Fetch.continueRequest', { requestId }).catch(ignore)
    const isForm = request.method === 'POST' && request.postData !== undefined
    outcome ??= isForm
      ? redirectedWith(url, [...new URLSearchParams(request.postData)], secrets)
      : redirectedTo(url, secrets)
    return void session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }).catch(ignore)
  })
  await session.send('Fetch.enable', { patterns: [{ urlPattern: '*', resourceType: 'Document' }] })
  return { stopped: () => outcome }
}

// the page may have been closed meanwhile
function ignore(): void {}
