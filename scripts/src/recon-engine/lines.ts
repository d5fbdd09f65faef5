import { StringDecoder } from 'node:string_decoder';

/** More than any day's feedback; a line that goes on for longer is not kept. */
const LONGEST = 16 * 1024 * 1024;
/** What is kept of a line that is too long: enough to tell whose it is. */
const HEAD = 1024;

export type Lines = {
  /** Takes the next bytes. @returns false when no more are wanted */
  push: (chunk: Buffer) => boolean;
  /** Takes what came after the last line feed, when the input has ended. */
  end: () => void;
};

/**
 * Splits UTF-8 into lines at line feeds and nowhere else: the protocol's JSON may hold U+2028 and U+2029 as they are, at
 * which `node:readline` ends a line, too. A carriage return before the line feed is white space to JSON, and stays.
 * @param take gets each line without its line feed, until it returns false; of a line that is too long only the head
 */
export function createLines(take: (line: string) => boolean, longest = LONGEST): Lines {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let length = 0;
  let isOpen = true;

  const keep = (part: string): void => {
    length += part.length;
    if (length <= longest) parts.push(part);
    else parts = [parts.join('').slice(0, HEAD) || part.slice(0, HEAD)];
  };
  const finish = (part: string): void => {
    if (parts.length > 0 || part.length > longest) {
      keep(part);
      isOpen = take(parts.join(''));
      parts = [];
    } else isOpen = take(part);
    length = 0;
  };
  const split = (text: string): void => {
    let from = 0;
    for (let to = text.indexOf('\n'); isOpen && to !== -1; to = text.indexOf('\n', from)) {
      finish(text.slice(from, to));
      from = to + 1;
    }
    if (isOpen && from < text.length) keep(text.slice(from));
  };
  return {
    push: (chunk) => {
      split(decoder.write(chunk));
      return isOpen;
    },
    end: () => {
      split(decoder.end());
      if (isOpen && parts.length > 0) finish('');
    },
  };
}
