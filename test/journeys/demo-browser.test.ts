import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { demoUser } from '../../packages/ambit/src/demo/config.ts'
import { type Demo, startDemo } from '../../packages/ambit/src/demo/start-demo.ts'
import { chromiumProblem, launchChromium } from '../browser/chromium.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe('the demonstration in a browser', { skip: chromiumProblem }, () => {
  let demo: Demo
  let browser: Browser
  let tab: Page
  const complaints: string[] = []

  before(async () => {
    demo = await startDemo({ port: 0, store: 'memory' })
    browser = await launchChromium()
    const context = await browser.newContext({ locale: 'en' })
    context.setDefaultTimeout(15_000)
    tab = await context.newPage()
    tab.on(
      'console',
      message => void (/Content Security Policy/.test(message.text()) && complaints.push(message.text())),
    )
    tab.on('pageerror', error => void complaints.push(error.message))
  })
  after(async () => {
    await browser.close()
    await demo.close()
  })

  const press = (name: string) => tab.getByRole('button', { name, exact: true }).click()
  const status = () => tab.locator('#status').textContent()

  test('login by keyboard, and a consent that refuses one scope', async () => {
    await tab.goto(demo.places.app)
    await tab.keyboard.press('Tab')
    await tab.keyboard.press('Enter')
    await tab.locator('input[name=username]').fill(demoUser.username)
    await tab.locator('input[name=password]').fill(demoUser.password)
    await tab.keyboard.press('Enter')
    await tab.waitForURL(/\/consent/)
    await tab.locator('input[name=scope][value=write_pets]').uncheck()
    await tab.locator('button[value=allow]').click()
    await tab.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
  })

  test('the app does what was allowed, and shows why it may not do more', async () => {
    await press('List pets')
    assert.equal(await status(), '200')
    await press('Add a pet')
    assert.equal(await status(), '403')
    assert.match((await tab.locator('#challenge').textContent()) ?? '', /insufficient_scope/)
  })

  test('axe finds nothing serious, and nothing scrolls sideways: light and dark, 1280 and 390 px', async () => {
    const context = await browser.newContext({ bypassCSP: true, storageState: await tab.context().storageState() })
    const looked = await context.newPage()
    await looked.goto(demo.places.app)
    await looked.evaluate(axe)
    for (const width of [1280, 390]) {
      await looked.setViewportSize({ width, height: 800 })
      for (const colorScheme of ['light', 'dark'] as const) {
        await looked.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        assert.deepEqual(await seriousProblems(looked), [], `${colorScheme}, ${width} px`)
        const folder = process.env['PICTURES']
        if (folder) await looked.screenshot({ path: `${folder}/demo-${width}-${colorScheme}.png`, fullPage: true })
      }
      assert.equal(await looked.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, `${width} px`)
    }
    await context.close()
  })

  test('asking for more shows only the difference', async () => {
    await press('Ask for more')
    await tab.waitForURL(/\/consent/)
    const asked = await tab
      .locator('input[name=scope]')
      .evaluateAll(fields => fields.map(field => field.getAttribute('value') ?? ''))
    assert.deepEqual(asked.toSorted(), ['inventory:price:write', 'order', 'write_orders', 'write_pets'])
    await tab.locator('button[value=allow]').click()
    await press('Change a price')
    assert.equal(await status(), '200')
  })

  test('logout ends at the app, and the next login asks for the password', async () => {
    await press('Log out')
    if (tab.url().startsWith(demo.places.issuer)) await tab.locator('button[value=logout]').click()
    await tab.getByRole('heading', { name: 'Look after the pets' }).waitFor()
    await press('Log in')
    await tab.locator('input[name=password]').waitFor()
  })

  test('no page broke its own policy', () => assert.deepEqual(complaints, []))
})

async function seriousProblems(tab: Page): Promise<readonly string[]> {
  const { violations } = await tab.evaluate<AxeResults>('axe.run()')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}
