// @ambit/store
export type SqliteStoreOptions = {
    readonly path: string;
    readonly busyMillis?: number;
};
export declare function memoryStore(): Store;
export declare function sqliteStore({ path, busyMillis }: SqliteStoreOptions): Store;

// @ambit/store/testing
export declare function storeContract(name: string, open: () => Promise<Store>): void;
