import type { Base } from '@malipo/service-kit';
import type { z } from 'zod';
import type { config } from './config.ts';
import { collectionsOf, prepare } from './store/collections.ts';
import { createFigures, type FiguresStore } from './store/figures.ts';
import { createReadModels, type ReadModels } from './store/read-models.ts';

export type Config = z.output<z.ZodObject<typeof config>>;
export type Deps = Base<Config> & {
  generation: number;
  readModels: ReadModels;
  figures: FiguresStore;
  prepare(): Promise<void>;
};

export function createDeps(base: Base<Config>): Deps {
  const generation = base.config.MALIPO_ANALYTICS_GENERATION;
  const { db } = base.mongo;
  const collections = collectionsOf(db, generation);
  return {
    ...base,
    generation,
    readModels: createReadModels(base.mongo, collections, base.now),
    figures: createFigures(collections),
    prepare: () => prepare(db, generation, base.now()),
  };
}
