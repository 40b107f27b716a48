import type { OperationOf } from '../plan/operation.js';
import { StoppointError } from '../plan/diagnostic.js';
import { orNull } from '../world/docker.js';
import { done, notDone, type Operator, partly, type StepContext } from './operator.js';

interface Before {
  /** Tag → the image id that it named before, null when there was no such tag. */
  readonly tags: { readonly [tag: string]: string | null };
}

/** A tag for each running image id, so that both environments run these bits and nothing is built or pulled again. */
export const imagesPin: Operator<OperationOf<'images.pin'>, Before> = {
  async capture(step) {
    const tags = Object.fromEntries(await Promise.all(pins(step).map(async ({ tag }) => [tag, await idOf(step, tag)] as const)));
    for (const { service, id, tag } of pins(step)) {
      if (tags[tag] && tags[tag] !== id) throw new StoppointError('NAME_TAKEN', `the tag '${tag}' for '${service}' names another image`);
    }
    return { tags };
  },
  async probe(step) {
    const found = await Promise.all(pins(step).map(async ({ tag, id }) => (await idOf(step, tag)) === id));
    if (found.every(Boolean)) return done(`${found.length} images have their tags`);
    return found.some(Boolean) ? partly('some images have their tags') : notDone('no image has its tag');
  },
  async act(step) {
    for (const { id, tag } of pins(step)) {
      const colon = tag.lastIndexOf(':');
      await step.docker.getImage(id).tag({ repo: tag.slice(0, colon), tag: tag.slice(colon + 1) });
    }
  },
  async evidence(step) {
    const wrong = [];
    for (const { service, id, tag } of pins(step)) if ((await idOf(step, tag)) !== id) wrong.push(service);
    const limit = "each service's tag names the image id that runs today";
    return {
      facts: { images: new Set(pins(step).map(({ id }) => id)).size, tags: pins(step).length },
      checks: [
        { id: 'same-bits', verdict: wrong.length === 0 ? 'pass' : 'fail', limit, ...(wrong.length > 0 ? { live: wrong.join(', ') } : {}) },
      ],
    };
  },
  async undo(step, _operation, before) {
    const kept: string[] = [];
    for (const { id, tag } of pins(step)) {
      if (before.tags[tag] !== null || (await idOf(step, tag)) !== id) continue;
      const image = await step.docker.getImage(id).inspect();
      // The last name of an image: without it the image itself would go, and the way back needs it.
      if ((image.RepoTags ?? []).length <= 1) kept.push(tag);
      else await step.docker.getImage(tag).remove({ noprune: true });
    }
    await step.folder.write('kept.json', kept);
    return { facts: { 'tags kept as the last name of their image': kept.length }, checks: [] };
  },
  async probeUndone(step, _operation, before) {
    const kept = (await step.folder.read<readonly string[]>('kept.json')) ?? [];
    for (const { tag, id } of pins(step)) {
      if (before.tags[tag] === null && !kept.includes(tag) && (await idOf(step, tag)) === id)
        return partly(`the tag '${tag}' is still there`);
    }
    return done('no tag of this step is left but those that keep their image');
  },
};

function pins({ target }: StepContext): readonly { readonly service: string; readonly id: string; readonly tag: string }[] {
  return Object.entries(target.images).map(([service, { id, tag }]) => ({ service, id, tag }));
}

async function idOf({ docker }: StepContext, tag: string): Promise<string | null> {
  return (await orNull(docker.getImage(tag).inspect()))?.Id ?? null;
}
