#!/usr/bin/env node
// Stands in for mongorestore where the real one is not: the same arguments, the same archive format (decoded here on its own, not by the code that is
// tested), documents inserted through the driver, the same lines and exit codes. Source: mongo-tools 100.x.

import { readFileSync } from "node:fs";
import { createGunzip } from "node:zlib";
import { BSON, MongoClient } from "mongodb";
import { crc64 } from "./crc64.mjs";

const exact = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true };
const batchDocuments = 1_000;

if (process.argv.includes("--version")) {
  console.log("mongorestore version: 100.9.4\ngit version: stand-in\nGo version: none");
  process.exit(0);
}

try {
  await main(readArguments(process.argv.slice(2)));
} catch (error) {
  say(/** @type {Error} */ (error).message);
  process.exit(1);
}

async function main(options) {
  const client = await connect(options);
  const counts = { restored: 0, failed: 0 };
  let failure;
  try {
    await restore(client, options, counts);
  } catch (error) {
    failure = error;
    say(`Failed: ${error.message}`);
  }
  say(`${counts.restored} document(s) restored successfully. ${counts.failed} document(s) failed to restore.`);
  process.exit(failure ? 1 : 0);
}

function readArguments(args) {
  const options = { exclude: [], flags: new Set() };
  for (const arg of args) {
    const [name, ...rest] = arg.split("=");
    const value = rest.join("=");
    if (["--drop", "--archive", "--gzip"].includes(arg)) options.flags.add(arg);
    else if (name === "--nsExclude") options.exclude.push(value);
    else if (
      ["--uri", "--username", "--authenticationDatabase", "--authenticationMechanism", "--config"].includes(name)
    ) {
      options[name.slice(2)] = value;
    } else throw new Error(`error parsing command line options: unknown option \`${name}\``);
  }
  if (options.flags.size !== 3) throw new Error("the stand-in knows only --drop --archive --gzip, together");
  return { ...options, password: options.config === undefined ? undefined : readPassword(options.config) };
}

/** YAML: one text in double quotes. */
function readPassword(path) {
  const [, quoted] = /^password: (".*")$/m.exec(readFileSync(path, "utf8")) ?? [];
  if (quoted === undefined) throw new Error(`error parsing config file ${path}`);
  return JSON.parse(quoted.replaceAll(/\\U([0-9a-f]{8})/g, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16))));
}

async function connect({ uri, username, password, authenticationDatabase: authSource }) {
  const auth = username === undefined ? {} : { auth: { username, password }, authSource };
  const client = new MongoClient(uri, auth);
  try {
    await client.connect();
    await client.db("admin").command({ buildInfo: 1 });
    return client;
  } catch (error) {
    const found =
      error.codeName === "AuthenticationFailed"
        ? `connection() error occurred during connection handshake: auth error: sasl conversation error: unable to authenticate using mechanism "SCRAM-SHA-256": (AuthenticationFailed) ${error.message}`
        : `server selection error: server selection timeout, current topology: { Type: Single, Servers: [{ Last error: ${goWords(error.message)} }, ] }`;
    throw new Error(`error connecting to host: could not connect to server: ${found}`);
  }
}

/** As Go's network library says it. */
function goWords(message) {
  return message
    .replace("connect ECONNREFUSED", "dial tcp")
    .replace(/(dial tcp [^,]*)/, "$1: connect: connection refused");
}

async function restore(client, options, counts) {
  const source = createReader(process.stdin);
  if ((await source.take(4)).readUInt32LE(0) !== 0x8199e26d) {
    throw new Error("stream or file does not appear to be a mongodump archive");
  }
  const header = parse(await source.document());
  const namespaces = new Map();
  for (let document = await source.document(); document !== undefined; document = await source.document()) {
    const { db, collection, metadata, type } = parse(document);
    namespaces.set(
      nameOf(db, dataCollection(collection, type)),
      createTarget(client, { db, collection, metadata, type }),
    );
  }
  const { version } = await client.db("admin").command({ buildInfo: 1 });
  if (version.split(".")[0] !== header.server_version.split(".")[0]) {
    say(
      `WARNING: This archive came from MongoDB \`${header.server_version}\`, but you are restoring to \`${version}\`. Cross-version dump & restore is unsupported. The restored data may be corrupted.`,
    );
  }
  say("preparing collections to restore from");
  for (const target of namespaces.values())
    target.isExcluded = options.exclude.some((pattern) => fits(pattern, target));
  await restoreBlocks(source, namespaces, counts);
  for (const target of namespaces.values()) await restoreIndexes(target);
}

async function restoreBlocks(source, namespaces, counts) {
  for (let block = await source.document(true); block !== null; block = await source.document(true)) {
    if (block === undefined)
      throw new Error("corruption found in archive; consecutive terminators / headerless blocks are not allowed");
    const { db, collection, EOF: isEnd, CRC } = parse(block);
    const target = namespaces.get(nameOf(db, collection));
    if (target === undefined) throw new Error(`no intent for collection in archive: \`${nameOf(db, collection)}\``);
    if (isEnd) await endTarget(target, BigInt.asUintN(64, CRC.toBigInt()), counts);
    for (let document = await source.document(); document !== undefined; document = await source.document()) {
      await addDocument(target, document, counts);
    }
  }
  const unseen = [...namespaces].filter(([, target]) => !target.isClosed);
  if (unseen.length > 0) throw new Error(`archive finished before all collections were seen (\`${unseen[0][0]}\`)`);
}

function createTarget(client, { db, collection, metadata, type }) {
  const parsed = metadata === "" ? {} : BSON.EJSON.parse(metadata, { relaxed: false });
  const { options = {}, indexes = [] } = parsed;
  const target = client.db(db).collection(dataCollection(collection, type));
  return {
    db: client.db(db),
    name: collection,
    namespace: nameOf(db, collection),
    target,
    options,
    indexes,
    batch: [],
    crc: 0n,
    restored: 0,
    failed: 0,
  };
}

async function openTarget(target) {
  if (target.isOpen) return;
  target.isOpen = true;
  const { db, name, namespace, options } = target;
  // The server of the tests passes over the filter.
  const there = await db.listCollections({ name }).toArray();
  if (there.some((collection) => collection.name === name)) {
    say(`dropping collection \`${namespace}\` before restoring`);
    await db.dropCollection(name);
  }
  await db.createCollection(name, BSON.EJSON.deserialize(BSON.EJSON.serialize(options), { relaxed: true }));
  say(`restoring \`${namespace}\` from \`archive on stdin\``);
}

async function addDocument(target, bytes, counts) {
  target.crc = crc64(bytes, target.crc);
  if (target.isExcluded) return;
  await openTarget(target);
  target.batch.push(BSON.deserialize(bytes, exact));
  if (target.batch.length >= batchDocuments) await flush(target, counts);
}

async function endTarget(target, crc, counts) {
  if (!target.isExcluded) {
    await openTarget(target);
    await flush(target, counts);
    say(
      `finished restoring \`${target.namespace}\` (${countOf(target.restored, "document")}, ${countOf(target.failed, "failure")})`,
    );
  }
  target.isClosed = true;
  if (crc !== target.crc) throw new Error(`CRC mismatch for namespace \`${target.namespace}\`, ${target.crc}!=${crc}`);
}

async function flush(target, counts) {
  const documents = target.batch.splice(0);
  if (documents.length === 0) return;
  let failed = 0;
  try {
    await target.target.insertMany(documents, { ordered: false });
  } catch (error) {
    const refused = [error.writeErrors ?? []].flat();
    if (refused.length === 0)
      throw new Error(`${target.namespace}: error restoring from archive on stdin: ${error.message}`);
    failed = refused.length;
    for (const { errmsg } of refused) say(`continuing through error: ${errmsg}`);
  }
  target.failed += failed;
  target.restored += documents.length - failed;
  counts.failed += failed;
  counts.restored += documents.length - failed;
}

async function restoreIndexes({ isExcluded, target, namespace, indexes }) {
  const own = indexes.filter(({ name }) => name !== "_id_").map(({ ns, ...index }) => plain(index));
  if (isExcluded || own.length === 0) return;
  say(`restoring indexes for collection \`${namespace}\` from metadata`);
  try {
    await target.createIndexes(own);
  } catch (error) {
    throw new Error(
      `${namespace}: error creating indexes for ${namespace}: createIndex error: (${error.codeName}) ${error.message}`,
    );
  }
}

function plain(value) {
  return JSON.parse(BSON.EJSON.stringify(value, { relaxed: true }));
}

/** Documents and terminators of the decompressed input. */
function createReader(input) {
  const gunzip = createGunzip();
  input.on("error", (error) => gunzip.destroy(error));
  const chunks = input.pipe(gunzip)[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  const fill = async (size) => {
    const parts = [held];
    for (let length = held.length; length < size; ) {
      const { done, value } = await chunks.next().catch((error) => {
        throw new Error(error.code === "Z_BUF_ERROR" ? "unexpected EOF" : `gzip: invalid header (${error.code})`);
      });
      if (done) return false;
      parts.push(value);
      length += value.length;
    }
    held = Buffer.concat(parts);
    return true;
  };
  const take = async (size) => {
    if (!(await fill(size))) throw new Error("corruption found in archive; unexpected EOF");
    const bytes = held.subarray(0, size);
    held = held.subarray(size);
    return bytes;
  };
  return {
    take,
    /** Undefined at a terminator; null at the end, where there may be one. */
    async document(mayEnd = false) {
      if (mayEnd && held.length === 0 && !(await fill(1))) return null;
      const size = (await take(4)).readUInt32LE(0);
      if (size === 0xffffffff) return undefined;
      if (size < 5 || size > 16 * 1024 * 1024) {
        throw new Error(`corruption found in archive; ${size} is neither a valid bson length nor a archive terminator`);
      }
      const rest = await take(size - 4);
      const bytes = Buffer.alloc(size);
      bytes.writeUInt32LE(size);
      rest.copy(bytes, 4);
      return bytes;
    },
  };
}

function parse(bytes) {
  return BSON.deserialize(bytes, { promoteLongs: false });
}

function fits(pattern, { namespace }) {
  const source = pattern.replaceAll(/[.+?^${}()|[\]]/g, "\\$&").replaceAll("*", ".*");
  // As the tool does, also for a name with a line break.
  return new RegExp(`^${source}$`, "s").test(namespace);
}

function dataCollection(collection, type) {
  return type === "timeseries" ? `system.buckets.${collection}` : collection;
}

function nameOf(db, collection) {
  return `${db}.${collection}`;
}

function countOf(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function say(text) {
  process.stderr.write(`${new Date().toISOString().replace("Z", "+0000")}\t${text}\n`);
}
