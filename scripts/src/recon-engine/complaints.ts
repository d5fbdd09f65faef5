/** So many are told one by one: together they fit a pipe that nobody empties, so that no writer ever waits for a reader. */
const TOLD = 100;
const LENGTH = 300;

export type Complaints = {
  tell: (problem: string) => void;
  /** Says how many were not told one by one. @returns how many there were */
  sum: () => number;
};

/** Passes problems on, each as one line of bounded length, and no more of them than somebody can read. */
export function createComplaints(say: (line: string) => void): Complaints {
  let count = 0;
  return {
    tell: (problem) => {
      count++;
      if (count <= TOLD) say(problem.length > LENGTH ? `${problem.slice(0, LENGTH)}…` : problem);
    },
    sum: () => {
      if (count > TOLD) say(`${count} lines were bad; the first ${TOLD} are told above`);
      return count;
    },
  };
}
