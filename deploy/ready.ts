/** Health check of an image: `node deploy/ready.ts 8083 [/ready]` ends with 0 when the service there may take traffic. */
const [port, path = '/ready'] = process.argv.slice(2);

try {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(4_000) });
  process.exitCode = answer.ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
