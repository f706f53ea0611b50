import { writeSync } from 'node:fs'
import { start } from '../../testing/records.ts'
import { copyBetween } from '../node/copy-between.ts'

/** Copies a file to a database, and writes a line once a page is there, so that somebody can pull the plug between two of them. */
const [, , path = '', url = ''] = process.argv
const target = { kind: 'postgres', options: { url }, name: 'the database' } as const
const onEvent = () => void writeSync(1, '.\n')
await copyBetween({ kind: 'sqlite', path }, target, { now: start, pageSize: 1, onEvent })
