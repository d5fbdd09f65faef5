import { createHash } from 'node:crypto';
import { type Evaluation, evaluate, type Judged, type Model, PRIOR, refit, sayOf } from '@malipo/matching';
import type { Judgement } from '../domain/judgement.ts';

export type Fitted = { model: Model; evaluation: Evaluation; shipped: Evaluation; champion: Evaluation | null };

/** A challenger from judged payments, with the shipped model and the champion on the very same ones beside it. */
export function fitOrganisation(
  judged: readonly Judged[],
  judgements: readonly Judgement[],
  about: { version: string; trainedOn: string; champion: Model | null },
): Fitted {
  const data = createHash('sha256');
  for (const one of judgements) data.update(`${one.paymentId} ${one.verdict} ${one.truth}\n`);
  const provenance = { data: data.digest('hex'), trainedOn: about.trainedOn, payments: judged.length };
  const { model, evaluation } = refit(PRIOR, judged, { version: about.version, provenance });
  return {
    model,
    evaluation,
    shipped: evaluationOf(PRIOR, judged),
    champion: about.champion && evaluationOf(about.champion, judged),
  };
}

const evaluationOf = (model: Model, judged: readonly Judged[]): Evaluation =>
  evaluate(
    judged.flatMap((one) => sayOf(model, one) ?? []),
    model.threshold,
  );
