// @ambit/store
export type CopiedSheet = SheetDigest & {
    readonly sheet: SheetName;
};
export type CopyEvent = {
    readonly kind: 'begun';
    readonly rows: number;
    readonly copied: number;
} | {
    readonly kind: 'copied' | 'checked';
    readonly sheet: SheetName;
    readonly rows: number;
};
export declare class CopyRefused extends Error {
    readonly name = "CopyRefused";
}
export type Inspected = {
    readonly sheets: readonly (SheetDigest & {
        readonly sheet: SheetName;
    })[];
    readonly problems: readonly StoreProblem[];
};
export type InspectedNodes = {
    readonly nodes: readonly NodeRecord[];
    readonly reading?: {
        readonly sentAt: number;
        readonly receivedAt: number;
        readonly storeMillis: number;
    };
};
export type PostgresStoreOptions = DatabaseOptions & Pick<MigrateOptions, 'isMigrating' | 'waitMillis' | 'tell'>;
export type SheetDigest = {
    readonly rows: number;
    readonly digest: string;
};
export type SheetName = keyof typeof sheets;
export type SqliteStoreOptions = {
    readonly path: string;
    readonly busyMillis?: number;
};
export type StoreAddress = {
    readonly kind: 'sqlite';
    readonly path: string;
} | {
    readonly kind: 'postgres';
    readonly options: DatabaseOptions;
    readonly name: string;
};
export type StoreProblem = {
    readonly rule: string;
    readonly rows: number;
};
export type StoreVersions = {
    readonly found: number;
    readonly known: number;
    readonly pending: readonly number[];
};
export declare function checkConnectionUrl(url: string): string | undefined;
export declare function copyBetween(from: StoreAddress, to: StoreAddress, world: Omit<CopyWorld, 'hash'>): Promise<readonly CopiedSheet[]>;
export declare function hasUnfinishedCopy(options: DatabaseOptions): Promise<boolean>;
export declare function inspectNodes(address: StoreAddress, clock: {
    readonly now: () => number;
    readonly millis: () => number;
}): Promise<InspectedNodes>;
export declare function inspectStore(address: StoreAddress): Promise<Inspected>;
export declare function memoryStore(): Store;
export declare function migrateStore(address: StoreAddress, tell: (message: string) => void): Promise<void>;
export declare function pendingVersionsOf(address: StoreAddress): Promise<StoreVersions>;
export declare function postgresStore(options: PostgresStoreOptions): Promise<Store>;
export declare const schemaVersion: {
    readonly memory: 0;
    readonly sqlite: number;
    readonly postgres: number;
};
export declare function sqliteStore({ path, busyMillis }: SqliteStoreOptions): Store;
// Not exported, needed above.
type CopyWorld = {
    readonly now: number;
    readonly hash: HashText;
    readonly onEvent?: (event: CopyEvent) => void;
    readonly pageSize?: number;
};
type DatabaseOptions = {
    readonly url: string;
    readonly replicaUrl?: string;
    readonly poolSize?: number;
    readonly connectMillis?: number;
    readonly patienceMillis?: number;
    readonly statementMillis?: number;
    readonly graceMillis?: number;
    readonly lockMillis?: number;
    readonly planMillis?: number;
    readonly mostWaiting?: number;
    readonly random?: () => number;
};
type Dialect = {
    readonly text: string;
    readonly storage: (parameters: Readonly<Record<string, number>>) => string;
};
type FilledPart = {
    readonly rows: number;
    readonly last: string;
};
type HashText = (text: string) => Uint8Array;
type MigrateOptions = {
    readonly versions?: readonly SchemaVersion[];
    readonly isMigrating?: boolean;
    readonly waitMillis?: number;
    readonly tell?: (message: string) => void;
};
type Query = (sql: string, values?: readonly SqlValue[]) => Promise<readonly Row[]>;
type Row = Readonly<Record<string, unknown>>;
type SchemaVersion = {
    readonly statements: (dialect: Dialect) => readonly string[];
    readonly fill?: (query: Query, after: string) => Promise<FilledPart | undefined>;
    readonly concurrentIndexes?: Readonly<Record<string, string>>;
    readonly oldestProgram: number;
};
type SqlValue = string | number | boolean | null;
declare const sheets: {
    readonly setting: {
        readonly name: 'text';
        readonly value: 'text';
    };
    readonly number: {
        readonly name: 'text';
        readonly value: 'integer';
    };
    readonly client: {
        readonly client_id: 'text';
        readonly data: 'text';
    };
    readonly account: {
        readonly user_id: 'text';
        readonly folded_name: 'text';
        readonly data: 'text';
    };
    readonly signing_key: {
        readonly kid: 'text';
        readonly algorithm: 'text';
        readonly created_at: 'integer';
        readonly active_at: 'integer';
        readonly retired_at: 'integer?';
        readonly removed_at: 'integer?';
        readonly data: 'text';
    };
    readonly consent: {
        readonly user_id: 'text';
        readonly client_id: 'text';
        readonly data: 'text';
    };
    readonly family: {
        readonly family_id: 'text';
        readonly client_id: 'text';
        readonly user_id: 'text';
        readonly session_id: 'text?';
        readonly is_begun: 'boolean';
        readonly created_at: 'integer';
        readonly expires_at: 'integer';
        readonly revoked_at: 'integer?';
    };
    readonly session: {
        readonly locator: 'integer';
        readonly hash: 'text';
        readonly user_id: 'text';
        readonly expires_at: 'integer';
        readonly ends_at: 'integer';
        readonly is_ended: 'boolean';
        readonly data: 'text';
    };
    readonly code: {
        readonly locator: 'integer';
        readonly hash: 'text';
        readonly client_id: 'text';
        readonly user_id: 'text';
        readonly family_id: 'text';
        readonly request_id: 'text';
        readonly expires_at: 'integer';
        readonly data: 'text';
        readonly trace: 'text';
        readonly spent_at: 'integer?';
        readonly salt: 'text?';
    };
    readonly refresh_token: {
        readonly locator: 'integer';
        readonly hash: 'text';
        readonly client_id: 'text';
        readonly user_id: 'text';
        readonly family_id: 'text';
        readonly request_id: 'text';
        readonly expires_at: 'integer';
        readonly data: 'text';
        readonly trace: 'text';
        readonly spent_at: 'integer?';
        readonly salt: 'text?';
        readonly successor_locator: 'integer?';
        readonly successor_hash: 'text?';
    };
    readonly access_token: {
        readonly locator: 'integer';
        readonly hash: 'text';
        readonly client_id: 'text';
        readonly user_id: 'text?';
        readonly family_id: 'text?';
        readonly client: 'text?';
        readonly request_id: 'text';
        readonly expires_at: 'integer';
        readonly revoked_at: 'integer?';
        readonly data: 'text';
        readonly trace: 'text';
    };
    readonly token_status: {
        readonly locator: 'integer';
        readonly hash: 'text';
        readonly list: 'integer';
        readonly place: 'integer';
        readonly client_id: 'text';
        readonly family_id: 'text?';
        readonly exchanged_by: 'text?';
        readonly expires_at: 'integer';
        readonly revoked_at: 'integer?';
    };
    readonly interaction: {
        readonly locator: 'integer';
        readonly hash: 'text';
        readonly expires_at: 'integer';
        readonly is_ended: 'boolean';
        readonly data: 'text';
    };
    readonly ticket: {
        readonly locator: 'integer';
        readonly hash: 'text';
        readonly kind: 'text';
        readonly client_id: 'text?';
        readonly user_id: 'text?';
        readonly session_id: 'text?';
        readonly created_at: 'integer';
        readonly expires_at: 'integer';
        readonly revision: 'integer';
        readonly is_droppable: 'boolean';
        readonly data: 'text';
    };
    readonly scope_usage: {
        readonly client_id: 'text';
        readonly scope: 'text';
        readonly count: 'integer';
        readonly first_used_at: 'integer';
        readonly last_used_at: 'integer';
    };
    readonly remembered: {
        readonly hash: 'text';
        readonly expires_at: 'integer';
    };
    readonly failure: {
        readonly key: 'text';
        readonly count: 'integer';
        readonly window_ends_at: 'integer';
    };
    readonly refusal: {
        readonly request_id: 'text';
        readonly expires_at: 'integer';
        readonly data: 'text';
    };
};

// @ambit/store/testing
export type SharedStore = {
    readonly make: () => Promise<WorkerPlace>;
    readonly open: (place: string) => Promise<Store>;
    readonly skip?: string | false;
};
export type WorkerPlace = {
    readonly opener: URL;
    readonly place: string;
};
export declare function processContract(name: string, { make, open, skip }: SharedStore): void;
export declare function storeContract(name: string, open: () => Promise<Store>): void;
