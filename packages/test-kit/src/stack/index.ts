export { type Cluster, startCluster } from './cluster.ts';
export { describeStack, followLogs, type PartStatus } from './describe.ts';
export { BROKER_SETTINGS, MONGO_SETTINGS } from './parts/server-settings.ts';
export { portOwner } from './port-owner.ts';
export { isFree, PortBusyError } from './ports.ts';
export { StackError } from './settings.ts';
export { runningStack, type Stack, type StackOptions, startStack, stopStack } from './stack.ts';
