// The sample's tables as data: those of Pagila by name and shape, in the order in which their rows may be loaded.

export interface SampleTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns of the primary key, added after the tables; null where CREATE TABLE has it. */
  readonly key: string | null;
  /** The column that a sequence numbers. */
  readonly sequence: string | null;
  /** Behind the columns. */
  readonly suffix?: string;
}

const lastUpdate = "last_update timestamp with time zone DEFAULT now() NOT NULL";

function table(name: string, columns: readonly string[]): SampleTable {
  return { name, columns: [`${name}_id integer NOT NULL`, ...columns], key: `${name}_id`, sequence: `${name}_id` };
}

export const tables: readonly SampleTable[] = [
  table("actor", ["first_name text NOT NULL", "last_name text NOT NULL", lastUpdate]),
  table("country", ["country text NOT NULL", lastUpdate]),
  table("city", ["city text NOT NULL", "country_id integer NOT NULL", lastUpdate]),
  table("address", [
    "address text NOT NULL",
    "address2 text",
    "district text NOT NULL",
    "city_id integer NOT NULL",
    "postal_code text",
    "phone text NOT NULL",
    lastUpdate,
  ]),
  table("category", ["name text NOT NULL", lastUpdate]),
  table("store", ["manager_staff_id integer NOT NULL", "address_id integer NOT NULL", lastUpdate]),
  table("customer", [
    "store_id integer NOT NULL",
    "first_name text NOT NULL",
    "last_name text NOT NULL",
    "email text",
    "address_id integer NOT NULL",
    "activebool boolean DEFAULT true NOT NULL",
    "create_date date DEFAULT CURRENT_DATE NOT NULL",
    lastUpdate,
    "active integer",
  ]),
  table("language", ["name character(20) NOT NULL", lastUpdate]),
  table("film", [
    "title text NOT NULL",
    "description text",
    "release_year public.year",
    "language_id integer NOT NULL",
    "original_language_id integer",
    "rental_duration smallint DEFAULT 3 NOT NULL",
    "rental_rate numeric(4,2) DEFAULT 4.99 NOT NULL",
    "length smallint",
    "replacement_cost numeric(5,2) DEFAULT 19.99 NOT NULL",
    "rating public.mpaa_rating DEFAULT 'G'::public.mpaa_rating",
    lastUpdate,
    "special_features text[]",
    "fulltext tsvector NOT NULL",
  ]),
  {
    name: "film_actor",
    columns: ["actor_id integer NOT NULL", "film_id integer NOT NULL", lastUpdate],
    key: "actor_id, film_id",
    sequence: null,
  },
  {
    name: "film_category",
    columns: ["film_id integer NOT NULL", "category_id integer NOT NULL", lastUpdate],
    key: "film_id, category_id",
    sequence: null,
  },
  table("inventory", ["film_id integer NOT NULL", "store_id integer NOT NULL", lastUpdate]),
  table("staff", [
    "first_name text NOT NULL",
    "last_name text NOT NULL",
    "address_id integer NOT NULL",
    "email text",
    "store_id integer NOT NULL",
    "active boolean DEFAULT true NOT NULL",
    "username text NOT NULL",
    "password text",
    lastUpdate,
    "picture bytea",
  ]),
  table("rental", [
    "rental_date timestamp with time zone NOT NULL",
    "inventory_id integer NOT NULL",
    "customer_id integer NOT NULL",
    "return_date timestamp with time zone",
    "staff_id integer NOT NULL",
    lastUpdate,
  ]),
  {
    name: "payment",
    columns: [
      "payment_id integer NOT NULL",
      "customer_id integer NOT NULL",
      "staff_id integer NOT NULL",
      "rental_id integer NOT NULL",
      "amount numeric(5,2) NOT NULL",
      "payment_date timestamp with time zone NOT NULL",
      "PRIMARY KEY (payment_date, payment_id)",
    ],
    key: null,
    sequence: "payment_id",
    suffix: "\nPARTITION BY RANGE (payment_date)",
  },
];

export interface SamplePartition {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** January to July 2022, in UTC. */
export const partitions: readonly SamplePartition[] = [1, 2, 3, 4, 5, 6, 7].map((month) => ({
  name: `payment_p2022_0${month}`,
  from: `2022-0${month}-01 00:00:00+00`,
  to: `2022-0${month + 1}-01 00:00:00+00`,
}));
