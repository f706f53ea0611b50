// OpenID Connect Core §3.1.2.3; RFC 8252 §7.3
import type { Browser, BrowserContext, LaunchOptions, Locator, Page } from 'playwright-core'
import type { FormButton, PageForm } from '../../browse/page.ts'
import { readPage } from '../../browse/read-page.ts'
import type { AuthorizationOutcome } from '../../run/probe-context.ts'
import type { SecretLedger } from '../../secret/secret.ts'
import type { TestUser } from '../../target/target.ts'
import { filled, userOf } from '../form-login.ts'
import { type FrontChannel, mustStopAt, type Visit } from '../front-channel.ts'
import { answerPage, type Filling, type LoginStep, type PageAnswer } from '../page-answer.ts'
import { type Gate, installGate } from './browser-gate.ts'

/** What a login in a real browser is made with. */
export type BrowserLoginParts = {
  readonly secrets: SecretLedger
  readonly users: readonly TestUser[]
  /** Where the browser may go with a page; it stops before every other origin. */
  readonly origins: ReadonlySet<string>
  readonly script?: readonly LoginStep[]
  /** Which Chromium, and how it is started. */
  readonly launch: Pick<LaunchOptions, 'executablePath' | 'args' | 'env'>
  /** Milliseconds that a page may take until it asks for something (default: 10,000). */
  readonly patience?: number
}

/** Pages that one visit may answer. */
const mostPages = 12
const pollEvery = 50

/**
 * Makes users in a real Chromium, for pages that want script. It is started with the first visit, keeps nothing on disk, and
 * records neither pictures nor traffic.
 */
export function createBrowserLogin(parts: BrowserLoginParts): FrontChannel {
  const contexts = new Map<string, BrowserContext>()
  const refused = new Set<string>()
  let starting: Promise<Browser> | undefined
  const start = async (): Promise<Browser> => {
    const { chromium } = await import('playwright-core')
    // the run itself hears signals, and closes the browser when its tokens are revoked
    const launching = chromium.launch({
      ...parts.launch,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    })
    return launching.catch((error: unknown) => {
      throw new Error(`no Chromium was started, and \`login.browser\` says where one is: ${firstLine(error)}`)
    })
  }
  const contextFor = async (name: string | undefined): Promise<BrowserContext> => {
    starting ??= start()
    const known = name === undefined ? undefined : contexts.get(name)
    if (known !== undefined) return known
    const made = await (await starting).newContext()
    if (name !== undefined) contexts.set(name, made)
    return made
  }
  return {
    visit: async (url, visit) => {
      let opened: { readonly context: BrowserContext; readonly page: Page } | undefined
      try {
        const context = await contextFor(visit.browser)
        opened = { context, page: await context.newPage() }
        return await answerPages(url, { page: opened.page, visit, parts, refused })
      } catch (error) {
        return { kind: 'stuck', reason: `the browser could not go on: ${firstLine(error)}` }
      } finally {
        await opened?.page.close()
        if (visit.browser === undefined) await opened?.context.close()
      }
    },
    close: async () => {
      contexts.clear()
      // one that did not start need not be closed
      await (await starting?.catch(() => undefined))?.close()
    },
  }
}

// playwright's messages go on with a log that holds what was filled in
function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown'
}

type Seat = {
  readonly page: Page
  readonly visit: Visit
  readonly parts: BrowserLoginParts
  readonly refused: Set<string>
}

async function answerPages(url: string, { page, visit, parts, refused }: Seat): Promise<AuthorizationOutcome> {
  const stopAt = (each: string) => mustStopAt(each, visit.redirectUris, parts.origins)
  const gate = await installGate(page, { stopAt, secrets: parts.secrets })
  const user = userOf(visit, parts.users)
  const taken = new Set<LoginStep>()
  let status = 0
  page.on('response', response => {
    if (response.frame() === page.mainFrame() && response.request().isNavigationRequest()) status = response.status()
  })
  let hasGivenPassword = false
  let seen = ''
  // a navigation that is stopped fails
  await page.goto(url).catch(() => undefined)
  for (let pages = 0; pages < mostPages; pages += 1) {
    const decide = (html: string) =>
      answerPage(readPage(html, page.url()), {
        conduct: visit,
        scope: visit.scope,
        script: (parts.script ?? []).filter(step => !taken.has(step)),
        hasGivenPassword,
        ...(user !== undefined && { username: user.username }),
        ...(visit.userCode !== undefined && { userCode: visit.userCode }),
      })
    const next = await waitForQuestion({ page, gate, seen, decide, patience: patienceOf(visit, parts) })
    const outcome = gate.stopped()
    if (outcome !== undefined) return outcome
    const { answer, html } = next
    if (answer.kind === 'stuck' && hasGivenPassword && user !== undefined) refused.add(user.username)
    if (answer.kind === 'stuck') return answer
    if (answer.kind === 'nothing' || (status >= 400 && !isLogin(answer)))
      return { kind: 'page', status, body: html, headers: [] }
    if (isLogin(answer)) {
      if (user !== undefined && refused.has(user.username))
        return stuck(`the server did not take the password of \`${user.name}\` before, so it is not given again`)
      hasGivenPassword = true
    }
    if (answer.kind === 'submit' && answer.step !== undefined) taken.add(answer.step)
    seen = html
    await act(page, answer, { user, form: formPlace(html, page.url(), answer) })
  }
  return stuck(`after ${mostPages} pages the server still asked for more`)
}

function patienceOf({ isIdle }: Visit, { patience = 10_000 }: BrowserLoginParts): number {
  return isIdle === true ? pollEvery : patience
}

function isLogin(answer: PageAnswer): boolean {
  return answer.kind === 'submit' && answer.givesPassword
}

type Waiting = {
  readonly page: Page
  readonly gate: Gate
  /** The page that was answered last. */
  readonly seen: string
  readonly decide: (html: string) => PageAnswer
  readonly patience: number
}

/** Waits until the browser was stopped or shows something that asks for an answer; scripts may take their time. */
async function waitForQuestion(waiting: Waiting): Promise<{ readonly answer: PageAnswer; readonly html: string }> {
  const { page, gate, seen, decide, patience } = waiting
  let html = ''
  for (let waited = 0; waited < patience && gate.stopped() === undefined; waited += pollEvery) {
    // no content while it navigates
    html = await page.content().catch(() => '')
    if (html !== '' && html !== seen) {
      const answer = decide(html)
      if (answer.kind !== 'nothing') return { answer, html }
    }
    await page.waitForTimeout(pollEvery)
  }
  return { answer: { kind: 'nothing' }, html }
}

/** Which form of the page is meant, counted from 0. */
function formPlace(html: string, url: string, answer: PageAnswer): number {
  if (answer.kind !== 'submit') return -1
  return readPage(html, url).forms.findIndex(form => JSON.stringify(form) === JSON.stringify(answer.form))
}

type Hand = { readonly user: TestUser | undefined; readonly form: number }

async function act(
  page: Page,
  answer: PageAnswer & { readonly kind: 'submit' | 'open' },
  { user, form: place }: Hand,
): Promise<void> {
  if (answer.kind === 'open') return void (await page.goto(answer.url).catch(() => undefined))
  const form = page.locator('form').nth(place)
  await keepInTab(form)
  for (const [name, value] of Object.entries(filled(answer.filling, user))) {
    const field = form.locator(`[name=${JSON.stringify(name)}]:not([type=hidden])`)
    if (typeof value === 'string') await field.fill(value)
    else await tick(page, { form: place, name, values: value })
  }
  const { button } = answer
  const buttons = form.locator(
    'button:enabled:not([type=button], [type=reset]), input[type=submit]:enabled, input[type=image]:enabled',
  )
  const index = button === undefined ? 0 : buttonPlace(answer.form, button)
  await buttons.nth(index).click()
}

/** Another tab would have no gate: what is filled in must not be sent from one. */
async function keepInTab(form: Locator): Promise<void> {
  await form.evaluate(element => {
    element.setAttribute('target', '_self')
    const id = element.getAttribute('id')
    const buttons = [...element.ownerDocument.querySelectorAll('[formtarget]')]
    for (const button of buttons)
      if (element.contains(button) || button.getAttribute('form') === id) button.removeAttribute('formtarget')
  })
}

type Ticks = { readonly form: number; readonly name: string; readonly values: Filling[string] }

async function tick(page: Page, { form, name, values }: Ticks): Promise<void> {
  const boxes = page
    .locator('form')
    .nth(form)
    .locator(`input[type=checkbox][name=${JSON.stringify(name)}]`)
  for (const box of await boxes.all()) {
    await box.setChecked(values.includes((await box.getAttribute('value')) ?? 'on'))
  }
}

function buttonPlace({ buttons }: PageForm, { name, value, label }: FormButton): number {
  const place = buttons.findIndex(each => each.name === name && each.value === value && each.label === label)
  return Math.max(place, 0)
}

function stuck(reason: string): AuthorizationOutcome & { readonly kind: 'stuck' } {
  return { kind: 'stuck', reason }
}
