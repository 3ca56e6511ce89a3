import { openSqliteStore } from "../../../adapters/sqlite/store.ts";
import { storeContract } from "../../store/contract.ts";

storeContract("SQLite", async () => openSqliteStore({ memory: true }));
