// Takes out of pg_restore's words what the server quotes of rows, and statements that hold passwords: none of it goes on into logs. What is not
// known to be the server's own words is taken out, too.

/** About names and numbers, not about rows. */
const openDetail =
  /^DETAIL: {2}(?:(?!Key \(|Failing row|Partition key).* depends on |Key columns |There are |owner of |Could not open file )/;
const isDependency = / depends on /;
/** Their statements hold the passwords of other servers. */
const secretTypes = /^\d+; \d+ \d+ (?:USER MAPPING|SUBSCRIPTION|SERVER|FOREIGN DATA WRAPPER)\b/;
/** Of an index on an expression, a cast: `invalid input syntax for type integer: "…"`. */
const valueAtEnd = /(ERROR: .*(?:syntax for|representation|value).*?): ".*"$/;
const hidden = "…";

/** A mask for the lines of one run, in their order. `entry`: the one that the tool is at. */
export function createRowMask(): (line: string, entry: string | undefined) => string {
  let part: "none" | "server" | "command" = "none";
  let isCopy = false;
  let isOpen = false;
  return (line, entry) => {
    if (line.startsWith("pg_restore:")) {
      // What the tool itself says, and the driver's library, is of no rows.
      part = /^pg_restore: (?:\[[^\]]*\] )?error: .*\bERROR: /.test(line) ? "server" : "none";
      isCopy = / COPY failed for table /.test(line);
      isOpen = false;
      return isCopy ? withoutQuotes(line) : line.replace(valueAtEnd, `$1: "${hidden}"`);
    }
    if (part === "none") return line;
    const isSecret = entry !== undefined && secretTypes.test(entry);
    if (line.startsWith("Command was: ")) part = "command";
    if (part === "command") return isSecret ? commandOf(line) : line;
    if (/^(?:HINT|LOCATION|QUERY|WARNING|NOTICE): /.test(line)) return isSecret ? hidden : line;
    // Of a statement, whose text is shown anyway.
    if (!isCopy && /^(?:LINE \d+: | *\^$)/.test(line)) return isSecret ? hidden : line;
    if (line.startsWith("DETAIL:")) {
      isOpen = openDetail.test(line);
      return isOpen ? line : withoutKey(line);
    }
    if (isOpen && isDependency.test(line)) return line;
    if (line.startsWith("CONTEXT:")) return withoutContext(line);
    const place = /^COPY .+?, line \d+(?:, column [^:]+)?/.exec(line)?.[0];
    // The second line of a value that has some.
    return place ?? hidden;
  };
}

function commandOf(line: string): string {
  return line.startsWith("Command was: ") ? `Command was: ${hidden}` : hidden;
}

/** Errors of COPY quote values; of their names, the table's is enough. */
function withoutQuotes(line: string): string {
  const at = line.indexOf(": ERROR:");
  if (at < 0) return line;
  const text = line
    .slice(at)
    .replaceAll(/\b(relation|column|constraint|type|table|partition) ("(?:[^"]|"")*")|".*?("|$)/g, (all, noun) =>
      noun ? all : `"${hidden}"`,
    );
  return line.slice(0, at) + text;
}

/** `Key (id)=(1) already exists.`, `Failing row contains (1, …).`, `Partition key of the failing row contains (at) = (…).` */
function withoutKey(line: string): string {
  const known =
    /^DETAIL: {2}(?:Key \([^)]*\)|Failing row contains|Partition key of the failing row contains(?: \([^)]*\))?)/.exec(
      line,
    )?.[0];
  if (known === undefined) return `DETAIL:  ${hidden}`;
  const end = /\)( (?:already exists|is duplicated|is (?:not present in|still referenced from) table "[^"]*")\.)$/.exec(
    line,
  )?.[1];
  return `${known}${known.endsWith(")") ? "=" : " "}(${hidden})${end ?? ""}`;
}

/** Where it was, without what: `COPY notes, line 1, column id`, `JSON data, line 1`. */
function withoutContext(line: string): string {
  return (
    /^CONTEXT: {2}(?:COPY .+?, line \d+(?:, column [^:]+)?|JSON data, line \d+|SQL statement|PL\/pgSQL function \S+ line \d+|SQL function "[^"]*"|while [^"]*)/.exec(
      line,
    )?.[0] ?? `CONTEXT:  ${hidden}`
  );
}
