// A program: runs the test files of its arguments and ends at the first failure, whose name it prints.
import { run } from 'node:test'

const controller = new AbortController()
const events = run({ files: process.argv.slice(2), concurrency: 2, signal: controller.signal })

events.on('test:fail', ({ name, details }) => {
  if (controller.signal.aborted || details.type === 'suite') return
  process.stdout.write(name)
  process.exitCode = 1
  controller.abort()
})
events.resume()
