// S3 and whatever speaks its protocol: the only importer of its SDK. Opens sessions from an Airflow connection of type `aws`, or with what
// the environment, the shared configuration or the instance's role gives. Every wait has an end.

import { GetObjectCommand, ListBucketsCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { getClient, getContext } from "../context.ts";
import type { Connection } from "./connection.ts";
import { answerOf, pageOf } from "./s3-answers.ts";
import { checkProtocol, findEndpoint } from "./s3-endpoint.ts";
import { noS3Answer, toS3Error } from "./s3-errors.ts";
import { optionsOfEnvironment, readS3Options, type S3Options } from "./s3-options.ts";
import type { S3Session } from "./s3-session.ts";
import { s3Uri } from "./s3-uri.ts";
import { orAborted, withLimit } from "./s3-waits.ts";

/** For the running task: with the connection that it declared, or without one. The caller closes it. */
export async function openS3(connectionId: string | undefined): Promise<S3Session> {
  const connection = connectionId === undefined ? undefined : await getClient().getConnectionOrThrow(connectionId);
  return connectS3(connection, getContext().signal);
}

/** Nothing is sent yet. @throws KnownError (not retryable) for a connection that cannot be used. */
export async function connectS3(connection: Connection | undefined, signal: AbortSignal): Promise<S3Session> {
  // Its notice that some day newer versions will need a newer Node is nothing that a task's log is for.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const options = connection ? readS3Options(connection) : optionsOfEnvironment;
  const endpoint = findEndpoint(options, connection?.id, process.env);
  const owner = connection ? `connection ${connection.id}` : "without a connection";
  const client = createClient(options, endpoint?.url, await findRegion(options));
  const place = `${owner}, ${endpoint ? new URL(endpoint.url).origin : `S3 in ${await client.config.region()}`}`;
  guardRequests(client, { source: place, allowHttp: options.allowHttp });
  return sessionOf(client, place, signal);
}

const connectTimeoutMs = 10_000;
/** Until an answer begins. */
const answerTimeoutMs = 60_000;
/** The SDK tries three times; its own limit ends where an answer begins. */
const wholeAnswerTimeoutMs = 3 * answerTimeoutMs;

function createClient(options: S3Options, endpoint: string | undefined, region: string): S3Client {
  const { credentials, profile, addressing, authorities } = options;
  return new S3Client({
    region,
    ...(credentials && { credentials }),
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
    // Other servers than AWS seldom have a DNS name for each bucket.
    forcePathStyle: addressing === undefined ? endpoint !== undefined : addressing === "path",
    followRegionRedirects: endpoint === undefined,
    requestChecksumCalculation: "WHEN_REQUIRED",
    // A download may be resumed: its checksum is held against all of it, in runtime/streams.
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: answerTimeoutMs,
      throwOnRequestTimeout: true,
      ...(authorities !== undefined && { httpsAgent: { ca: authorities } }),
    },
  });
}

/** As boto3 under Airflow: also AWS_DEFAULT_REGION, which this SDK does not read; and S3 says itself where a bucket is. */
async function findRegion({ region, profile }: S3Options): Promise<string> {
  const given = region ?? (process.env["AWS_REGION"] || process.env["AWS_DEFAULT_REGION"]);
  if (given) return given;
  const probe = new S3Client(profile === undefined ? {} : { profile });
  return probe.config.region().catch(() => "us-east-1");
}

/** The SDK also takes endpoints from the shared configuration: what counts is where a request really goes. */
function guardRequests(client: S3Client, reached: { readonly source: string; readonly allowHttp: boolean }): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const request = args.request as { protocol: string; hostname: string; headers: Record<string, string> };
      checkProtocol(request, reached);
      // As the command's own option it would have the SDK check, and only what is not resumed.
      if (context["commandName"] === "GetObjectCommand") request.headers["x-amz-checksum-mode"] = "ENABLED";
      return next(args);
    },
    { step: "build", name: "dagwrightGuard" },
  );
}

function sessionOf(client: S3Client, place: string, signal: AbortSignal): S3Session {
  const ask = async <T>(where: string, asked: AbortSignal, work: () => Promise<T>): Promise<T> => {
    asked.throwIfAborted();
    try {
      return await orAborted(work(), asked);
    } catch (error) {
      asked.throwIfAborted();
      throw toS3Error(error, where);
    }
  };
  return {
    place,
    listPage: ({ bucket, prefix, token }) =>
      ask(`${s3Uri(bucket, prefix)}, ${place}`, signal, () =>
        withLimit({ signal, limitMs: wholeAnswerTimeoutMs }, async (abortSignal) => {
          const command = new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix,
            ContinuationToken: token,
            // Keys may hold characters that XML cannot.
            EncodingType: "url",
            OptionalObjectAttributes: ["RestoreStatus"],
          });
          return pageOf(await client.send(command, { abortSignal }), `${s3Uri(bucket, prefix)}, ${place}`);
        }),
      ),
    getObject: ({ bucket, key, etag, from }, asked) =>
      ask(`${s3Uri(bucket, key)}, ${place}`, asked, async () => {
        const range = from === 0 ? {} : { Range: `bytes=${from}-` };
        const command = new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: `"${etag}"`, ...range });
        return answerOf(await client.send(command, { abortSignal: asked }), `${s3Uri(bucket, key)}, ${place}`);
      }),
    mayListBuckets: () =>
      ask(place, signal, () =>
        withLimit({ signal, limitMs: wholeAnswerTimeoutMs }, async (abortSignal) => {
          try {
            const { $metadata, Buckets, Owner } = await client.send(new ListBucketsCommand({}), { abortSignal });
            if (Buckets || Owner) return true;
            throw noS3Answer(place, `HTTP ${$metadata.httpStatusCode} without buckets and owner`);
          } catch (error) {
            // S3 says so only to whom it knows.
            if ((error as Error).name === "AccessDenied") return false;
            throw error;
          }
        }),
      ),
    close: () => client.destroy(),
  };
}
