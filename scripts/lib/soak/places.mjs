/** Where something is killed: once the journal tells of this event, these processes get SIGKILL. */
export const PLACES = [
  { name: 'backup', event: 'step armed', step: '1.1-backup.postgres', kill: ['worker'] },
  { name: 'staging-database', event: 'step armed', step: '1.2-database.start', kill: ['worker'] },
  { name: 'schema', event: 'step armed', step: '1.3-schema.apply', kill: ['worker'] },
  { name: 'folders', event: 'step armed', step: '1.4-folder.make', kill: ['worker'] },
  { name: 'staging-start', event: 'step armed', step: '2.1-project.start', kill: ['worker'] },
  { name: 'isolation', event: 'step armed', step: '2.2-isolation.probe', kill: ['worker'] },
  { name: 'stop-point', event: 'stop point opened', stopPoint: 'SP4', kill: ['worker', 'temporal'] },
  { name: 'production-create', event: 'step armed', step: '3.0-project.create', kill: ['worker'] },
  { name: 'old-stop', event: 'step armed', step: '3.2-project.stop', kill: ['worker'] },
  { name: 'between', event: 'step done', step: '3.2-project.stop', kill: ['worker'] },
  { name: 'server-in-window', event: 'window opened', kill: ['temporal'] },
  { name: 'both-in-window', event: 'step armed', step: '3.5-project.start', kill: ['worker', 'temporal'] },
  { name: 'supervisor-in-window', event: 'step done', step: '3.2-project.stop', kill: ['supervisor'], up: true },
  // The command line holds nothing: killed in the middle of every start and approval, then typed again.
  { name: 'command-line', kill: ['command line'], every: 'start and approve' },
  { name: 'monitor', event: 'step armed', step: '4.1-monitor.watch', kill: ['worker'] },
  { name: 'retire', event: 'step armed', step: '4.4-project.retire', kill: ['worker'] },
];
