import { runTour } from './run-tour.ts'
import { TourError } from './world.ts'

const begun = performance.now()
try {
  const { checks, exchanges } = await runTour(text => process.stdout.write(`${text}\n`))
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  process.stdout.write(`\nThe tour is complete: ${exchanges} HTTP exchanges, ${checks} checks, ${seconds} s.\n`)
} catch (error) {
  const words = error instanceof TourError ? error.message : error instanceof Error ? error.stack : String(error)
  process.stderr.write(`\nThe tour stopped: ${words}\n`)
  process.exitCode = 1
}
