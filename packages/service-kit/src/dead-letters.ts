export { type LetterBox, openLetterBox, type ShownLetter } from './kafka/letter-box.ts';
export { type Letter, type Selection, selectForReplay, type WaitingLetter } from './kafka/replay.ts';
