const MEBIBYTE = 1024 * 1024;

/**
 * A payment's documents change several times within a second. At WiredTiger's default (5 % of the cache dirty) a small
 * cache writes them out after each change, a third of the server's CPU under load; here that waits for the checkpoint.
 */
const LAZY_EVICTION = [
  'eviction_dirty_target=40,eviction_dirty_trigger=60',
  'eviction_updates_target=30,eviction_updates_trigger=50',
  'eviction=(threads_min=1,threads_max=2)',
].join();

/** What `mongod` is told wherever it runs for us; the compose file says the same, which a test compares. */
export const MONGO_SETTINGS: readonly string[] = [
  ...['--wiredTigerEngineConfigString', LAZY_EVICTION, '--wiredTigerJournalCompressor', 'none'],
  // a checkpoint takes a core while it runs: three short ones a minute instead of a long one
  ...['--syncdelay', '20'],
  ...['--setParameter', 'transactionLifetimeLimitSeconds=5'],
  // nobody reads the past; kept for the default of five minutes, every version of every document costs room and search
  ...['--setParameter', 'minSnapshotHistoryWindowInSeconds=5'],
];

/** The internal topics ask for three brokers by default. */
const singleCopies = {
  'offsets.topic.num.partitions': 8,
  'offsets.topic.replication.factor': 1,
  'transaction.state.log.num.partitions': 8,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
};

const smallMachine = {
  'num.network.threads': 2,
  'num.io.threads': 4,
  'background.threads': 2,
  // a quarter of the heap by default
  'log.cleaner.dedupe.buffer.size': 16 * MEBIBYTE,
};

/** What the broker is told wherever it runs for us; the compose file says the same, which a test compares. */
export const BROKER_SETTINGS: Readonly<Record<string, string | number | boolean>> = {
  'auto.create.topics.enable': false,
  'message.max.bytes': 2 * MEBIBYTE,
  'log.retention.ms': -1,
  'group.initial.rebalance.delay.ms': 0,
  // a killed broker may come back only when its old session has ended, 9 s later by default
  'broker.session.timeout.ms': 4_000,
  'broker.heartbeat.interval.ms': 500,
  ...singleCopies,
  ...smallMachine,
};
