import type { MigrationInput, MigrationResult } from './messages.js';
import { tell } from './story.js';

/** One deployment becomes staging and production. The plan's four phases, in the plan's order. */
export async function migration(input: MigrationInput): Promise<MigrationResult> {
  return await tell(input, async ({ stage, stopPoint, cutover, inWindow }) => {
    await stage('0'); // the host lock, prerequisites, audit
    await stopPoint('SP0'); // start?

    // Phase 1: preparation, no downtime
    await stage('1.1'); // backups of everything that is state, proven by a restore
    await stage('1.2'); // staging's own database project
    await stopPoint('SP1'); // staging database operational?
    await stage('1.3'); // schema, migrations, policies on staging
    await stage('1.4'); // a folder per environment, staging's env files
    await stopPoint('SP2'); // env files right?
    await stage('1.5'); // the rewritten compose files, validated

    // Phase 2: staging, no production impact
    await stage('2.1'); // start staging
    await stopPoint('SP3'); // staging up, production untouched?
    await stage('2.2'); // isolation, both ways, with a marker
    await stage('2.3'); // service checks on staging
    await stopPoint('SP4'); // go for production?

    // Phase 3: the cutover. After a rollback to SP5 it begins again there.
    await stage('3.0'); // env files, images, containers, fresh backup, way-back.sh
    await cutover(async () => {
      await stopPoint('SP5'); // production files right?
      await stage('3.1'); // announce, wait for the change window
      await inWindow(async () => {
        await stage('3.2'); // stop and fence the old project
        await stage('3.5'); // hand over the data, start production, prove
      });
      await stage('3.6'); // service checks on production
      await stopPoint('SP6'); // production up?
      await stage('3.7'); // announce the end

      // Phase 4: afterwards
      await stage('4.1'); // watch against the baseline
      await stage('4.2'); // isolation with both running
      await stage('4.3'); // the deployment record
      await stopPoint('SP7'); // sign off: the point of no return
    });
    await stage('4.4'); // retire the old containers
  });
}
