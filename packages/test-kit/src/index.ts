export { eventually } from './eventually.ts';
export { groupLags, moveGroup } from './groups.ts';
export { type TestKeys, testKeys } from './keys.ts';
export { type OwnBroker, ownBroker } from './own-broker.ts';
export { type OwnRedis, ownRedis } from './own-redis.ts';
export { createSlice, type Slice } from './slice.ts';
export { freePort } from './stack/ports.ts';
export { type TcpProxy, tcpProxy } from './tcp-proxy.ts';
export { type Collected, collectTopic, createTestPublisher } from './topics.ts';
