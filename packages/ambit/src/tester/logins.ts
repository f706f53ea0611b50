// OpenID Connect Core §3.1.2.3
import {
  createBrowserLogin,
  createFormLogin,
  type FrontChannel,
  originsOf,
  type SecretLedger,
  type Send,
  type ServerTarget,
} from '@ambit/tester'
import type { LoginSettings } from './test-config.ts'

/** Who logs in, where, and through what. */
export type LoginParts = {
  readonly login: LoginSettings
  readonly server: ServerTarget | undefined
  readonly secrets: SecretLedger
  readonly send: Send
  readonly now: () => number
}

/** The users' browser, as the configuration wants it. */
export function openFront(parts: LoginParts): FrontChannel {
  const { by, browser, browserArguments } = parts.login
  if (by === 'form') return formLogin(parts)
  const launch = { ...(browser !== undefined && { executablePath: browser }), args: [...browserArguments] }
  return createBrowserLogin({ ...whoLogsIn(parts), launch })
}

/** Users that read pages and send forms. */
export function formLogin(parts: LoginParts): FrontChannel {
  const { send, now } = parts
  return createFormLogin({ ...whoLogsIn(parts), send, now })
}

function whoLogsIn({ login, server, secrets }: LoginParts) {
  const origins = server === undefined ? new Set<string>() : originsOf(server, login.origins)
  return { secrets, users: server?.users ?? [], origins, script: login.steps }
}
