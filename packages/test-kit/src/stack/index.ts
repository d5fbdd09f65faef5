export { type Cluster, startCluster } from './cluster.ts';
export { describeStack, followLogs, type PartStatus } from './describe.ts';
export { BROKER_SETTINGS, MONGO_SETTINGS } from './parts/server-settings.ts';
export { instanceDir } from './paths.ts';
export { portOwner } from './port-owner.ts';
export { isFree, PortBusyError } from './ports.ts';
export { instanceName, StackError } from './settings.ts';
export { runningStack, type Stack, type StackOptions, startStack, stopStack } from './stack.ts';
export { noteUser, usersOf } from './users.ts';
