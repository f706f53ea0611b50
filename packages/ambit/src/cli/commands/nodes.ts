import type { NodeRecord } from '@ambit/server'
import { aheadOf, type ClockReading, type SkewLevel, skewLevelOf } from '../../nodes/clock-skew.ts'
import { lookAround } from '../../nodes/look-around.ts'
import { skewSentence } from '../../nodes/presence.ts'
import { systemClock } from '../../serve/clock.ts'
import { exitCodes, printJson, type Run } from '../command.ts'
import { failForMemory, readConfig, tellNotThere } from '../open.ts'
import { printTable, printTime } from '../table.ts'

/** Lists the processes that serve, oldest first, and warns where their configurations or clocks differ. */
export const listNodes: Run = async (input, io) => {
  const resolved = await readConfig(input, io)
  if (resolved.config.store === 'memory') return failForMemory(io)
  const found = await lookAround(resolved.config, systemClock())
  if (!found) tellNotThere(resolved, io)
  else if (found.nodes.length === 0) io.err('ambit: no server serves with this store now\n')
  const { nodes, reading } = found ?? { nodes: [] }
  const warnings = [...warningsOfClock(reading), ...findWarnings(nodes)]
  if (input.flag('json')) printJson(io, { nodes, warnings })
  else printTable(io, headings, nodes.map(rowOf))
  if (!input.flag('json')) for (const warning of warnings) io.err(`ambit: ${warning}\n`)
  return exitCodes.done
}

const headings = ['node', 'host', 'process', 'version', 'schema', 'configuration', 'since', 'seen', 'clock']

function warningsOfClock(reading: ClockReading | undefined): readonly string[] {
  return reading === undefined || skewLevelOf(reading) === 'none' ? [] : [skewSentence(aheadOf(reading))]
}

function findWarnings(nodes: readonly NodeRecord[]): readonly string[] {
  const hashes = new Set(nodes.map(({ configHash }) => configHash))
  const differ = `the nodes run with ${hashes.size} different configurations; what the newest of them no longer declares stays until all have the same`
  const off = nodes.filter(node => levelOf(node) !== 'none').map(({ nodeId }) => `\`${nodeId}\``)
  const skewed = `the clocks of ${off.join(', ')} differ from that of the database by more than a second; let all keep time by NTP`
  return [...(hashes.size > 1 ? [differ] : []), ...(off.length > 0 ? [skewed] : [])]
}

function levelOf({ aheadMillis = 0 }: NodeRecord): SkewLevel {
  return skewLevelOf({ sentAt: aheadMillis, receivedAt: aheadMillis, storeMillis: 0 })
}

function rowOf({ nodeId, host, pid, version, schema, configHash, ...rest }: NodeRecord): readonly string[] {
  const { startedAt, seenAt, aheadMillis } = rest
  const words = [nodeId, host, String(pid), version, String(schema), configHash.slice(0, 8)]
  return [...words, printTime(startedAt), printTime(seenAt), aheadMillis === undefined ? '' : printAhead(aheadMillis)]
}

function printAhead(millis: number): string {
  return `${millis < 0 ? '' : '+'}${(millis / 1000).toFixed(3)} s`
}
