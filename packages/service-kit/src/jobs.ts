import { pause } from './clock.ts';
import type { Base, Job } from './service.ts';

/** Runs jobs until told to stop; resolves when none is running any more. */
export function startJobs(jobs: readonly Job[], { log, metrics, mongo }: Base): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const failures = metrics.counter('malipo_job_failures_total', 'runs of a job that threw', ['job']);
  const loops = jobs.map(async (job) => {
    while (!stopping.signal.aborted) {
      await pause(job.everyMs, stopping.signal);
      if (stopping.signal.aborted) return;
      await job.run().catch((error: unknown) => {
        failures.inc({ job: job.name });
        // that the database is gone is said once, for all of them
        log[mongo.isDown() ? 'debug' : 'warn']({ job: job.name, err: error }, 'job failed; it runs again');
      });
    }
  });
  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}
