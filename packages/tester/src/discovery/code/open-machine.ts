import { followFramework } from './frameworks/call-framework.ts'
import { makers } from './frameworks/makers.ts'
import type { GuardRules } from './guards/guard.ts'
import { knownGuards } from './guards/known-guards.ts'
import { followFunction, followUnknown, followValue } from './machine/calls.ts'
import { evaluateNode } from './machine/evaluate.ts'
import type { Follow, Machine } from './machine/machine.ts'
import type { Module } from './machine/module.ts'
import { createResolver } from './machine/resolve.ts'
import { Scope } from './machine/scope.ts'
import { executeNodes } from './machine/statements.ts'
import { recordOf } from './machine/value.ts'
import { nestExternals, plainNest } from './nest/nest-settings.ts'
import { type CodeNote, type ParsedFile, parseSource, type SourceFile } from './source.ts'

/** Makes the machine for these files; nothing is followed yet. */
export function openMachine(files: readonly SourceFile[], guards: GuardRules): Machine {
  const notes: CodeNote[] = []
  const modules = new Map<string, Module>()
  for (const file of files) {
    if (!/\.[cm]?[jt]sx?$/.test(file.path)) continue
    const parsed = parseSource(file)
    if ('message' in parsed) notes.push(parsed)
    else modules.set(parsed.path, moduleOf(parsed))
  }
  return {
    follow,
    modules,
    resolve: createResolver(files),
    externals: new Map(Object.entries({ ...makers, ...knownGuards, ...nestExternals })),
    guards,
    notes,
    routers: [],
    nest: plainNest(),
    visited: new Set(),
    running: new Map(),
    texts: new Map(files.filter(({ path }) => path.endsWith('.json')).map(({ path, text }) => [path, text])),
    costs: new Map(),
    steps: 0,
    effects: 0,
  }
}

const follow: Follow = {
  evaluate: evaluateNode,
  executeAll: executeNodes,
  callFunction: followFunction,
  callValue: followValue,
  callUnknown: followUnknown,
  callFramework: followFramework,
}

function moduleOf(file: ParsedFile): Module {
  const commonJs = recordOf({ exports: recordOf() })
  return {
    path: file.path,
    file,
    scope: new Scope(file, true),
    exports: new Map(),
    stars: [],
    commonJs,
    state: 'new',
  }
}
