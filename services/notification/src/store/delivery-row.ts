import type { Delivery } from '../domain/delivery.ts';
import { type Marks, marksOf } from './marks.ts';

/** A delivery as it is stored, with the marks that its indexes hang on. */
export type Row = Omit<Delivery, 'id'> & Marks & { _id: string };

export const toRow = ({ id, ...rest }: Delivery): Row => ({ _id: id, ...rest, ...marksOf(rest) });

export const toDelivery = ({ _id, waitsFor: _f, waitsSince: _s, care: _c, ...rest }: Row): Delivery => ({
  id: _id,
  ...rest,
  claimedBy: rest.claimedBy ?? null, // rows of before had neither
  news: rest.news ?? null,
});
