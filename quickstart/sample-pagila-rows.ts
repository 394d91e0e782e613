// The sample's rows, table by table, as lines of COPY text. All names are made up from syllables. One random sequence runs through all
// tables, so the same seed gives the same bytes.

import { createRandom, type Random } from "./sample-pagila-random.ts";
import { partitions } from "./sample-pagila-tables.ts";

const baseCounts = {
  actor: 200,
  country: 109,
  city: 600,
  address: 603,
  category: 16,
  store: 500,
  customer: 599,
  language: 6,
  film: 1_000,
  film_actor: 5_462,
  film_category: 2_367,
  inventory: 4_581,
  staff: 1_500,
  rental: 16_044,
  payment: 16_049,
};

export type SampleCounts = Readonly<typeof baseCounts>;

/** The tables that grow with the business; what a shop's catalogue and its branches are stays as it is. */
const scaled = ["customer", "inventory", "rental", "payment"] as const;

export function sampleCounts(scale = 1): SampleCounts {
  const counts = { ...baseCounts };
  for (const name of scaled) counts[name] *= scale;
  return counts;
}

export interface CopyRows {
  readonly table: string;
  /** In the order of the table's columns. */
  readonly rows: Iterable<readonly (string | number | null)[]>;
}

/** Blocks in loading order. Their rows are made while they are read: read each once, one after the other. */
export function* sampleRows(seed: number, counts: SampleCounts): Generator<CopyRows> {
  const random = createRandom(seed);
  yield { table: "actor", rows: numbered(counts.actor, () => [name(random), name(random), moment(0)]) };
  yield { table: "country", rows: numbered(counts.country, () => [name(random), moment(1)]) };
  yield { table: "city", rows: numbered(counts.city, () => [name(random), random.upTo(counts.country), moment(2)]) };
  yield { table: "address", rows: numbered(counts.address, (id) => addressRow(id, random, counts)) };
  yield { table: "category", rows: numbered(counts.category, () => [name(random), moment(4)]) };
  yield { table: "store", rows: numbered(counts.store, (id) => [id, random.upTo(counts.address), moment(5)]) };
  yield { table: "customer", rows: numbered(counts.customer, (id) => customerRow(id, random, counts)) };
  yield { table: "language", rows: numbered(counts.language, () => [name(random).padEnd(20), moment(7)]) };
  yield { table: "film", rows: numbered(counts.film, () => filmRow(random, counts)) };
  yield { table: "film_actor", rows: pairs(counts.film_actor, counts.film, counts.actor, (a, b) => [b, a]) };
  yield { table: "film_category", rows: pairs(counts.film_category, counts.film, counts.category, (a, b) => [a, b]) };
  const inventoryRow = () => [random.upTo(counts.film), random.upTo(counts.store), moment(10)];
  yield { table: "inventory", rows: numbered(counts.inventory, inventoryRow) };
  yield { table: "staff", rows: numbered(counts.staff, (id) => staffRow(id, random, counts)) };
  yield { table: "rental", rows: numbered(counts.rental, (id) => rentalRow(id, random, counts)) };
  for (const [place, { name: table }] of partitions.entries()) {
    yield { table, rows: paymentRows(place, random, counts) };
  }
}

type Row = (string | number | null)[];

function* numbered(count: number, row: (id: number) => Row): Generator<Row> {
  for (let id = 1; id <= count; id++) yield [id, ...row(id)];
}

/** `count` different pairs: walks the first side again and again, each time with the next of the second. */
function* pairs(count: number, firsts: number, seconds: number, row: (first: number, second: number) => Row) {
  for (let place = 0; place < count; place++) {
    const first = (place % firsts) + 1;
    const round = Math.floor(place / firsts);
    yield [...row(first, ((first * 7 + round) % seconds) + 1), moment(9)];
  }
}

function addressRow(id: number, random: Random, counts: SampleCounts): Row {
  // What COPY has to escape: a tab, a backslash, a line break.
  const second = [null, "", "back\tyard", "c\\o gate", "floor 2\nleft"][id % 5]!;
  const street = `${random.upTo(1999)} ${name(random)} Straße`;
  const code = String(random.upTo(99_999)).padStart(5, "0");
  return [street, second, name(random), random.upTo(counts.city), code, `0${random.upTo(999_999_999)}`, moment(3)];
}

function customerRow(id: number, random: Random, counts: SampleCounts): Row {
  const [first, last] = [name(random), name(random)];
  const mail = `${first}.${last}.${id}@example.org`.toLowerCase();
  const isActive = random.upTo(40) > 1;
  const home = random.upTo(counts.address);
  const flags = [isActive ? "t" : "f", "2022-01-01", moment(6), isActive ? 1 : 0];
  return [random.upTo(counts.store), first, last, mail, home, ...flags];
}

const ratings = ["G", "PG", "PG-13", "R", "NC-17"];
const features = ["{Trailers}", '{"Deleted Scenes"}', '{Commentaries,"Behind the Scenes"}', "{}", null];

function filmRow(random: Random, counts: SampleCounts): Row {
  const words = [name(random), name(random), name(random)];
  const title = words.slice(0, 2).join(" ").toUpperCase();
  const description = `A story of ${words[2]} who must find ${name(random)} before ${name(random)} does`;
  const fulltext = [...new Set(title.toLowerCase().split(" "))].sort().map((word, place) => `'${word}':${place + 1}`);
  return [
    title,
    description,
    1990 + random.upTo(32),
    random.upTo(counts.language),
    null,
    2 + random.upTo(5),
    `${random.upTo(5) - 1}.99`,
    45 + random.upTo(140),
    `${8 + random.upTo(21)}.99`,
    ratings[random.upTo(5) - 1]!,
    moment(8),
    features[random.upTo(5) - 1]!,
    fulltext.join(" "),
  ];
}

function staffRow(id: number, random: Random, counts: SampleCounts): Row {
  const [first, last] = [name(random), name(random)];
  const user = `${first}.${last}.${id}`.toLowerCase();
  const picture = id % 10 === 0 ? `\\x89504e47${random.hex(32)}` : null;
  const place = [random.upTo(counts.address), `${user}@example.org`, random.upTo(counts.store)];
  return [first, last, ...place, "t", user, random.hex(40), moment(11), picture];
}

const firstDay = Date.UTC(2022, 0, 1);
const dayMs = 24 * 3600 * 1000;

function rentalRow(id: number, random: Random, counts: SampleCounts): Row {
  // Spread over seven months, each later than the one before: no two rentals are the same.
  const rented = firstDay + ((id - 0.5) / counts.rental) * 212 * dayMs;
  const returned = random.upTo(100) === 1 ? null : timestamp(rented + random.upTo(9 * 24 * 60) * 60_000);
  const [item, customer, staff] = [counts.inventory, counts.customer, counts.staff].map(random.upTo);
  return [timestamp(rented), item!, customer!, returned, staff!, moment(12)];
}

function* paymentRows(place: number, random: Random, counts: SampleCounts): Generator<Row> {
  const [first, end] = [place, place + 1].map((part) => Math.floor((part * counts.payment) / partitions.length));
  const from = Date.UTC(2022, place, 1);
  const step = (Date.UTC(2022, place + 1, 1) - from) / (end! - first!);
  for (let payment = first!; payment < end!; payment++) {
    const paid = timestamp(from + (payment - first! + 0.5) * step);
    const ids = [payment + 1, random.upTo(counts.customer), random.upTo(counts.staff), (payment % counts.rental) + 1];
    yield [...ids, `${random.upTo(10) - 1}.99`, paid];
  }
}

const syllables = ["ba", "rel", "mo", "ri", "an", "tu", "ves", "ka", "lo", "nim", "sa", "dor", "él", "tø", "ny", "gra"];

function name(random: Random): string {
  let text = "";
  for (let left = 1 + random.upTo(3); left > 0; left--) text += syllables[random.upTo(syllables.length) - 1];
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** When a table's rows were last changed: one moment for each table. */
function moment(table: number): string {
  return timestamp(Date.UTC(2022, 1, 15, 9, 30 + table));
}

function timestamp(ms: number): string {
  return `${new Date(ms)
    .toISOString()
    .replace("T", " ")
    .replace("Z", "")
    .replace(/\.?0+$/, "")}+00`;
}
