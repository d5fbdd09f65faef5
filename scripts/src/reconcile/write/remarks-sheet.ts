import type { Remark } from '../read/remarks.ts';
import { called } from '../tell/swahili.ts';
import type { Language } from '../tell/words.ts';
import type { Column } from './sheet.ts';

export const remarkColumns = (language: Language): readonly Column<Remark>[] => [
  { title: 'File', width: 24, value: ({ file }) => file },
  { title: 'Sheet', width: 14, value: ({ sheet }) => sheet },
  { title: 'Line', width: 7, format: 'count', value: ({ line }) => line },
  { title: 'What happened', width: 15, value: ({ kind }) => called(kind, language) },
  { title: 'Column', width: 18, value: ({ column }) => column },
  { title: 'Value', width: 40, value: ({ value }) => value },
  { title: 'What it is', width: 44, value: ({ what }) => what },
  { title: 'What to do', width: 50, value: ({ remedy }) => remedy },
];

const ORDER: Record<Remark['kind'], number> = { 'not read': 0, 'read in part': 1, 'not used': 2, 'set aside': 3 };

/** What is wrong first, then by file and line. */
export const inOrder = (remarks: readonly Remark[]): Remark[] =>
  remarks.toSorted(
    (one, other) => ORDER[one.kind] - ORDER[other.kind] || one.file.localeCompare(other.file) || one.line - other.line,
  );
