import { parseArgs } from 'node:util'
import { codeBlocks, findWrongCommands, makeBlockFolder, readPages } from './docs/docs.ts'
import { findBrokenLinks } from './docs/links.ts'
import { runBlocks } from './docs/run-block.ts'
import { typeCheckBlocks } from './docs/type-check.ts'

const help = `npm run docs -- [piece of a path ...] [options]

Checks the documentation: runs each block of TypeScript, compares what it prints with the comment behind each
\`console.log(x) // wanted\`, checks the types of all blocks, the commands of shell blocks, and the links.
A block that starts with \`\`\`ts no-run is only checked for its types.

  --list  print the blocks and stop
  --help  this text
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { list: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
})

if (values.help) process.stdout.write(help)
else await main()

async function main(): Promise<void> {
  const pages = readPages().filter(
    ({ path }) => positionals.length === 0 || positionals.some(piece => path.includes(piece)),
  )
  const blocks = codeBlocks(pages)
  if (values.list) return void process.stdout.write(blocks.all.map(({ path, line }) => `${path}:${line}\n`).join(''))
  const { folder, remove } = makeBlockFolder()
  try {
    const types = await typeCheckBlocks(folder, blocks.all)
    const runs = await runBlocks(folder, blocks.run)
    const problems = [...types, ...runs.flat(), ...(await findWrongCommands(pages)), ...findBrokenLinks(readPages())]
    process.stdout.write(problems.map(problem => `${problem}\n`).join(''))
    const counts = `${pages.length} pages, ${blocks.all.length} blocks, ${blocks.run.length} run`
    process.stdout.write(`ambit: ${counts}, ${problems.length} problems\n`)
    process.exitCode = problems.length === 0 ? 0 : 1
  } finally {
    remove()
  }
}
