// PostgreSQL 17, whose server comes with its tools: archives of every pg_dump that reads it, into it, both ways.

import { dirname } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EmbeddedPostgres, startPostgres } from "../../../quickstart/embedded-postgres.ts";
import { fingerprint } from "../../../quickstart/fingerprint.ts";
import { createDatabase } from "../../support/databases.ts";
import type { ServerAddress } from "../../support/global-setup.ts";
import { postgresBin } from "../../support/postgres-tools.ts";
import { describeRestores, dumpBytes, restore, upload } from "../../support/restore-tasks.ts";

const content = `
  CREATE TABLE public.notes (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL, made timestamptz DEFAULT now());
  INSERT INTO public.notes (body) SELECT md5(i::text) FROM generate_series(1, 5000) i;
  CREATE VIEW public.bodies AS SELECT body FROM public.notes`;

describeRestores("a server of PostgreSQL 17", () => {
  let postgres: EmbeddedPostgres;
  let server: ServerAddress;
  beforeAll(async () => {
    postgres = await startPostgres({ version: 17, installation: dirname(postgresBin(17)) });
    const { port, superuser: login, password } = postgres;
    server = { host: "127.0.0.1", port, login, password };
  });
  afterAll(() => postgres?.stop());

  test.each([
    { dumped: 17, tools: 17, inPlace: false },
    { dumped: 17, tools: 18, inPlace: true },
    { dumped: 18, tools: 18, inPlace: false },
    { dumped: 18, tools: 17, inPlace: true },
  ] as const)("$dumped's archive by pg_restore $tools, in place: $inPlace", async ({ dumped, tools, inPlace }) => {
    const source = await createDatabase(17, { server });
    expect(await source.query("SELECT current_setting('server_version_num')::int / 10000 AS major")).toEqual([
      { major: 17 },
    ]);
    await source.query(content);
    const object = await upload(await dumpBytes(source, { version: dumped }));
    const target = await createDatabase(17, { server });
    const result = await restore(object, target, { options: { toolFolder: postgresBin(tools), inPlace } });
    // In place, --clean drops what is not there.
    expect(result).toMatchObject({ mode: inPlace ? "in_place" : "fresh", tables: 1, ...(!inPlace && { warnings: 0 }) });
    expect(await fingerprint(target)).toEqual(await fingerprint(source));
    expect(await target.query("SELECT count(DISTINCT body)::int AS bodies FROM bodies")).toEqual([{ bodies: 5000 }]);
  });

  test("an archive of PostgreSQL 16 goes into it, and one of its own into 18", async () => {
    const [old, middle] = [await createDatabase(16), await createDatabase(17, { server })];
    await old.query(content);
    await restore(await upload(await dumpBytes(old, { version: 16 })), middle);
    const newest = await createDatabase(18);
    await restore(await upload(await dumpBytes(middle, { version: 17 })), newest);
    expect(await fingerprint(newest)).toEqual(await fingerprint(old));
  });
});
