import { upperErrorBound } from '@malipo/matching';

/** One-sided 95 % Clopper-Pearson lower bound of a share of `right` out of `n`. */
export const lowerBound = (right: number, n: number): number => 1 - upperErrorBound(n - right, n);
