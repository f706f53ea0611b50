import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { samplePages } from '../../packages/ambit/src/pages/testing/samples.ts'
import { launchChromium } from './chromium.ts'
import { startPageServer } from './page-server.ts'

// takes a picture of each page, to be looked at: picture-pages.ts <folder> [--only consent] [--language de] [--scheme dark] [--width 390]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    language: { type: 'string', default: 'en' },
    scheme: { type: 'string' },
    width: { type: 'string' },
  },
})
const [folder = 'pictures'] = positionals
mkdirSync(folder, { recursive: true })
const schemes = (['light', 'dark'] as const).filter(scheme => !values.scheme || scheme === values.scheme)
const widths = [1280, 390].filter(width => !values.width || String(width) === values.width)
const server = await startPageServer()
const browser = await launchChromium()
for (const colorScheme of schemes) {
  for (const width of widths) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, locale: values.language })
    const tab = await context.newPage()
    for (const name of Object.keys(samplePages)) {
      if (values.only && name !== values.only) continue
      if (name === 'form-post') await tab.route('**/ambit.js*', route => route.abort())
      await tab.goto(`${server.origin}/${name}`)
      await tab.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true })
    }
    await context.close()
  }
}
await browser.close()
await server.close()
