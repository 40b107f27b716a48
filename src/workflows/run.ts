import { type CancellationScope, condition } from '@temporalio/workflow';
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
  #head = GENESIS;
  #count = 0;
  #unmirrored: Entry<RunEvent>[] = [];
  #closing = false;

  constructor(input: MigrationInput) {
    this.input = input;
    this.plan = input.plan;
  }

  emit(event: RunEvent): void {
    const entry = link({ n: this.#count + 1, at: Date.now(), event, previous: this.#head });
    this.#count = entry.n;
    this.#head = entry.hash;
    this.#unmirrored.push(entry);
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

  /** Writes the journal to disk as it grows, beside the steps, so that `status` answers without a worker. */
  async mirror(): Promise<void> {
    const { 'journal.mirror': write } = runActivities();
    for (;;) {
      await condition(() => this.#unmirrored.length > 0 || this.#closing);
      if (this.#unmirrored.length === 0) return;
      const entries = this.#unmirrored;
      this.#unmirrored = [];
      await write({ runId: this.input.runId, entries });
    }
  }

  close(): void {
    this.#closing = true;
  }
}
