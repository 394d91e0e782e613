// Lines of `.env` that say nothing to Node's reader, or not what they seem to say. Messages never quote a line: it may be a password.

export interface EnvironmentFileProblem {
  /** Counts from 1. */
  readonly line: number;
  readonly text: string;
  readonly remedy: string;
  /** It looks like a connection or a variable of Airflow's: going on without it would mislead. */
  readonly isError: boolean;
}

export interface CheckedEnvironmentFile {
  /** Without the lines that Node would join with the next one, or end at. */
  readonly text: string;
  readonly problems: readonly EnvironmentFileProblem[];
}

type Problem = Pick<EnvironmentFileProblem, "text" | "remedy">;

const form = "Write NAME='value'";
const noSign: Problem = { text: "there is no = in it", remedy: form };
const badName: Problem = {
  text: "what stands before = is no name",
  remedy: `${form}, the name of letters, digits and _`,
};
const openQuote: Problem = {
  text: "its quote is not closed",
  remedy: "Close it; a value may go on over several lines",
};
const afterQuote: Problem = {
  text: "what follows its closing quote is ignored",
  remedy: "Use another quote around a value that holds this one, or percent-encode it (' is %27)",
};
const cutOff: Problem = {
  text: "its value ends at the #, the rest is a comment",
  remedy: "Put the value in single quotes",
};
const smallLetters: Problem = { text: "its name is looked for in capitals only", remedy: "Write the name in capitals" };

export function checkEnvironmentFile(text: string): CheckedEnvironmentFile {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const problems: EnvironmentFileProblem[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (/^\s*(#|$)/.test(line)) continue;
    const { problem, extent } = checkLine(lines, index);
    if (problem) problems.push({ line: index + 1, ...problem, isError: isAirflows(line) });
    // Node's reader would take such a line and the next ones for one, or stop.
    if (problem === noSign || problem === badName || problem === openQuote) lines[index] = "";
    index += extent;
  }
  return { text: lines.join("\n"), problems };
}

/** `extent`: how many further lines the value takes. */
function checkLine(lines: readonly string[], index: number): { problem?: Problem; extent: number } {
  const line = lines[index]!;
  const [, name, value] = /^\s*(?:export\s+)?([^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) return { problem: noSign, extent: 0 };
  if (!/^[\w.-]+$/.test(name)) return { problem: badName, extent: 0 };
  const hasSmallLetters = isAirflows(line) && /[a-z]/.test(name);
  const found = hasSmallLetters ? { problem: smallLetters } : {};
  const quote = /^["'`]/.exec(value)?.[0];
  if (quote === undefined) return /[^\s#]#/.test(value) ? { problem: cutOff, extent: 0 } : { ...found, extent: 0 };
  const rest = [value.slice(1), ...lines.slice(index + 1)];
  const extent = rest.findIndex((part) => part.includes(quote));
  const after = rest[extent]?.slice(rest[extent]!.indexOf(quote) + 1);
  if (after !== undefined && /^\s*(#|$)/.test(after)) return { ...found, extent };
  // Of a later line it is more likely the quote that begins that line's own value.
  return { problem: extent === 0 ? afterQuote : openQuote, extent: 0 };
}

function isAirflows(line: string): boolean {
  return /^\W*(export\s+)?\W*AIRFLOW_(CONN|VAR)_/i.test(line);
}
