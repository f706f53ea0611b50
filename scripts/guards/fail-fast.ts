// A program: runs the test files of its arguments and ends at the first failure, whose name it prints.
// Tests of packages share one process, since starting one for each file takes longer than the tests.
import { run } from 'node:test'

const files = process.argv.slice(2)
const isolation = files.every(file => file.startsWith('packages/')) ? 'none' : 'process'
const controller = new AbortController()
const events = run({ files, isolation, signal: controller.signal, ...(isolation === 'process' && { concurrency: 2 }) })

events.on('test:fail', ({ name, details }) => {
  if (controller.signal.aborted || details.type === 'suite') return
  process.stdout.write(name)
  process.exitCode = 1
  controller.abort()
  if (isolation === 'none') process.exit()
})
events.on('end', () => process.exit())
events.resume()
