import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import type { AxeResults } from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { samplePages } from '../../packages/ambit/src/pages/testing/samples.ts'
import { chromiumProblem, launchChromium } from './chromium.ts'
import { startPageServer } from './page-server.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
// the page of form_post leaves by itself where script runs
const names = Object.keys(samplePages).filter(name => name !== 'form-post')

describe('pages in a browser', { skip: chromiumProblem }, () => {
  let browser: Browser
  let server: Awaited<ReturnType<typeof startPageServer>>
  before(async () => {
    server = await startPageServer()
    browser = await launchChromium()
  })
  after(async () => {
    await browser.close()
    await server.close()
  })

  async function withTab(options: BrowserContextOptions, use: (tab: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext({ locale: 'en', ...options })
    const tab = await context.newPage()
    const complaints: string[] = []
    tab.on('console', message => void (message.type() === 'error' && complaints.push(message.text())))
    tab.on('pageerror', error => void complaints.push(error.message))
    await use(tab)
    await context.close()
    assert.deepEqual(complaints, [])
  }

  async function sentBy(tab: Page, act: () => Promise<void>): Promise<URLSearchParams> {
    await Promise.all([tab.waitForResponse(response => response.request().method() === 'POST'), act()])
    return new URLSearchParams(server.sent.at(-1)?.body)
  }

  for (const name of names) {
    test(`axe finds nothing serious, and nothing scrolls sideways: ${name}, light and dark, 1280 and 390 px`, () =>
      withTab({ reducedMotion: 'reduce', bypassCSP: true }, async tab => {
        await tab.goto(`${server.origin}/${name}`)
        await tab.evaluate(axe)
        for (const width of [1280, 390]) {
          await tab.setViewportSize({ width, height: 800 })
          for (const colorScheme of ['light', 'dark'] as const) {
            await tab.emulateMedia({ colorScheme })
            assert.deepEqual(await seriousProblems(tab), [], `${colorScheme}, ${width} px`)
          }
          assert.equal(await tab.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, `${width} px`)
        }
      }))
  }

  test('long names without a space do not make a page scroll sideways', () =>
    withTab({ viewport: { width: 390, height: 800 }, locale: 'de' }, async tab => {
      for (const name of [
        'consent',
        'home',
        'logout',
        'error',
        'consent-backchannel',
        'device-confirm',
        'waiting-requests',
      ]) {
        await tab.goto(`${server.origin}/${name}`)
        await tab.evaluate(
          `for (const text of document.querySelectorAll('bdi, code, dd')) text.textContent = 'w'.repeat(80)`,
        )
        assert.equal(await tab.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, name)
      }
    }))

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with script' : 'without script'

    test(`one logs in by keyboard alone, ${how}`, () =>
      withTab({ javaScriptEnabled }, async tab => {
        await tab.goto(`${server.origin}/login`)
        await tab.waitForSelector('#username:focus')
        await tab.keyboard.type('alex')
        await tab.keyboard.press('Tab')
        await tab.keyboard.type('s3cret')
        const sent = await sentBy(tab, () => tab.keyboard.press('Enter'))
        assert.deepEqual(Object.fromEntries(sent), {
          csrf: 'csrf-value',
          interaction: 'interaction-value',
          username: 'alex',
          password: 's3cret',
        })
      }))

    test(`one refuses a scope and allows the rest by keyboard alone, ${how}`, () =>
      withTab({ javaScriptEnabled }, async tab => {
        await tab.goto(`${server.origin}/consent`)
        await tab.locator('input[value="email"]').focus()
        await tab.keyboard.press('Space')
        await pressUntilFocused(tab, 'Tab', 'button[value="allow"]')
        const sent = await sentBy(tab, () => tab.keyboard.press('Enter'))
        assert.deepEqual(sent.getAll('scope'), ['openid', 'write_pets', 'order'])
        assert.deepEqual(sent.getAll('decision'), ['allow'])
      }))

    test(`RFC 9396 §9: one refuses a payment and a choice by keyboard alone, ${how}`, () =>
      withTab({ javaScriptEnabled }, async tab => {
        await tab.goto(`${server.origin}/consent-details`)
        await pressUntilFocused(tab, 'Tab', 'input[name="detail"][value="0"]')
        await tab.keyboard.press('Space')
        await pressUntilFocused(tab, 'Tab', '#detail-1-0-0')
        await tab.keyboard.press('Space')
        await pressUntilFocused(tab, 'Tab', 'button[value="allow"]')
        const sent = await sentBy(tab, () => tab.keyboard.press('Enter'))
        assert.deepEqual(sent.getAll('detail'), ['1'])
        assert.deepEqual(sent.getAll('choice'), ['[1,"actions","history"]'])
      }))

    test(`RFC 9396 §9: a click on a choice changes it, and a click beside it the whole detail, ${how}`, () =>
      withTab({ javaScriptEnabled }, async tab => {
        await tab.goto(`${server.origin}/consent-details`)
        await tab.getByText('Balances').click()
        assert.equal(await tab.locator('input[name="choice"]').first().isChecked(), false)
        assert.equal(await tab.locator('#detail-1').isChecked(), true)
        await tab.getByText('123.50 EUR').click({ force: true })
        assert.equal(await tab.locator('#detail-0').isChecked(), false)
      }))
  }

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with script' : 'without script'

    test(`RFC 8628 §3.3: one types the code of a device by keyboard alone, ${how}`, () =>
      withTab({ javaScriptEnabled }, async tab => {
        await tab.goto(`${server.origin}/device-code`)
        await tab.waitForSelector('#user-code:focus')
        await tab.keyboard.type('wdjb mjht')
        const sent = await sentBy(tab, () => tab.keyboard.press('Enter'))
        assert.deepEqual(Object.fromEntries(sent), { csrf: 'csrf-value', user_code: 'wdjb mjht' })
      }))

    test(`RFC 8628 §3.3.1: a code of the address is sent by nobody but the user, ${how}`, () =>
      withTab({ javaScriptEnabled }, async tab => {
        const before = server.sent.length
        await tab.goto(`${server.origin}/device-code-shown`)
        await tab.waitForLoadState('networkidle')
        assert.equal(server.sent.length, before)
        await pressUntilFocused(tab, 'Tab', 'button')
        const sent = await sentBy(tab, () => tab.keyboard.press('Enter'))
        assert.equal(sent.get('user_code'), 'WDJB-MJHT')
      }))

    test(`RFC 8628 §5.4: one says that a device is not theirs by keyboard alone, ${how}`, () =>
      withTab({ javaScriptEnabled }, async tab => {
        await tab.goto(`${server.origin}/device-confirm`)
        await pressUntilFocused(tab, 'Tab', 'button[value="no"]')
        const sent = await sentBy(tab, () => tab.keyboard.press('Enter'))
        assert.deepEqual(Object.fromEntries(sent), {
          csrf: 'csrf-value',
          interaction: 'interaction-value',
          decision: 'no',
        })
      }))

    test(`one looks at the second request that waits by keyboard alone, ${how}`, () =>
      withTab({ javaScriptEnabled }, async tab => {
        await tab.goto(`${server.origin}/waiting-requests`)
        await pressUntilFocused(tab, 'Tab', 'button[aria-label$="Stock Counter"]')
        const sent = await sentBy(tab, () => tab.keyboard.press('Enter'))
        assert.equal(sent.get('request'), 'request-2')
      }))
  }

  test('Enter on a checkbox refuses; nothing is allowed by accident', () =>
    withTab({}, async tab => {
      await tab.goto(`${server.origin}/consent`)
      await tab.locator('input[value="email"]').focus()
      const sent = await sentBy(tab, () => tab.keyboard.press('Enter'))
      assert.equal(sent.get('decision'), 'deny')
    }))

  test('a click on the whole of a scope ticks it', () =>
    withTab({}, async tab => {
      await tab.goto(`${server.origin}/consent`)
      await tab.locator('.scope', { hasText: 'Change prices' }).click({ position: { x: 300, y: 60 } })
      assert.equal(await tab.locator('input[value="inventory:price:write"]').isChecked(), true)
    }))

  test('everything that can be pressed is at least 24 px high and shows its focus', () =>
    withTab({ viewport: { width: 390, height: 800 } }, async tab => {
      for (const name of ['login', 'consent', 'home', 'device-code', 'device-confirm', 'waiting-requests']) {
        await tab.goto(`${server.origin}/${name}`)
        for (const control of await tab.locator('button, input:not([type="hidden"]):not([type="checkbox"])').all()) {
          const box = await control.boundingBox()
          assert.ok((box?.height ?? 0) >= 24 && (box?.width ?? 0) >= 24, name)
        }
        await tab.keyboard.press('Tab')
        assert.equal(await tab.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'solid', name)
      }
    }))

  test('the password can be looked at, and is sent as a password', () =>
    withTab({}, async tab => {
      await tab.goto(`${server.origin}/login`)
      await tab.getByLabel('User name').fill('alex')
      await tab.getByLabel('Password', { exact: true }).fill('s3cret')
      await tab.getByRole('button', { name: 'Show password' }).click()
      assert.equal(await tab.locator('#password').getAttribute('type'), 'text')
      assert.equal(await tab.getByRole('button', { name: 'Hide password' }).count(), 1)
      const sent = await sentBy(tab, () => tab.getByRole('button', { name: 'Log in' }).click())
      assert.equal(sent.get('password'), 's3cret')
    }))

  test('a form that is sent twice arrives once', () =>
    withTab({}, async tab => {
      await tab.goto(`${server.origin}/logout`)
      const before = server.sent.length
      const twice = `for (const _ of [1, 2]) document.querySelector('button[value="logout"]').click()`
      await sentBy(tab, () => tab.evaluate(twice))
      await tab.waitForLoadState()
      assert.equal(server.sent.length, before + 1)
    }))

  test('Form Post Response Mode §2: the answer is sent by itself where script runs', () =>
    withTab({}, async tab => {
      await tab.goto(`${server.origin}/form-post`, { waitUntil: 'commit' })
      await tab.waitForURL('**/received')
      assert.equal(server.sent.at(-1)?.body, 'code=code-value&state=xyz&iss=https%3A%2F%2Fas.example')
    }))

  test('Form Post Response Mode §2: the answer is sent by a button where script does not run', () =>
    withTab({ javaScriptEnabled: false }, async tab => {
      await tab.goto(`${server.origin}/form-post`)
      await tab.getByRole('button', { name: 'Continue' }).click()
      await tab.waitForURL('**/received')
      assert.equal(server.sent.at(-1)?.body, 'code=code-value&state=xyz&iss=https%3A%2F%2Fas.example')
    }))

  test('times are shown in the time zone of the reader', () =>
    withTab({ timezoneId: 'Asia/Tokyo' }, async tab => {
      await tab.goto(`${server.origin}/home`)
      const shown = await tab.locator('time').first().textContent()
      assert.match(shown ?? '', /^November 18, 2026 at 8:06\sPM$/)
    }))
})

async function seriousProblems(tab: Page): Promise<readonly string[]> {
  const { violations } = (await tab.evaluate("axe.run({ resultTypes: ['violations'], preload: false })")) as AxeResults
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join(' ')}`)
}

async function pressUntilFocused(tab: Page, key: string, selector: string): Promise<void> {
  for (let presses = 0; presses < 30; presses += 1) {
    await tab.keyboard.press(key)
    if (await tab.locator(selector).evaluate(element => element === document.activeElement)) return
  }
  assert.fail(`the keyboard does not reach \`${selector}\``)
}
