import { CancellationScope } from '@temporalio/workflow';
import { type Entry, GENESIS, link } from '../record/chain.js';
import type { RunEvent } from '../plan/run-event.js';
import type { PlanSkeleton } from '../plan/run-plan.js';
import { EMPTY_RUN, reduce, type RunState } from '../plan/run-state.js';
import { runActivities } from './activity-options.js';
import type { MigrationInput } from './messages.js';

/** One run inside the workflow: its state, its journal, and the scope that a rollback interrupts. */
export class Run {
  readonly input: MigrationInput;
  readonly plan: PlanSkeleton;
  state: RunState = EMPTY_RUN;
  /** The scope of what runs forward now; cancelled when somebody asks to go back. */
  forward: CancellationScope | null = null;
  retries = 0;
  /** All of it: history answers with the journal when its mirror on disk is lost. */
  readonly journal: Entry<RunEvent>[] = [];
  #mirrored = 0;

  constructor(input: MigrationInput) {
    this.input = input;
    this.plan = input.plan;
  }

  emit(event: RunEvent): void {
    const entry = link({ n: this.journal.length + 1, at: Date.now(), event, previous: this.journal.at(-1)?.hash ?? GENESIS });
    this.journal.push(entry);
    this.state = reduce(this.state, event, entry.at);
  }

  get isRollingBack(): boolean {
    return this.state.rollback !== null && this.state.rollback.endedAt === null;
  }

  /** Records the cause and interrupts what runs forward. The undo itself is done by whoever catches that. */
  goBack({ to, cause }: { to: 'SP0' | 'SP5'; cause: string }): void {
    if (this.isRollingBack) return;
    this.emit({ type: 'rollback started', to, cause });
    this.forward?.cancel();
  }

  get isMirrored(): boolean {
    return this.#mirrored === this.journal.length;
  }

  /**
   * Writes the journal to disk, so that `status` answers without a worker. Called by the story itself, which waits for it:
   * a mirror beside the story, or one that a message sets off, would leave the order of their commands to the moment at
   * which a message and a result arrive together, and a later worker could not replay that (seen with the cache off).
   */
  async mirror(): Promise<void> {
    if (this.isMirrored) return;
    const entries = this.journal.slice(this.#mirrored);
    this.#mirrored = this.journal.length;
    const { 'journal.mirror': write } = runActivities();
    await CancellationScope.nonCancellable(() => write({ runId: this.input.runId, entries }));
  }
}
