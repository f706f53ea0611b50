import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'
import manifest from '../../package.json' with { type: 'json' }

/** Why there is no browser on this machine, for the `skip` of a test; `false` where there is one. */
export const chromiumProblem: string | false =
  process.platform === 'linux' && process.arch === 'x64'
    ? false
    : `the packed Chromium runs on linux-x64, this is ${process.platform}-${process.arch}`

/** Starts the Chromium of `@sparticuz/chromium`, which brings its own libraries and fonts; the first start on a machine unpacks it. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch(await chromiumLaunch())
}

/** How that Chromium is started, for whoever starts it themselves. */
export async function chromiumLaunch(): Promise<Required<Pick<LaunchOptions, 'executablePath' | 'args' | 'env'>>> {
  if (chromiumProblem !== false) throw new Error(chromiumProblem)
  const folder = await unpackedFolder()
  return {
    executablePath: join(folder, 'chromium'),
    args: quiet,
    env: {
      ...process.env,
      LD_LIBRARY_PATH: [join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
      FONTCONFIG_PATH: join(folder, 'fonts'),
    },
  }
}

const quiet = [
  '--no-sandbox',
  '--headless',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
]

// several processes may start at once: each unpacks for itself, and the first to be ready gives its folder the name
async function unpackedFolder(): Promise<string> {
  const folder = join(tmpdir(), `chromium-${manifest.devDependencies['@sparticuz/chromium']}-unpacked`)
  if (existsSync(folder)) return folder
  const own = `${folder}-${process.pid}`
  mkdirSync(own, { recursive: true })
  await unpackInto(own)
  writeFontConfiguration(folder, own)
  try {
    renameSync(own, folder)
  } catch {
    rmSync(own, { recursive: true, force: true })
  }
  return folder
}

// the package unpacks into the folder for temporary files, and its libraries only where it believes itself on a Lambda
async function unpackInto(folder: string): Promise<void> {
  const source = `import packed from ${JSON.stringify(import.meta.resolve('@sparticuz/chromium'))}; await packed.executablePath()`
  const env = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' }
  await run(process.execPath, ['--input-type=module', '--eval', source], { env })
}

const run = promisify(execFile)

function writeFontConfiguration(folder: string, own: string): void {
  const preferred = { 'sans-serif': 'Open Sans', 'system-ui': 'Open Sans', monospace: 'DejaVu Sans Mono' }
  const families = Object.entries(preferred).map(
    ([family, font]) => `<alias><family>${family}</family><prefer><family>${font}</family></prefer></alias>`,
  )
  const text = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(folder, 'font-cache')}</cachedir>
  ${families.join('\n  ')}
</fontconfig>
`
  writeFileSync(join(own, 'fonts', 'fonts.conf'), text)
}
