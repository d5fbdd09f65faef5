import { AppError, type Cause, UpstreamError } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { isAskedIn } from '../domain/pull-rounds.ts';
import { readPullRow, toPullDelivery } from '../domain/read-pull.ts';
import type { StoredChannel } from '../store/channels.ts';
import { toUnreadable } from '../store/unreadable.ts';
import { merchantOf } from './channels.ts';
import { recordPayments } from './record-payments.ts';

const MINUTE_MS = 60_000;
/** Pull remembers no longer. */
const MEMORY_MS = 48 * 60 * MINUTE_MS;
/** The window reaches back before the last one, since payments may be booked late. */
const OVERLAP_MS = 10 * MINUTE_MS;
/** So much is asked for at once and then noted: who is turned away on the way goes on from there, however much there is. */
const WINDOW_MS = 2 * 60 * MINUTE_MS;
const MAX_PAGES = 1_000;

/** Fetches what each channel was paid and nobody told us; one worker per channel at a time. */
export async function pullPayments(deps: Deps): Promise<void> {
  while (!deps.stopping.aborted) {
    const now = deps.now();
    const channel = await deps.channels.takePull(now, deps.config.MALIPO_PULL_EVERY_MS);
    if (!channel) return;
    if (!isAskedIn((channel.pull.refusedRounds ?? 0) + 1, deps.config.MALIPO_PULL_EVERY_MS)) {
      await deps.channels.refusedPull(channel);
      continue;
    }
    const { traceparent, span } = deps.tracing.begin('fetch missing payments');
    await pullChannel(deps, channel, now, traceparent).catch((error: unknown) => failed(deps, channel, error));
    span?.end();
  }
}

/** What a person has to mend, and until then comes to the same in each round. */
const REFUSALS = new Set(['daraja_credentials_refused', 'channel_without_credentials', 'pull_refused']);

async function failed(deps: Deps, channel: StoredChannel, err: unknown): Promise<void> {
  const isRefused = err instanceof AppError && REFUSALS.has(err.code);
  if (!isRefused || !channel.pull.refusedRounds)
    deps.log.warn(
      { channelId: channel.id, err },
      isRefused
        ? 'missing payments are refused; the provider is asked less and less often, and at once after a change of the credentials'
        : 'missing payments could not be fetched',
    );
  if (isRefused) await deps.channels.refusedPull(channel);
}

/** All that Pull remembers where the clock of the process that fetched last was ahead: it asked for what was still to come. */
function startOf({ pull: { lastGoodAt } }: StoredChannel, now: Date): Date {
  const [last, at] = [lastGoodAt?.getTime() ?? 0, now.getTime()];
  const since = last > at + OVERLAP_MS ? 0 : Math.min(last, at) - OVERLAP_MS;
  return new Date(Math.max(since, at - MEMORY_MS));
}

async function pullChannel(deps: Deps, channel: StoredChannel, now: Date, traceparent: string): Promise<void> {
  const trace = { correlationId: deps.newId(), causationId: null, traceparent };
  for (let from = startOf(channel, now); from < now; ) {
    const to = new Date(Math.min(from.getTime() + WINDOW_MS, now.getTime()));
    const missing = await pullWindow(deps, channel, { from, to }, trace);
    if (missing > 0) deps.log.info({ channelId: channel.id, payments: missing }, 'missing payments fetched');
    const leaseUntil = new Date(deps.now().getTime() + deps.config.MALIPO_PULL_EVERY_MS);
    const wasRefused = await deps.channels.donePull(channel.id, to, leaseUntil);
    if (wasRefused) deps.log.info({ channelId: channel.id }, 'missing payments are fetched again');
    from = to;
  }
}

/** @returns how many payments nobody had told us of */
async function pullWindow(
  deps: Deps,
  channel: StoredChannel,
  { from, to }: { from: Date; to: Date },
  trace: Cause,
): Promise<number> {
  const merchant = merchantOf(deps, channel);
  const record = recordPayments(deps, 'known');
  let missing = 0;
  for (let offset = 0, pages = 0; pages < MAX_PAGES; pages++) {
    const answer = await deps.daraja[channel.mode].pull(merchant, channel.shortcode, from, to, offset);
    if (answer.kind === 'refused') throw new UpstreamError('pull_refused', `${answer.code} ${answer.message}`);
    if (answer.kind !== 'ok') throw new Error(`Pull came to ${answer.kind}`);
    const { rows } = answer.body;
    if (rows.length === 0) return missing;
    offset += rows.length;
    const readings = rows.map((row) => {
      const delivery = toPullDelivery(row, channel, deps.now(), trace);
      return { delivery, reading: readPullRow(delivery) };
    });
    await deps.unreadable.keep(
      readings.flatMap(({ delivery, reading }) =>
        reading.kind === 'unreadable' ? [toUnreadable(delivery, reading.reason)] : [],
      ),
    );
    const outcomes = await record(
      readings.flatMap(({ reading }) => (reading.kind === 'payment' ? [reading.telling] : [])),
    );
    missing += outcomes.filter((outcome) => outcome === 'received').length;
  }
  throw new Error(`Pull has more than ${MAX_PAGES} pages from ${from.toISOString()} to ${to.toISOString()}`);
}
