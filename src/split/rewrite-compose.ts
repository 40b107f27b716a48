import { type ComposeText, openCompose } from '../compose/document.js';
import { applyEdits } from '../compose/edits.js';
import { type Rewriter, type SplitContext, type SplitFinding, together } from './context.js';
import { rewriteEnvFiles } from './env-file-names.js';
import { rewriteImages } from './images.js';
import { rewriteInterpolations } from './interpolations.js';
import { rewriteMounts } from './mounts.js';
import { rewriteNames } from './names.js';
import { rewriteNetworks } from './networks.js';
import { rewritePorts } from './published-ports.js';
import { refuseUnsplittable } from './refusals.js';
import { rewriteVolumes } from './volumes.js';

const REWRITERS: readonly Rewriter[] = [
  refuseUnsplittable,
  rewriteNames,
  rewriteImages,
  rewriteEnvFiles,
  rewritePorts,
  rewriteMounts,
  rewriteNetworks,
  rewriteVolumes,
];

/**
 * One compose file for both environments, with the smallest diff: only what is shared, defaulted or global changes;
 * comments, anchors, order and quotes stay. Throws NOT_SPLITTABLE for what Compose alone cannot separate.
 */
export function rewriteCompose(text: string, context: SplitContext): { readonly text: string; readonly findings: readonly SplitFinding[] } {
  const file = openCompose(text);
  const { edits, findings } = together(REWRITERS.map((rewriter) => rewriter(file, context)));
  const split = openCompose(applyEdits(text, edits));
  return { text: failingClosed(split, context), findings };
}

/** After the rest: what the rewriters wrote fails closed already. */
function failingClosed(file: ComposeText, context: SplitContext): string {
  return applyEdits(file.text, rewriteInterpolations(file, context).edits);
}
