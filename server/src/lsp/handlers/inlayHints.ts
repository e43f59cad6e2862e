import type { InlayHint, Range } from 'vscode-languageserver';
import { type AnalysedStatement, blocks, describeEffect, strongest } from '../../core/index.js';
import { spanOf } from '../convert.js';
import type { Asked, Workspace } from '../workspace.js';

export type HintLevel = 'off' | 'dangerous' | 'all';

/** At most one hint a statement: the strongest lock on a relation that others can see. */
export async function inlayHintsOf(
  workspace: Workspace,
  uri: string,
  range: Range,
  level: HintLevel,
  asked: Asked,
): Promise<InlayHint[]> {
  if (level === 'off') return [];
  const judged = await workspace.judged(uri, asked);
  if (!judged) return [];
  const { contexts, lines } = judged;
  const wanted = spanOf(lines, range);
  const statements = contexts.flatMap((context) => context.statements);
  return statements.flatMap((at) => {
    const { span } = at.statement;
    if (span.end < wanted.start || span.start > wanted.end) return [];
    const label = labelOf(at, level);
    if (!label) return [];
    const tooltip = describeEffect(at.effect).join('\n');
    return [{ position: lines.positionAt(at.statement.fullSpan.end), label, tooltip, paddingLeft: true }];
  });
}

function labelOf(at: AnalysedStatement, level: HintLevel): string | undefined {
  const lock = strongest(at.effect.locks.filter((l) => !l.bornHere && l.role !== 'index' && l.role !== 'sequence'));
  if (!lock) return undefined;
  const { reads, writes } = blocks(lock.mode);
  if (level === 'dangerous' && !reads && !writes) return undefined;
  const work = at.effect.work.find((w) => !w.bornHere && w.kind !== 'dataChange');
  const suffix = work
    ? ` · ${{ rewrite: 'rewrite', scan: 'scan', indexBuild: 'index build', dataChange: '' }[work.kind]}`
    : '';
  return `${lock.mode} · ${lock.display}${suffix}`;
}
