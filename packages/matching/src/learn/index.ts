export { fitIsotonic, riskThreshold, type Scored, upperErrorBound } from './calibrate.ts';
export { type Choice, fitChoice, fitLogistic, type Outcome01 } from './fit.ts';
