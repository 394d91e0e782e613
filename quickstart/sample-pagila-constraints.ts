// What the sample's schema says beside its tables: foreign keys, indexes and views.

import { partitions } from "./sample-pagila-tables.ts";

/** Table, column, target. */
export const foreignKeys: readonly (readonly [table: string, column: string, target: string])[] = [
  ["address", "city_id", "city.city_id"],
  ["city", "country_id", "country.country_id"],
  ["customer", "address_id", "address.address_id"],
  ["customer", "store_id", "store.store_id"],
  ["film_actor", "actor_id", "actor.actor_id"],
  ["film_actor", "film_id", "film.film_id"],
  ["film_category", "category_id", "category.category_id"],
  ["film_category", "film_id", "film.film_id"],
  ["film", "language_id", "language.language_id"],
  ["film", "original_language_id", "language.language_id"],
  ["inventory", "film_id", "film.film_id"],
  ["inventory", "store_id", "store.store_id"],
  ...partitions.flatMap(({ name }) => [
    [name, "customer_id", "customer.customer_id"] as const,
    [name, "rental_id", "rental.rental_id"] as const,
    [name, "staff_id", "staff.staff_id"] as const,
  ]),
  ["rental", "customer_id", "customer.customer_id"],
  ["rental", "inventory_id", "inventory.inventory_id"],
  ["rental", "staff_id", "staff.staff_id"],
  ["staff", "address_id", "address.address_id"],
  ["staff", "store_id", "store.store_id"],
  ["store", "address_id", "address.address_id"],
];

function index(table: string, columns: string): { readonly name: string; readonly definition: string } {
  const name = `${table}_${columns.replaceAll(", ", "_")}_idx`;
  return { name, definition: `CREATE INDEX ${name} ON public.${table} USING btree (${columns})` };
}

export const indexes = [
  { name: "film_fulltext_idx", definition: "CREATE INDEX film_fulltext_idx ON public.film USING gist (fulltext)" },
  index("actor", "last_name"),
  index("customer", "address_id"),
  index("customer", "store_id"),
  index("customer", "last_name"),
  index("film", "title"),
  index("film_actor", "film_id"),
  index("inventory", "store_id, film_id"),
  ...partitions.flatMap(({ name }) => [index(name, "customer_id"), index(name, "staff_id")]),
  index("rental", "inventory_id"),
  {
    name: "rental_once_idx",
    definition:
      "CREATE UNIQUE INDEX rental_once_idx ON public.rental USING btree (rental_date, inventory_id, customer_id)",
  },
  {
    name: "rental_by_category_idx",
    definition: "CREATE UNIQUE INDEX rental_by_category_idx ON public.rental_by_category USING btree (category)",
  },
];

const paymentsWithCategory = `   FROM public.payment p
     JOIN public.rental r ON ((p.rental_id = r.rental_id))
     JOIN public.inventory i ON ((r.inventory_id = i.inventory_id))
     JOIN public.film_category fc ON ((i.film_id = fc.film_id))
     JOIN public.category c ON ((fc.category_id = c.category_id))
  GROUP BY c.name`;

export const views = [
  {
    name: "film_cast",
    kind: "VIEW",
    query: ` SELECT f.film_id,
    f.title,
    string_agg(((a.first_name || ' '::text) || a.last_name), ', '::text ORDER BY a.last_name) AS actors
   FROM ((public.film f
     JOIN public.film_actor fa ON ((f.film_id = fa.film_id)))
     JOIN public.actor a ON ((fa.actor_id = a.actor_id)))
  GROUP BY f.film_id, f.title`,
  },
  {
    name: "rental_by_category",
    kind: "MATERIALIZED VIEW",
    query: ` SELECT c.name AS category,\n    sum(p.amount) AS total_sales\n${paymentsWithCategory}\n  WITH NO DATA`,
  },
] as const;
