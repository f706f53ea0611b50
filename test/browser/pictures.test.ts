import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { samplePages } from '../../packages/ambit/src/pages/testing/samples.ts'
import { chromiumProblem, launchChromium } from './chromium.ts'
import { startPageServer } from './page-server.ts'

// PICTURES=<folder> npm test -- browser/pictures: keeps a picture of each page, to be looked at
const folder = process.env.PICTURES

describe('pictures of the pages', { skip: chromiumProblem }, () => {
  let browser: Browser
  let server: Awaited<ReturnType<typeof startPageServer>>
  before(async () => {
    server = await startPageServer()
    browser = await launchChromium()
    if (folder !== undefined) mkdirSync(folder, { recursive: true })
  })
  after(async () => {
    await browser.close()
    await server.close()
  })

  async function take(name: string, path: string, options: BrowserContextOptions): Promise<Buffer> {
    const context = await browser.newContext({ locale: 'en', reducedMotion: 'reduce', ...options })
    const tab = await context.newPage()
    // the page of form_post leaves by itself where script runs
    if (name === 'form-post') await tab.route('**/ambit.js*', route => route.abort())
    await tab.goto(`${server.origin}/${name}`)
    const picture = await tab.screenshot({ fullPage: true, ...(folder !== undefined && { path: join(folder, path) }) })
    await context.close()
    return picture
  }

  test('the picture of the consent page is small enough for a README', async () => {
    const picture = await take('consent', 'consent.png', {
      viewport: { width: 660, height: 800 },
    })
    assert.ok(picture.length < 150_000, `${picture.length} bytes`)
  })

  if (folder !== undefined) {
    for (const name of Object.keys(samplePages)) {
      test(`${name} at both widths, in both colour schemes and languages`, async () => {
        for (const colorScheme of ['light', 'dark'] as const) {
          for (const width of [1280, 390]) {
            const viewport = { width, height: 800 }
            await take(name, `${name}-${width}-${colorScheme}.png`, { colorScheme, viewport })
          }
        }
        await take(name, `${name}-de.png`, { locale: 'de', viewport: { width: 390, height: 800 } })
      })
    }
  }
})
