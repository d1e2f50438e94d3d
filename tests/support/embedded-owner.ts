/** A process that starts the embedded PostgreSQL of a data directory, says where it is, and lives until it is killed. */
import { EmbeddedPostgres } from "#server/database/embedded-postgres.ts";

const [dataDirectory = ""] = process.argv.slice(2);
const postgres = await EmbeddedPostgres.start({ dataDirectory });
console.log(postgres.connectionString);
process.stdin.resume();
