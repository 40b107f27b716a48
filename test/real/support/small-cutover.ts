import type Docker from 'dockerode';
import { expect } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckResult } from '../../../src/plan/checks.js';
import type { OperationKind } from '../../../src/plan/operation.js';
import { SmallDeployment } from './small-deployment.js';
import { FILE_KINDS, Steps } from './small-steps.js';
import { worldOf } from './small-world.js';

/** A running small deployment and the steps of its cutover, one after the other. */
export class SmallCutover {
  readonly small: SmallDeployment;
  readonly steps: Steps;
  readonly folder: string;
  readonly docker: Docker;

  private constructor({ small, steps, folder }: { small: SmallDeployment; steps: Steps; folder: string }) {
    this.small = small;
    this.steps = steps;
    this.folder = folder;
    this.docker = small.docker;
  }

  static async make(docker: Docker): Promise<SmallCutover> {
    const small = await SmallDeployment.make(docker, { running: true });
    const folder = await mkdtemp(join(tmpdir(), 'sp-run-'));
    return new SmallCutover({ small, folder, steps: new Steps({ plan: await small.plan(), docker, runFolder: folder }) });
  }

  async remove(): Promise<void> {
    await this.small.remove();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The files of both environments, and the network of staging's database project, which is not started. */
  async makeFiles(): Promise<void> {
    for (const [kind, id] of this.steps.ofKinds(FILE_KINDS)) await this.steps.forward(kind, id);
    await this.docker.createNetwork({ Name: this.steps.plan.target.database.network });
  }

  /** All that comes before the window. */
  async prepare(): Promise<void> {
    await this.makeFiles();
    await this.steps.forward('network.connect');
    await this.steps.forward('project.create', 'production');
    await this.steps.forward('way-back.write');
    await this.steps.forward('window.wait');
  }

  async world(): Promise<unknown> {
    return await worldOf(this.docker, this.small.id);
  }

  /** Do, look, undo, look, do again. Each time the world must be as it says. */
  async thereAndBack(kind: OperationKind, part = ''): Promise<void> {
    const before = await this.world();
    expect((await this.steps.forward(kind, part)).already).toBe(false);
    const after = await this.world();
    expect(after).not.toEqual(before);
    expect((await this.steps.forward(kind, part)).already).toBe(true);
    expect((await this.steps.back(kind, part)).how).toBe('undone');
    expect(await this.world()).toEqual(before);
    await this.steps.back(kind, part);
    expect(await this.world()).toEqual(before);
    expect((await this.steps.forward(kind, part)).already).toBe(false);
    expect(await this.world()).toEqual(after);
  }

  /** The findings of a step that must fail. */
  async red(kind: OperationKind, part = ''): Promise<readonly CheckResult[]> {
    const error = await this.steps.forward(kind, part).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CHECKS_FAILED' });
    return (error as { evidence: { checks: CheckResult[] } }).evidence.checks.filter(({ verdict }) => verdict !== 'pass');
  }

  /** Another image with the same files. */
  async imageLike(id: string): Promise<string> {
    const { id: container } = await this.docker.createContainer({ name: `${this.small.id}-image`, Image: id });
    const { Id } = (await this.docker.getContainer(container).commit()) as { Id: string };
    await this.docker.getContainer(container).remove();
    return Id;
  }

  old(service: string): Docker.Container {
    return this.docker.getContainer(`${this.small.app}-${service}-1`);
  }

  created(service: string): Docker.Container {
    return this.docker.getContainer(`${this.small.app}-prod-${service}-1`);
  }
}
