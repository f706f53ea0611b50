import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { AxeResults } from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { printHtml } from '../../packages/tester/src/report/html/html-report.ts'
import type { Report } from '../../packages/tester/src/report/report.ts'
import { sampleReport } from '../../packages/tester/src/report/testing/sample-report.ts'
import { chromiumProblem, launchChromium } from './chromium.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const hostile =
  '</style><script>document.title="taken"</script><img src="https://evil.example/x" onerror="document.title=\'taken\'">\'"><base href="https://evil.example/">\u202e\u0007'
const widths = [1280, 390] as const
const schemes = ['light', 'dark'] as const
// PICTURES=<folder> keeps a picture of each view, to be looked at
const pictures = process.env.PICTURES

describe('the report of the tester in a browser', { skip: chromiumProblem }, () => {
  let browser: Browser
  const folder = join(tmpdir(), `tester-report-${process.pid}`)
  before(async () => {
    mkdirSync(folder, { recursive: true })
    browser = await launchChromium()
  })
  after(async () => {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function withReport(
    report: Report,
    options: BrowserContextOptions,
    use: (tab: Page) => Promise<void>,
  ): Promise<void> {
    const file = join(folder, 'report.html')
    writeFileSync(file, await printHtml(report))
    const context = await browser.newContext({ locale: 'en', ...options })
    const tab = await context.newPage()
    const asked: string[] = []
    const complaints: string[] = []
    tab.on('request', request => void asked.push(request.url()))
    tab.on('console', message => void complaints.push(message.text()))
    const url = pathToFileURL(file).href
    await tab.goto(url)
    await use(tab)
    await context.close()
    assert.deepEqual(asked, [url], 'no request leaves the page')
    assert.deepEqual(complaints, [])
  }

  for (const [name, text] of [
    ['as usual', ''],
    ['with a hostile target', hostile],
  ] as const)
    test(`axe finds nothing, and nothing scrolls sideways: ${name}, light and dark, 1280 and 390 px`, () =>
      withReport(sampleReport(text), { reducedMotion: 'reduce', bypassCSP: true }, async tab => {
        await tab.evaluate(axe)
        await tab.evaluate(`document.querySelectorAll('details').forEach(each => { each.open = true })`)
        for (const width of widths) {
          await tab.setViewportSize({ width, height: 900 })
          for (const colorScheme of schemes) {
            await tab.emulateMedia({ colorScheme })
            assert.deepEqual(await problemsOf(tab), [], `${colorScheme}, ${width} px`)
          }
          assert.equal(await tab.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, `${width} px`)
        }
      }))

  test('what comes from the target is text: nothing of it runs or loads, and no policy had to stop it', () =>
    withReport(sampleReport(hostile), { bypassCSP: true }, async tab => {
      assert.notEqual(await tab.title(), 'taken')
      assert.equal(await tab.locator('script, img, base, iframe, link').count(), 0)
    }))

  test('the policy lets the style in and nothing else', () =>
    withReport(sampleReport(), {}, async tab => {
      const policy = await tab.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content')
      assert.match(policy ?? '', /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'$/)
      const maxWidth = `getComputedStyle(document.querySelector('main')).maxWidth`
      assert.notEqual(await tab.evaluate(maxWidth), 'none')
    }))

  test('without script a square leads to its request, answer and rule, and back', () =>
    withReport(sampleReport(), { javaScriptEnabled: false }, async tab => {
      const square = tab.getByRole('link', {
        name: 'PUT /v1/pets/{id} with read_pets: let in, but should have been refused',
      })
      await square.click()
      const shown = tab.locator('.square:visible')
      assert.equal(await shown.count(), 1)
      const text = await shown.innerText()
      for (const part of [
        'PUT /v1/pets/p1',
        'Bearer [access token 1]',
        '200 OK',
        'read_pets does not cover write_pets',
      ])
        assert.ok(text.includes(part), `${part} in ${text}`)
      await shown.getByRole('link', { name: 'Back to the square' }).click()
      assert.equal(await tab.locator('.square:visible').count(), 0)
    }))

  test('without script the filters leave what is wrong', () =>
    withReport(sampleReport(), { javaScriptEnabled: false }, async tab => {
      const rows = tab.locator('.matrix tbody tr:visible')
      const before = await rows.count()
      await tab.getByLabel('Only operations with something wrong').check()
      assert.ok((await rows.count()) < before)
      assert.equal(await tab.locator('.matrix th[scope=row]:visible', { hasText: 'GET /v1/status' }).count(), 0)
    }))

  test('every square, link and summary is reached by the keyboard and large enough for a finger', () =>
    withReport(sampleReport(), { viewport: { width: 390, height: 800 } }, async tab => {
      for (const square of await tab.locator('.matrix td a').all()) {
        const box = await square.boundingBox()
        assert.ok(box !== null && box.width >= 24 && box.height >= 24)
      }
      await tab.keyboard.press('Tab')
      assert.equal(await tab.evaluate('document.activeElement.textContent'), 'What is wrong')
      assert.equal(await tab.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'solid')
    }))

  test('the first column stays while the matrix scrolls; a hundred operations and forty scopes are drawn', () =>
    withReport(largeReport(), { viewport: { width: 390, height: 800 } }, async tab => {
      await tab.locator('#matrix .wide').evaluate(`element => { element.scrollLeft = 600 }`)
      const head = tab.locator('.matrix tbody th[scope=row]').first()
      const box = await head.boundingBox()
      assert.ok(box !== null && box.x >= 0 && box.x < 40)
      assert.equal(await tab.locator('.matrix td a').count(), 4000)
      assert.equal(await tab.evaluate('document.documentElement.scrollWidth - innerWidth'), 0)
    }))

  async function keepPictures(folder: string): Promise<void> {
    mkdirSync(folder, { recursive: true })
    for (const [name, report] of [
      ['sample', sampleReport()],
      ['large', largeReport()],
    ] as const)
      for (const width of widths)
        for (const colorScheme of schemes)
          await withReport(report, { viewport: { width, height: 900 }, colorScheme }, async tab => {
            await tab.locator('.finding summary').first().click()
            const path = join(folder, `${name}-${width}-${colorScheme}.png`)
            await tab.screenshot({ path, fullPage: name === 'sample' })
          })
  }
  if (pictures !== undefined) test('pictures', () => keepPictures(pictures))
})

async function problemsOf(tab: Page): Promise<readonly string[]> {
  const { violations } = (await tab.evaluate("axe.run({ resultTypes: ['violations'], preload: false })")) as AxeResults
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join(' ')}`)
}

function largeReport(): Report {
  const report = sampleReport()
  const scopes = Array.from({ length: 40 }, (_, index) => `area${index % 7}:thing-${index}:write`)
  const states = ['refused', 'refused', 'refused', 'allowed'] as const
  const results = Array.from({ length: 4000 }, (_, index) => ({
    ...report.results[index % 90],
    id: `r${index + 1}`,
  })).filter(isWhole)
  const rows = Array.from({ length: 100 }, (_, row) => ({
    operation: `GET /v1/areas/{area}/things/${row}`,
    cells: scopes.map((scope, column) => ({
      operation: `GET /v1/areas/{area}/things/${row}`,
      scope,
      expected: 'refused' as const,
      observed: 'refused' as const,
      rule: `\`${scope}\` does not cover it`,
      state: states[(row + column) % 4] ?? 'refused',
      result: `r${row * 40 + column + 1}`,
    })),
  }))
  return { ...report, results, matrix: { scopes, groups: [{ name: 'areas', rows }], counts: report.matrix.counts } }
}

function isWhole(result: Partial<Report['results'][number]>): result is Report['results'][number] {
  return result.caseId !== undefined
}
