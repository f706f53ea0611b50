import { createSecretLedger, createSend, proofFor, proofPath, systemClock } from '@ambit/tester'
import { ConfigError } from '../../config/config-error.ts'
import { openDemoTest } from '../../tester/demo-test.ts'
import { loadTest, ownershipVariable } from '../../tester/load-test.ts'
import { openTest, type TestRequest } from '../../tester/open-test.ts'
import { checkTestConfig } from '../../tester/test-config.ts'
import { waitFor } from '../../tester/wait-for.ts'
import { type CliIo, type CommandInput, exitCodes, fail, type Run } from '../command.ts'
import { extentOf, overridesOf, restOf, secondsOf, selectionOf } from './test-options.ts'
import { listCases, showPlan } from './test-plan.ts'
import { runOpened, unjudged } from './test-run.ts'
import { listenForStops, type Stops } from './test-stops.ts'

/** Tests an API and its authorization server, or tells what such a test would do. */
export const testApi: Run = async (input, io) => {
  if (input.flag('list')) return listCases(io, input.flag('json'))
  const host = input.text('proof')
  if (host !== undefined) return showProof(host, input, io)
  if (input.flag('offline') && !input.flag('dryRun'))
    return fail(io, '`--offline` means nothing without `--dry-run`', exitCodes.usage)
  const stops = listenForStops(io)
  try {
    const problem = await waitFirst(input, stops)
    if (problem !== undefined) return fail(io, problem, unjudged)
    return input.flag('demo') ? await testDemo(input, io, stops) : await testConfigured(input, io, stops)
  } catch (error) {
    // 1 says that something was found: whatever else goes wrong is no verdict
    if (error instanceof ConfigError || !(error instanceof Error)) throw error
    return fail(io, error.message, unjudged)
  } finally {
    stops.forget()
  }
}

async function testConfigured(input: CommandInput, io: CliIo, stops: Stops): Promise<number> {
  const config = await loadTest(overridesOf(input, io), io)
  return testOne({ ...commonOf(input, io), config }, { input, io, stops })
}

async function testDemo(input: CommandInput, io: CliIo, stops: Stops): Promise<number> {
  const { declaration, policy, between, close } = await openDemoTest()
  try {
    const { reports = { html: 'ambit-report/report.html' }, ...rest } = restOf(input, io)
    const around = { environment: io.environment, directory: io.folder }
    const config = checkTestConfig({ ...declaration, reports, ...rest }, around)
    const common = commonOf(input, io)
    const extent = { ...common.extent, mayWrite: true }
    return await testOne({ ...common, extent, config, policy, between }, { input, io, stops })
  } finally {
    await close()
  }
}

function commonOf(input: CommandInput, io: CliIo): Omit<TestRequest, 'config'> {
  return {
    folder: io.folder,
    extent: extentOf(input),
    selection: selectionOf(input),
    isDryRun: input.flag('dryRun'),
  }
}

type Asked = { readonly input: CommandInput; readonly io: CliIo; readonly stops: Stops }

async function testOne(request: TestRequest, asked: Asked): Promise<number> {
  const opened = await openTest(request)
  try {
    if (request.isDryRun) return showPlan(opened, request, asked.io, asked.input.flag('json'))
    return await runOpened(opened, request, asked)
  } finally {
    await opened.close()
  }
}

async function waitFirst(input: CommandInput, { signal }: Stops): Promise<string | undefined> {
  const text = input.text('waitFor')
  if (text === undefined) return undefined
  const address = URL.parse(text)
  if (address === null || !/^https?:$/.test(address.protocol))
    throw new ConfigError(
      [{ path: '--wait-for', message: `an http or https URL is wanted, not \`${text}\`` }],
      'the command line',
    )
  const send = createSend({ now: () => Date.now(), clock: () => performance.now() })
  try {
    return await waitFor(address, {
      send,
      clock: systemClock,
      most: secondsOf(input, 'waitTimeout', 60) * 1000,
      signal,
    })
  } finally {
    send.close()
  }
}

async function showProof(host: string, input: CommandInput, io: CliIo): Promise<number> {
  const url = URL.parse(`https://${host}`)
  if (url === null || url.pathname !== '/' || `${url.search}${url.hash}${url.username}${url.password}` !== '')
    return fail(io, `\`${host}\` is no host; \`--proof api.example\` is what is wanted`, exitCodes.usage)
  const { hostname, host: place } = url
  const given = io.environment[ownershipVariable]
  const config = given ? undefined : await loadTest(overridesOf(input, io), io)
  const token = given ? createSecretLedger().secret('ownership token', given) : config?.ownership
  if (token === undefined)
    return fail(
      io,
      `\`ownership\` in the configuration, or ${ownershipVariable}, is wanted: a long random text that you keep`,
      exitCodes.usage,
    )
  const proof = await proofFor(hostname, token)
  io.out(`${proof}\n`)
  io.err(`ambit: put this line in https://${place}${proofPath}, or in a TXT record of _ambit-tester.${hostname}\n`)
  return exitCodes.done
}
