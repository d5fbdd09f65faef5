export { bestUnder } from './best.ts';
export { fitIsotonic, lowerErrorBound, riskThreshold, type Scored, upperErrorBound } from './calibrate.ts';
export { type Evaluation, evaluate, sayOf } from './evaluate.ts';
export { type Choice, fitChoice, fitLogistic, type Outcome01 } from './fit.ts';
export type { Judged, Said } from './judged.ts';
export { isCurrent, type Refit, refit } from './refit.ts';
