import type { Evaluation, Model } from '@malipo/matching';
import type { Drift, Statistics } from '../domain/drift.ts';
import type { Judgement } from '../domain/judgement.ts';
import type { ModelChange } from '../domain/learning.ts';
import type { Mode } from '../domain/ledger.ts';
import type { Comparison } from '../domain/promotion.ts';

export type JudgementDoc = Omit<Judgement, 'paymentId'> & { _id: string };

/** How far an organisation's log is judged, and what is watched on the way. */
export type LearnerDoc = {
  _id: string;
  seq: number;
  drift: Drift;
  statistics: Statistics;
  /** What happened since the windows of the statistics were last looked at, and since the last refit. */
  unlooked: number;
  decisionsSinceFit: number;
  /** Whoever refits holds this until then, so that two replicas do not. */
  fittingUntil: Date | null;
};

/** A model of one organisation. Written once; its status follows from the organisation's pointers. */
export type ModelDoc = {
  _id: string;
  organisationId: string;
  version: string;
  parent: string;
  createdAt: Date;
  /** Which money it was fitted to; rows of before do not say. */
  mode?: Mode;
  model: Model;
  training: { payments: number; byPeople: number; from: Date; until: Date };
  /** Out-of-time figures of this model, and those of the others on the same payments. */
  evaluation: Evaluation;
  shipped: Evaluation;
  champion: Evaluation | null;
};

export type ModelChangeDoc = ModelChange & {
  _id: string;
  organisationId: string;
  at: Date;
  evidence: Comparison | Statistics | null;
};

/** Versions are unique within an organisation only as far as the key goes, so the key names both. */
export const modelId = (organisationId: string, version: string): string => `${organisationId}:${version}`;

export const toJudgement = ({ _id, ...row }: JudgementDoc): Judgement => ({ paymentId: _id, ...row });
export const fromJudgement = ({ paymentId, ...row }: Judgement): JudgementDoc => ({ _id: paymentId, ...row });
