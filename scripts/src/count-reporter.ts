import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** Closes every run with `N passed, N failed`; a file that throws while loading counts as failed. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<SerializedError>): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const passed = count('passed');
    const failed = count('failed') + errors.length + broken;
    const skipped = tests.length - passed - count('failed');
    process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  }
}
