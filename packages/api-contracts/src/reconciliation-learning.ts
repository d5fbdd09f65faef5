import { z } from 'zod';
import { Day, Instant, OurDay } from './fields.ts';

const Share = z.number().nullable().describe('0 to 1; null where there is nothing to divide by');

const Evaluation = z.object({
  payments: z.int(),
  logLoss: z.number().describe('mean −log of the chance given to the right customer'),
  brier: z.number(),
  ece: z.number().describe('expected calibration error, fifteen bins of equal mass'),
  automatic: z.int(),
  wrongAutomatic: z.int(),
});

const Tally = z.object({ automatic: z.int(), wrong: z.int(), brier: z.number() });

/** One immutable version of what was learned. */
export const ModelView = z.object({
  version: z.string(),
  status: z.enum(['champion', 'challenger', 'retired']).describe('champion: in force; challenger: scored beside it'),
  origin: z.enum(['shipped', 'refit']).describe('refit: from this organisation’s own decisions'),
  parent: z.string().nullable().describe('the version in force when it was fitted'),
  createdAt: Instant.nullable(),
  training: z
    .object({
      payments: z.int(),
      byPeople: z.int().describe('judged by a person; the others stood'),
      from: Instant.nullable(),
      until: Instant.nullable(),
      trainedOn: z.string(),
      data: z.string().describe('hash of what it was fitted to'),
    })
    .describe('what it was fitted to'),
  threshold: z.number().describe('automatic from this confidence on'),
  evaluation: z
    .object({
      own: Evaluation.describe('each payment by weights fitted without its stretch of time'),
      shipped: Evaluation,
      champion: Evaluation.nullable().describe('the model in force then; null where that was the shipped one'),
    })
    .nullable()
    .describe('on the payments that it was fitted to, the others on the very same ones; null for the shipped one'),
  live: z
    .object({
      judged: z.int(),
      champion: Tally,
      challenger: Tally,
      onlyChallenger: z.int().describe('applied by the challenger only'),
      onlyChampion: z.int(),
      brierGain: z.number().describe('mean gain of the challenger, in standard errors'),
    })
    .nullable()
    .describe('side by side with the champion on live payments that were judged since; a challenger’s only'),
});
export type ModelView = z.infer<typeof ModelView>;

const ModelChange = z.object({
  at: Instant,
  kind: z.enum(['challenged', 'withdrawn', 'promoted', 'rolled_back', 'threshold_raised', 'threshold_lowered']),
  from: z.string(),
  to: z.string(),
  who: z.string().describe('engine, or a user id'),
  why: z.string(),
});

export const ModelList = z.object({
  data: z.array(ModelView).describe('the shipped one first, then the organisation’s own, newest first'),
  changes: z.array(ModelChange).describe('the latest hundred, newest first'),
});
export type ModelList = z.infer<typeof ModelList>;

const Linear = z.array(
  z.object({ name: z.string(), weight: z.number(), shipped: z.number().describe('the shipped model’s') }),
);

/** A model with its numbers beside the shipped one's. */
export const ModelDetail = ModelView.extend({
  customer: Linear.describe('who paid'),
  confidence: Linear.describe('is this exact split right'),
  calibration: z.array(z.object({ score: z.number(), probability: z.number() })),
});
export type ModelDetail = z.infer<typeof ModelDetail>;

export const PromoteModel = z.strictObject({ reason: z.string().trim().min(1).max(500) });

export const QualityQuery = z.object({
  from: Day.optional().describe('Nairobi day; 90 days ago where left out'),
  to: Day.optional().describe('Nairobi day, included; today where left out'),
  period: z.enum(['day', 'week', 'month']).default('week').describe('weeks begin on Monday'),
});
export type QualityQuery = z.infer<typeof QualityQuery>;

const Figures = z.object({
  payments: z.int(),
  automatic: z.int(),
  suggested: z.int(),
  unmatched: z.int(),
  automaticRate: Share.describe('of all payments'),
  confirmed: z.int().describe('suggestions that a person confirmed as they stood'),
  corrected: z.int().describe('suggestions that a person replaced'),
  rejected: z.int().describe('suggestions that a person refused'),
  undone: z.int().describe('automatic ones that a person took back'),
  placed: z.int().describe('applied by a person where nothing was suggested'),
  stood: z.int().describe('automatic ones that nobody took back for long enough to count as right'),
  overturned: z.int().describe('corrected, rejected or undone'),
  overturnedRate: Share.describe('of all judged: confirmed, overturned and stood'),
  wrongAutomaticRate: Share.describe('undone of automatic'),
  brier: Share,
  ece: Share.describe('over the bins of calibration'),
  calibration: z
    .array(
      z.object({
        from: z.number(),
        to: z.number(),
        payments: z.int(),
        said: z.number().describe('mean confidence'),
        right: z.number().describe('share that was right'),
      }),
    )
    .describe('of all judged with a proposal; bins without any are left out'),
});

/** How good decisions were, by when they were taken. */
export const Quality = z.object({
  from: OurDay,
  to: OurDay,
  period: z.enum(['day', 'week', 'month']),
  total: Figures,
  periods: z.array(Figures.extend({ start: OurDay })),
  model: z.object({ version: z.string(), challenger: z.string().nullable() }),
  threshold: z.object({
    model: z.number().describe('of the model in force'),
    inForce: z.number().describe('raised while drift is flagged; above 1 nothing is applied without a person'),
  }),
  drift: z.object({
    caution: z.int().describe('steps that the threshold is raised by, 0 to 3'),
    since: Instant.nullable().describe('when an alarm last rang, or a step of caution was taken back'),
    alarm: z
      .object({
        kind: z.enum(['overturned', 'overconfident', 'shifted']),
        statistic: z.number(),
        limit: z.number(),
      })
      .nullable(),
    statistics: z.object({
      overturned: z.number().describe('cumulative sum over automatic decisions taken back'),
      overconfident: z.number().describe('said against right, in standard deviations'),
      shifted: z.number().describe('population stability index of confidence'),
    }),
  }),
  asOf: Instant.describe('judged up to now; newer decisions follow within a minute'),
});
export type Quality = z.infer<typeof Quality>;
