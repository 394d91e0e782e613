// What both Pagila pipelines agree on.

export const pagila = "pagila_postgres";
export const target = "pagila_tgt";

export const files = {
  schema: "include/pagila/schema.sql",
  data: "include/pagila/data.sql",
};

/** One load at a time, whoever starts it. */
export const loadLockKey = "863440123987650321";

export const expectedCounts = { actor: 200, film: 1000, customer: 599, rental: 16044 };
